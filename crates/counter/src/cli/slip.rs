//! Receipts and the printer from a shell.

use super::shown::Shown;
use crate::engine::Engine;
use crate::error::Result;
use crate::view::{PaperWidth, PrinterTarget, Saved, SlipFormat, SlipLanguage};
use clap::{Args, Subcommand};
use std::path::{Path, PathBuf};

#[derive(Subcommand)]
pub(super) enum ReceiptAction {
    /// Show it as it is set on paper; with --json its parts.
    Show {
        /// Id of an operation of this counter, or a till's receipt number.
        which: String,
        #[command(flatten)]
        paper: PaperArgs,
    },
    /// Print it. Once printed it is a reprint, and says so.
    Print {
        /// Id of an operation of this counter, or a till's receipt number.
        which: String,
    },
    /// Save it as a file, which counts as no print.
    Save {
        /// Id of an operation of this counter, or a till's receipt number.
        which: String,
        /// What to save it as.
        #[arg(long, value_enum, default_value = "pdf")]
        format: SlipFormat,
        #[command(flatten)]
        paper: PaperArgs,
        /// The file; none = a new one in the folder of the settings. One that is there is not written over.
        #[arg(long)]
        to: Option<PathBuf>,
    },
}

#[derive(Args, Clone, Copy)]
pub(super) struct PaperArgs {
    /// Width of the paper in millimetres; none = the printer's.
    #[arg(long, value_enum)]
    pub(super) width: Option<PaperWidth>,
    /// Its language; none = the printer's.
    #[arg(long, value_enum)]
    pub(super) language: Option<SlipLanguage>,
}

#[derive(Subcommand)]
pub(super) enum PrinterAction {
    /// Show the settings.
    Show,
    /// Change settings; what is not said stays.
    Set {
        /// `none`, a file or a folder, a device such as /dev/usb/lp0, tcp://HOST[:PORT]; on Windows a port such as COM3, or
        /// printer:NAME
        #[arg(long)]
        to: Option<String>,
        #[command(flatten)]
        paper: PaperArgs,
        /// Whether the app prints after each sale, return and redemption.
        #[arg(long)]
        automatic: Option<bool>,
        /// Whether the first print opens the cash drawer.
        #[arg(long)]
        drawer: Option<bool>,
        /// Whether a network printer says when it has printed.
        #[arg(long)]
        answers: Option<bool>,
        /// Folder for pictures and PDFs.
        #[arg(long)]
        folder: Option<String>,
    },
    /// Print a page that shows whether it prints.
    Test,
    /// List the printers that this computer knows by name; Windows has such.
    List,
}

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
            if let Some(folder) = folder {
                settings.folder = whole(&folder);
            }
            engine.set_printer(settings)?.shown(json)
        }
        PrinterAction::List => {
            let found = Engine::named_printers();
            if json {
                return found.shown(true);
            }
            Ok(found.names.join("\n"))
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
    let typed = || text.to_owned();
    match text {
        "none" => PrinterTarget::None,
        t if t.starts_with("tcp://") => PrinterTarget::Tcp {
            address: typed(),
            answers: false,
        },
        t if t.starts_with("printer:") => PrinterTarget::Named {
            name: t["printer:".len()..].to_owned(),
        },
        t if Path::new(t).starts_with("/dev") || platform::printing::is_port(t) => {
            PrinterTarget::Device { path: typed() }
        }
        _ => PrinterTarget::File { path: whole(text) },
    }
}

/// A whole path; on Windows one that begins at the root of a drive without naming it is this shell's drive's. A name alone
/// stays one, and is refused: it would be a file wherever this shell happens to be.
fn whole(path: &str) -> String {
    let path = path.trim();
    let whole = Path::new(path)
        .has_root()
        .then(|| std::path::absolute(path).ok())
        .flatten();
    whole.map_or_else(|| path.to_owned(), |p| p.to_string_lossy().into_owned())
}
