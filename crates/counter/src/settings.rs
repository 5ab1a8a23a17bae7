//! What people chose for this device. A file of its own in the counter's folder, like the printer's: it says
//! nothing of anybody and may be copied to the next device.

use crate::error::{Error, Result};
use crate::view::DeviceSettings;
use std::fs;
use std::io::{ErrorKind, Write};
use std::ops::RangeInclusive;
use std::path::Path;

/// Milliseconds between two keys of one scan.
pub(crate) const PAUSES: RangeInclusive<u32> = 30..=300;
/// Seconds.
pub(crate) const COVERS: RangeInclusive<u32> = 15..=900;

impl DeviceSettings {
    /// Whether each is in its range.
    ///
    /// # Errors
    /// [`Error::SettingInvalid`] with the first that is not.
    fn checked(self) -> Result<Self> {
        if !PAUSES.contains(&self.scan_pause_ms) {
            return Err(Error::SettingInvalid {
                field: "scan_pause_ms",
            });
        }
        if !COVERS.contains(&self.cover_after_s) {
            return Err(Error::SettingInvalid {
                field: "cover_after_s",
            });
        }
        Ok(self)
    }
}

/// The settings as they are kept; the default ones where nobody has chosen any.
///
/// # Errors
/// [`Error::SettingInvalid`] where the file is not what was written there.
pub(crate) fn read(file: &Path) -> Result<DeviceSettings> {
    match fs::read_to_string(file) {
        Ok(text) => serde_json::from_str::<DeviceSettings>(&text)
            .map_err(|_| Error::SettingInvalid {
                field: "settings.json",
            })?
            .checked(),
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(DeviceSettings::default()),
        Err(e) => Err(Error::home(file)(e)),
    }
}

/// Keeps settings: whole or not at all.
///
/// # Errors
/// [`Error::SettingInvalid`]; where the file cannot be written.
pub(crate) fn keep(file: &Path, settings: DeviceSettings) -> Result<DeviceSettings> {
    let settings = settings.checked()?;
    let text = serde_json::to_string_pretty(&settings)?;
    let part = file.with_extension("new");
    fs::File::create(&part)
        .and_then(|mut f| f.write_all(text.as_bytes()).and_then(|()| f.sync_all()))
        .and_then(|()| platform::files::rename_over(&part, file))
        .map_err(Error::home(file))?;
    Ok(settings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_the_default_until_they_are_chosen_and_then_stay() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("settings.json");
        assert_eq!(read(&file).unwrap(), DeviceSettings::default());
        let chosen = DeviceSettings {
            scan_pause_ms: 200,
            cover_after_s: 120,
        };
        keep(&file, chosen.clone()).unwrap();
        assert_eq!(read(&file).unwrap(), chosen);
    }

    #[test]
    fn what_is_out_of_range_is_refused_and_what_was_kept_stays() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("settings.json");
        for (scan_pause_ms, cover_after_s) in [(29, 60), (301, 60), (120, 14), (120, 901), (0, 0)] {
            let wrong = DeviceSettings {
                scan_pause_ms,
                cover_after_s,
            };
            assert!(matches!(
                keep(&file, wrong),
                Err(Error::SettingInvalid { .. })
            ));
        }
        assert_eq!(read(&file).unwrap(), DeviceSettings::default());
    }

    #[test]
    fn a_file_that_is_none_is_said_and_one_of_an_older_version_is_filled_up() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("settings.json");
        for text in ["", "{", "{\"scan_pause_ms\": -1}", "{\"scan_pause_ms\": 5}"] {
            fs::write(&file, text).unwrap();
            assert!(read(&file).is_err(), "{text}");
        }
        fs::write(&file, "{\"cover_after_s\": 30}").unwrap();
        assert_eq!(
            read(&file).unwrap(),
            DeviceSettings {
                cover_after_s: 30,
                ..DeviceSettings::default()
            }
        );
    }
}
