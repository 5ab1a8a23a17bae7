//! The customer's receipt, as the screens and the command line hear of it.

use serde::{Deserialize, Serialize};
use std::ffi::OsStr;
use std::path::Path;

/// What a receipt is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SlipKind {
    /// 销售
    Sale,
    /// 退货
    Return,
    /// 积分兑换
    Redemption,
    /// 撤销兑换
    Reversal,
}

/// A part of a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case", tag = "part")]
pub enum Part {
    /// The brand's name.
    Brand {
        /// The name.
        text: String,
    },
    /// Something in the middle under it: store, what kind of receipt it is, what to do with it.
    Middle {
        /// The words.
        text: String,
        /// How it stands out.
        weight: Weight,
    },
    /// A mark that nobody may overlook: demo data, a reprint.
    Mark {
        /// The words.
        text: String,
    },
    /// A word and what it is.
    Pair {
        /// The word.
        label: String,
        /// What it is.
        value: String,
        /// How it stands out.
        weight: Weight,
        /// True where the centre has not confirmed it.
        pending: bool,
    },
    /// A line of goods.
    Goods {
        /// Name and size.
        name: String,
        /// `× 2`, and what came back of it.
        detail: String,
        /// Its amount; empty where it has none of its own.
        amount: String,
    },
    /// A sentence.
    Note {
        /// The sentence.
        text: String,
        /// True where it is about what the centre has not confirmed.
        pending: bool,
    },
    /// The number as a QR code, for scanning.
    Code {
        /// What is in it, and under it in figures.
        data: String,
    },
    /// An address as a QR code, for her phone: as large as goes on the paper, with nothing under it.
    Scan {
        /// What is in it.
        data: String,
    },
    /// A line across.
    Rule,
}

/// How a part stands out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// As text does.
    Plain,
    /// In bold.
    Strong,
    /// The sum: bold and large.
    Total,
    /// Beside the rest: small or grey, where there is a way to be.
    Light,
}

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
