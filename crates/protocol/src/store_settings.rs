//! What headquarters sets for the counters of a store. A device takes it where nobody has chosen otherwise on the device
//! itself; how soon the screen is covered is the exception: the shorter of both holds.

use chrono::NaiveTime;
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

use crate::limits::is_line;

/// Milliseconds between two keys of one scan.
pub const SCAN_PAUSES: RangeInclusive<u32> = 30..=300;
/// Seconds without a touch or a key after which the screen is covered.
pub const COVERS: RangeInclusive<u32> = 15..=900;
/// Length of a printer's name, address or port, in characters.
const PRINTER_CHARS: usize = 200;

/// What headquarters sets for the counters of a store; what is left out is as the device has it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StoreSettings {
    /// The hand that holds the tablet: the rail lies where its thumb is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held_in: Option<HeldIn>,
    /// After how many seconds without a touch or a key the screen is covered at the latest: [`COVERS`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cover_after_s: Option<u32>,
    /// The longest pause between two keys of one scan, in milliseconds: [`SCAN_PAUSES`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scan_pause_ms: Option<u32>,
    /// The receipt printer of a device that has none of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub printer: Option<StorePrinter>,
    /// When the store closes, by its own clock: a new version is put in after it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closes_at: Option<NaiveTime>,
}

/// The hand that holds the tablet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HeldIn {
    /// The left one; the right one is free.
    Left,
    /// The right one; the left one is free.
    Right,
}

/// A receipt printer that every device of a store may use, or that each has under the same name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StorePrinter {
    /// Where it is.
    pub at: StorePrinterAt,
    /// Width of its paper: 58 or 80 mm.
    pub paper_mm: u16,
    /// Whether a receipt is printed by itself after a sale, return or redemption.
    #[serde(default)]
    pub automatic: bool,
    /// Whether the first print of a sale or return opens the cash drawer.
    #[serde(default)]
    pub drawer: bool,
}

/// Where a store's printer is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum StorePrinterAt {
    /// Each device has it under this name in its system.
    Named {
        /// The name.
        name: String,
    },
    /// On the network of the store.
    Network {
        /// `host` or `host:port`.
        address: String,
        /// Whether it says when it has printed.
        #[serde(default)]
        answers: bool,
    },
    /// A port of each device, such as `COM3` or `/dev/usb/lp0`.
    Port {
        /// The port.
        path: String,
    },
}

/// A setting that is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a setting of a store: {field}")]
pub struct SettingUnfit {
    /// Which.
    pub field: &'static str,
}

impl StoreSettings {
    /// Whether each is in its range.
    ///
    /// # Errors
    /// [`SettingUnfit`] with the first that is not.
    pub fn check(&self) -> Result<(), SettingUnfit> {
        let unfit = |field| Err(SettingUnfit { field });
        if self.cover_after_s.is_some_and(|s| !COVERS.contains(&s)) {
            return unfit("cover_after_s");
        }
        if self
            .scan_pause_ms
            .is_some_and(|ms| !SCAN_PAUSES.contains(&ms))
        {
            return unfit("scan_pause_ms");
        }
        let Some(printer) = &self.printer else {
            return Ok(());
        };
        if !matches!(printer.paper_mm, 58 | 80) {
            return unfit("printer.paper_mm");
        }
        let (said, field) = match &printer.at {
            StorePrinterAt::Named { name } => (name, "printer.name"),
            StorePrinterAt::Network { address, .. } => (address, "printer.address"),
            StorePrinterAt::Port { path } => (path, "printer.path"),
        };
        if is_line(said, PRINTER_CHARS) && said.trim() == said {
            Ok(())
        } else {
            unfit(field)
        }
    }

    /// Whether nothing is set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printer(at: StorePrinterAt, paper_mm: u16) -> StoreSettings {
        StoreSettings {
            printer: Some(StorePrinter {
                at,
                paper_mm,
                automatic: true,
                drawer: false,
            }),
            ..StoreSettings::default()
        }
    }

    #[test]
    fn each_setting_is_held_to_its_range() {
        let of = |cover, pause| StoreSettings {
            cover_after_s: Some(cover),
            scan_pause_ms: Some(pause),
            ..StoreSettings::default()
        };
        assert_eq!(of(15, 30).check(), Ok(()));
        assert_eq!(of(900, 300).check(), Ok(()));
        assert_eq!(of(14, 30).check().unwrap_err().field, "cover_after_s");
        assert_eq!(of(15, 301).check().unwrap_err().field, "scan_pause_ms");
        let named = |name: &str| printer(StorePrinterAt::Named { name: name.into() }, 80);
        assert_eq!(named("XP-80C").check(), Ok(()));
        for bad in ["", " XP", "a\nb", &"x".repeat(201)] {
            assert!(named(bad).check().is_err(), "{bad:?}");
        }
        let port = StorePrinterAt::Port {
            path: "COM3".into(),
        };
        assert_eq!(
            printer(port, 60).check().unwrap_err().field,
            "printer.paper_mm"
        );
    }

    #[test]
    fn what_is_left_out_is_not_said_and_what_is_new_is_passed_over() {
        assert_eq!(
            serde_json::to_string(&StoreSettings::default()).unwrap(),
            "{}"
        );
        let said = r#"{"held_in":"right","closes_at":"21:30:00","of a later version":1}"#;
        let read: StoreSettings = serde_json::from_str(said).unwrap();
        assert_eq!(read.held_in, Some(HeldIn::Right));
        assert_eq!(read.closes_at, NaiveTime::from_hms_opt(21, 30, 0));
    }
}
