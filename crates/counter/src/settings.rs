//! What people chose for this device, and what headquarters sets for the counters of its store. Two files in the counter's
//! folder, like the printer's: they say nothing of anybody.

use crate::error::{Error, Result};
use crate::view::{
    DeviceSettings, HeldIn, PaperWidth, PrinterSettings, PrinterTarget, SlipLanguage,
};
use protocol::store_settings::{COVERS, SCAN_PAUSES, StorePrinterAt, StoreSettings};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

/// What people chose on the device; what they did not is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Chosen {
    #[serde(skip_serializing_if = "Option::is_none")]
    scan_pause_ms: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cover_after_s: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    held_in: Option<HeldIn>,
}

impl Chosen {
    /// Whether each is in its range.
    ///
    /// # Errors
    /// [`Error::SettingInvalid`] with the first that is not.
    fn checked(self) -> Result<Self> {
        let invalid = |field| Err(Error::SettingInvalid { field });
        if self
            .scan_pause_ms
            .is_some_and(|ms| !SCAN_PAUSES.contains(&ms))
        {
            return invalid("scan_pause_ms");
        }
        if self.cover_after_s.is_some_and(|s| !COVERS.contains(&s)) {
            return invalid("cover_after_s");
        }
        Ok(self)
    }

    /// How the device is set: what was chosen, else what the store has, else as every device is. The screen is covered at
    /// the latest when the store says.
    pub(crate) fn over(&self, store: &StoreSettings) -> DeviceSettings {
        let usual = DeviceSettings::default();
        let cover = self.cover_after_s.or(store.cover_after_s);
        let cover = cover.unwrap_or(usual.cover_after_s);
        DeviceSettings {
            scan_pause_ms: self
                .scan_pause_ms
                .or(store.scan_pause_ms)
                .unwrap_or(usual.scan_pause_ms),
            cover_after_s: store.cover_after_s.map_or(cover, |most| cover.min(most)),
            cover_at_most_s: store.cover_after_s,
            held_in: self
                .held_in
                .or(store.held_in.map(Into::into))
                .unwrap_or(usual.held_in),
        }
    }

    /// The same with what was changed in `wanted`: what stayed as it was is left to the store as before.
    ///
    /// # Errors
    /// [`Error::SettingInvalid`] with the first that is out of its range.
    pub(crate) fn changed(self, wanted: &DeviceSettings, store: &StoreSettings) -> Result<Self> {
        let now = self.over(store);
        let mut chosen = self;
        if wanted.scan_pause_ms != now.scan_pause_ms {
            chosen.scan_pause_ms = Some(wanted.scan_pause_ms);
        }
        if wanted.cover_after_s != now.cover_after_s {
            chosen.cover_after_s = Some(wanted.cover_after_s);
        }
        if wanted.held_in != now.held_in {
            chosen.held_in = Some(wanted.held_in);
        }
        chosen.checked()
    }
}

/// The store's printer, for a device that has chosen none.
pub(crate) fn printer_of(store: &StoreSettings) -> PrinterSettings {
    let Some(printer) = &store.printer else {
        return PrinterSettings::default();
    };
    PrinterSettings {
        target: match printer.at.clone() {
            StorePrinterAt::Named { name } => PrinterTarget::Named { name },
            StorePrinterAt::Network { address, answers } => PrinterTarget::Tcp { address, answers },
            StorePrinterAt::Port { path } => PrinterTarget::Device { path },
        },
        width: match printer.paper_mm {
            58 => PaperWidth::Mm58,
            _ => PaperWidth::Mm80,
        },
        language: SlipLanguage::default(),
        automatic: printer.automatic,
        drawer: printer.drawer,
        folder: String::new(),
    }
}

/// What people chose; nothing where nobody has.
///
/// # Errors
/// [`Error::SettingInvalid`] where the file is not what was written there.
pub(crate) fn chosen(file: &Path) -> Result<Chosen> {
    read::<Chosen>(file, "settings.json")?
        .unwrap_or_default()
        .checked()
}

/// What headquarters sets for the store; nothing where it sets nothing.
///
/// # Errors
/// [`Error::SettingInvalid`] where the file is not what was written there.
pub(crate) fn of_store(file: &Path) -> Result<StoreSettings> {
    Ok(read(file, "store-settings.json")?.unwrap_or_default())
}

