//! Paper: parts in a format, saved as a file, and the code on it.

use crate::engine::Engine;
use crate::error::{Error, Result, SlipError};
use crate::slip::{self, lay_out};
use crate::view::{PaperWidth, Part, Saved, SlipFormat};
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};
use std::path::Path;

impl Engine {
    /// Saves paper as a file of this name: in the folder of the settings, else in `folder`, else with the counter.
    pub(super) fn save_paper(
        &self,
        stem: &str,
        format: SlipFormat,
        bytes: &[u8],
        folder: Option<&Path>,
    ) -> Result<Saved> {
        let settings = self.printer()?;
        let chosen = Path::new(&settings.folder);
        let own = self.shared.home().receipts();
        let folder = match folder {
            _ if !settings.folder.is_empty() => chosen,
            Some(folder) => folder,
            None => &own,
        };
        let path = std::fs::create_dir_all(folder)
            .and_then(|()| slip::into_folder(folder, stem, format.extension(), bytes))
            .map_err(|e| SlipError::not_saved(&e))?;
        Ok(Saved::at(&path))
    }
}

/// What its file is called: nothing in it leads out of a folder.
pub(super) fn file_stem(key: &str) -> String {
    let safe = |c: char| {
        if c.is_alphanumeric() || matches!(c, '-' | '_') {
            c
        } else {
            '-'
        }
    };
    key.chars().map(safe).take(60).collect()
}

/// The parts in a format.
pub(super) fn rendered(parts: &[Part], format: SlipFormat, width: PaperWidth) -> Result<Vec<u8>> {
    let columns = width.columns();
    let picture = || lay_out(parts, width.picture_columns());
    Ok(match format {
        SlipFormat::Text => slip::text(&lay_out(parts, columns), columns).into_bytes(),
        SlipFormat::Escpos => slip::job(
            &lay_out(parts, columns),
            slip::Job {
                width: columns,
                drawer: false,
            },
        ),
        SlipFormat::Png => slip::png(&picture(), width.mm())?,
        SlipFormat::Pdf => slip::pdf(&picture(), width.mm())?,
    })
}

pub(super) fn code_svg(data: &str) -> Result<String> {
    let qr = QrCode::with_error_correction_level(data.as_bytes(), EcLevel::M)
        .map_err(|_| Error::TooLarge)?;
    Ok(qr
        .render::<svg::Color<'_>>()
        .min_dimensions(144, 144)
        .dark_color(svg::Color("#000000"))
        .light_color(svg::Color("#ffffff"))
        .build())
}
