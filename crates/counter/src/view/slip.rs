//! The customer's receipt, as the screens and the command line hear of it.

use crate::slip::{Part, SlipKind};
use serde::{Deserialize, Serialize};
use std::ffi::OsStr;
use std::path::Path;

/// A receipt to be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SlipView {
    /// Of what.
    pub kind: SlipKind,
    /// What it says, in order.
    pub parts: Vec<Part>,
    /// Its QR code as SVG.
    pub code_svg: String,
    /// How often it was printed, or may have been.
    pub prints: u32,
    /// Whether this device has a printer.
    pub printer: bool,
}

/// A receipt went to the printer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Printed {
    /// How often it has been printed now, this time among them.
    pub prints: u32,
    /// False where it was to be printed by itself and had been printed before, or is not to be.
    pub now: bool,
}

/// What a receipt is saved as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum SlipFormat {
    /// Plain text.
    Text,
    /// The bytes for a printer.
    Escpos,
    /// A picture.
    Png,
    /// A page.
    Pdf,
}

impl SlipFormat {
    /// The ending of its files.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Text => "txt",
            Self::Escpos => "escpos",
            Self::Png => "png",
            Self::Pdf => "pdf",
        }
    }
}

/// A receipt was saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Saved {
    /// Where, for the command line: whoever stands at the counter has no use for a path of the disk.
    pub path: String,
    /// What the folder is called.
    pub folder: String,
    /// What the file is called.
    pub file: String,
}

impl Saved {
    /// Of a file that was written.
    pub(crate) fn at(path: &Path) -> Self {
        let name = |part: Option<&OsStr>| {
            part.map(|p| p.to_string_lossy().into_owned())
                .unwrap_or_default()
        };
        Self {
            path: path.display().to_string(),
            folder: name(path.parent().and_then(Path::file_name)),
            file: name(path.file_name()),
        }
    }
}