fn read<T: DeserializeOwned>(file: &Path, field: &'static str) -> Result<Option<T>> {
    match fs::read_to_string(file) {
        Ok(text) => serde_json::from_str(&text)
            .map(Some)
            .map_err(|_| Error::SettingInvalid { field }),
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
        Err(e) => Err(Error::home(file)(e)),
    }
}

/// Keeps settings: whole or not at all.
///
/// # Errors
/// Where the file cannot be written.
pub(crate) fn keep<T: Serialize>(file: &Path, settings: &T) -> Result<()> {
    let text = serde_json::to_string_pretty(settings)?;
    platform::files::write_whole(file, text.as_bytes()).map_err(Error::home(file))
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::store_settings::{HeldIn as WireHeldIn, StorePrinter};

    fn wanted(scan_pause_ms: u32, cover_after_s: u32) -> DeviceSettings {
        DeviceSettings {
            scan_pause_ms,
            cover_after_s,
            ..DeviceSettings::default()
        }
    }

    #[test]
    fn they_are_the_usual_ones_until_they_are_chosen_and_then_stay() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("settings.json");
        let none = StoreSettings::default();
        let before = chosen(&file).unwrap();
        assert_eq!(before.over(&none), DeviceSettings::default());
        let after = before.changed(&wanted(200, 60), &none).unwrap();
        keep(&file, &after).unwrap();
        assert_eq!(chosen(&file).unwrap().over(&none), wanted(200, 60));
    }

    #[test]
    fn what_is_out_of_range_is_refused() {
        let none = StoreSettings::default();
        for (pause, cover) in [(29, 60), (301, 60), (120, 14), (120, 901), (0, 0)] {
            let refused = Chosen::default().changed(&wanted(pause, cover), &none);
            assert!(matches!(refused, Err(Error::SettingInvalid { .. })));
        }
    }

    #[test]
    fn a_file_that_is_none_is_said_and_one_of_an_older_version_is_filled_up() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("settings.json");
        for text in ["", "{", "{\"scan_pause_ms\": -1}", "{\"scan_pause_ms\": 5}"] {
            fs::write(&file, text).unwrap();
            assert!(chosen(&file).is_err(), "{text}");
        }
        fs::write(&file, "{\"cover_after_s\": 30}").unwrap();
        let read = chosen(&file).unwrap().over(&StoreSettings::default());
        assert_eq!(read, wanted(120, 30));
    }

    /// What somebody chose on the device stays; what nobody did follows the store; and the shorter cover holds.
    #[test]
    fn the_store_fills_in_and_its_cover_is_the_longest() {
        let store = StoreSettings {
            held_in: Some(WireHeldIn::Right),
            cover_after_s: Some(60),
            scan_pause_ms: Some(200),
            ..StoreSettings::default()
        };
        let none = Chosen::default();
        let now = none.over(&store);
        assert_eq!(
            (now.scan_pause_ms, now.cover_after_s, now.held_in),
            (200, 60, HeldIn::Right)
        );
        assert_eq!(now.cover_at_most_s, Some(60));
        // keeping what is there chooses nothing
        assert_eq!(none.clone().changed(&now, &store).unwrap(), none);
        let longer = none
            .clone()
            .changed(
                &DeviceSettings {
                    cover_after_s: 300,
                    ..now.clone()
                },
                &store,
            )
            .unwrap();
        assert_eq!(longer.over(&store).cover_after_s, 60);
        let shorter = none
            .changed(
                &DeviceSettings {
                    cover_after_s: 30,
                    scan_pause_ms: 90,
                    ..now
                },
                &store,
            )
            .unwrap();
        let now = shorter.over(&store);
        assert_eq!((now.cover_after_s, now.scan_pause_ms), (30, 90));
        assert_eq!(shorter.over(&StoreSettings::default()).cover_after_s, 30);
        assert_eq!(
            shorter.over(&StoreSettings::default()).held_in,
            HeldIn::Left
        );
    }

    #[test]
    fn the_stores_printer_is_that_of_a_device_without_one() {
        assert_eq!(
            printer_of(&StoreSettings::default()),
            PrinterSettings::default()
        );
        let of = printer_of(&StoreSettings {
            printer: Some(StorePrinter {
                at: StorePrinterAt::Named {
                    name: "XP-80C".into(),
                },
                paper_mm: 58,
                automatic: true,
                drawer: true,
            }),
            ..StoreSettings::default()
        });
        assert!(matches!(of.target, PrinterTarget::Named { ref name } if name == "XP-80C"));
        assert_eq!(
            (of.width, of.automatic, of.drawer),
            (PaperWidth::Mm58, true, true)
        );
    }
}
