//! This device's printer, as people set it.

use serde::{Deserialize, Serialize};

/// This device's printer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct PrinterSettings {
    /// Where it is.
    pub target: PrinterTarget,
    /// Its paper.
    pub width: PaperWidth,
    /// What receipts are printed in.
    pub language: SlipLanguage,
    /// Whether a receipt is printed by itself after a sale, return or redemption.
    pub automatic: bool,
    /// Whether the first print of a sale or return opens the cash drawer.
    pub drawer: bool,
    /// Where pictures and PDFs are saved: a folder; empty = the counter's own choice.
    pub folder: String,
}

/// Where the printer is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum PrinterTarget {
    /// There is none.
    #[default]
    None,
    /// A file that every receipt is added to, or a folder that gets a file of each.
    File {
        /// Whole path.
        path: String,
    },
    /// A device of this computer, such as `/dev/usb/lp0`, or a port of it, such as `COM3`.
    Device {
        /// Whole path, or the port's name.
        path: String,
    },
    /// A printer that the system knows by a name, as Windows does: it takes the receipt and prints it when it can.
    Named {
        /// Its name there.
        name: String,
    },
    /// A printer on the network.
    Tcp {
        /// `host` or `host:port`; port 9100 where none is said.
        address: String,
        /// Whether it says when it has printed (`GS r`). Most do; one that does not would always be in doubt.
        #[serde(default)]
        answers: bool,
    },
}

/// The printers that this computer knows by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct NamedPrinters {
    /// Whether printers have names here at all.
    pub possible: bool,
    /// Their names, in the system's order.
    pub names: Vec<String>,
}

/// Paper by its width.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum PaperWidth {
    /// 58 mm, 32 columns.
    #[serde(rename = "58")]
    #[value(name = "58")]
    Mm58,
    /// 80 mm, 48 columns.
    #[default]
    #[serde(rename = "80")]
    #[value(name = "80")]
    Mm80,
}

/// What a receipt is written in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum SlipLanguage {
    /// 简体中文
    #[default]
    #[serde(rename = "zh-CN")]
    #[value(name = "zh-CN")]
    Zh,
    /// English
    #[serde(rename = "en")]
    #[value(name = "en")]
    En,
}
