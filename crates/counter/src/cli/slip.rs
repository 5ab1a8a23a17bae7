//! Receipts and the printer from a shell.

use super::Shown;
use super::args::{PaperArgs, PrinterAction, ReceiptAction};
use crate::engine::Engine;
use crate::error::Result;
use crate::view::{PrinterTarget, Saved, SlipFormat};
use std::path::Path;

pub(super) fn receipt(engine: &Engine, action: ReceiptAction, json: bool) -> Result<String> {
    match action {
        ReceiptAction::Show { which, paper } if json => {
            let kept = engine.printer()?.language;
            engine
                .slip(&which, paper.language.unwrap_or(kept))?
                .shown(json)
        }
        ReceiptAction::Show { which, paper } => {
            let PaperArgs { width, language } = paper;
            let text = engine.slip_bytes(&which, SlipFormat::Text, width, language)?;
            Ok(String::from_utf8_lossy(&text).trim_end().to_owned())
        }
        ReceiptAction::Print { which } => engine.print_slip(&which)?.shown(json),
        ReceiptAction::Save {
            which,
            format,
            paper,
            to,
        } => {
            let PaperArgs { width, language } = paper;
            let saved = match to {
                None => engine.save_slip(&which, format, width, language, None)?,
                Some(file) => {
                    let bytes = engine.slip_bytes(&which, format, width, language)?;
                    crate::slip::new_file(&file, &bytes)?;
                    Saved::at(&file)
                }
            };
            saved.shown(json)
        }
    }
}

pub(super) fn printer(engine: &Engine, action: PrinterAction, json: bool) -> Result<String> {
    match action {
        PrinterAction::Show => engine.printer()?.shown(json),
        PrinterAction::Set {
            to,
            paper,
            automatic,
            drawer,
            answers,
            folder,
        } => {
            // settings that cannot be read are what this is to put right
            let mut settings = engine.printer().unwrap_or_default();
            if let Some(to) = to {
                settings.target = target(&to);
            }
            if let (PrinterTarget::Tcp { answers, .. }, Some(said)) =
                (&mut settings.target, answers)
            {
                *answers = said;
            }
            settings.width = paper.width.unwrap_or(settings.width);
            settings.language = paper.language.unwrap_or(settings.language);
            settings.automatic = automatic.unwrap_or(settings.automatic);
            settings.drawer = drawer.unwrap_or(settings.drawer);
            settings.folder = folder.unwrap_or(settings.folder);
            engine.set_printer(settings)?.shown(json)
        }
        PrinterAction::Test => {
            let settings = engine.printer()?;
            engine.test_printer(settings.clone())?;
            settings.shown(json)
        }
    }
}

/// Where a printer is, as it is typed.
fn target(text: &str) -> PrinterTarget {
    let path = || text.to_owned();
    match text {
        "none" => PrinterTarget::None,
        t if t.starts_with("tcp://") => PrinterTarget::Tcp {
            address: path(),
            answers: false,
        },
        t if Path::new(t).starts_with("/dev") => PrinterTarget::Device { path: path() },
        _ => PrinterTarget::File { path: path() },
    }
}
