//! This device's printer: where it is, its paper, its language. Kept in the counter's folder.

use crate::error::{Error, Result, SlipError};
use crate::view::{PaperWidth, PrinterSettings, PrinterTarget};
use platform::printing;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

/// The port that receipt printers listen on.
const PORT: u16 = 9_100;
/// Longest path or address.
const MOST_CHARS: usize = 1_024;

impl PaperWidth {
    /// Columns of a printer's own letters.
    pub(crate) fn columns(self) -> usize {
        match self {
            Self::Mm58 => 32,
            Self::Mm80 => 48,
        }
    }

    /// Columns of a picture, whose letters differ in width and need some room.
    pub(crate) fn picture_columns(self) -> usize {
        match self {
            Self::Mm58 => 28,
            Self::Mm80 => 42,
        }
    }

    pub(crate) fn mm(self) -> u16 {
        match self {
            Self::Mm58 => 58,
            Self::Mm80 => 80,
        }
    }
}

impl PrinterSettings {
    /// The settings, trimmed and sound.
    ///
    /// # Errors
    /// [`SlipError::PrinterInvalid`] with the field that is not.
    pub(crate) fn checked(mut self) -> Result<Self> {
        match &mut self.target {
            PrinterTarget::None => {}
            PrinterTarget::Device { path } if printing::is_port(path.trim()) => {
                *path = path.trim().to_owned();
            }
            PrinterTarget::File { path } | PrinterTarget::Device { path } => {
                *path = whole_path(path, "path")?;
            }
            PrinterTarget::Named { name } => *name = printers_name(name)?,
            PrinterTarget::Tcp { address, .. } => {
                let (host, port) = host_and_port(address)?;
                *address = if host.contains(':') {
                    format!("[{host}]:{port}")
                } else {
                    format!("{host}:{port}")
                };
            }
        }
        if !self.folder.trim().is_empty() {
            self.folder = whole_path(&self.folder, "folder")?;
        }
        Ok(self)
    }
}

fn invalid(field: &'static str) -> Error {
    SlipError::PrinterInvalid { field }.into()
}

fn whole_path(text: &str, field: &'static str) -> Result<String> {
    let text = text.trim();
    let sound = Path::new(text).is_absolute()
        && text.chars().count() <= MOST_CHARS
        && !text.chars().any(char::is_control);
    if sound {
        Ok(text.to_owned())
    } else {
        Err(invalid(field))
    }
}

/// The name of a printer of this computer.
fn printers_name(text: &str) -> Result<String> {
    let text = text.trim();
    let sound = printing::HAS_SPOOLER
        && !text.is_empty()
        && text.chars().count() <= MOST_CHARS
        && !text.chars().any(char::is_control);
    if sound {
        Ok(text.to_owned())
    } else {
        Err(invalid("name"))
    }
}

/// Host and port of an address as it is typed: `host`, `host:port`, `[v6]:port`, with or without `tcp://`.
pub(super) fn host_and_port(address: &str) -> Result<(String, u16)> {
    let text = address.trim();
    let text = text.strip_prefix("tcp://").unwrap_or(text);
    let (host, port) = if let Some(v6) = text.strip_prefix('[') {
        let (host, rest) = v6.split_once(']').ok_or(invalid("address"))?;
        (host, rest.strip_prefix(':'))
    } else if text.matches(':').count() > 1 {
        (text, None)
    } else {
        text.split_once(':')
            .map_or((text, None), |(host, port)| (host, Some(port)))
    };
    let port = match port {
        None => PORT,
        Some(port) => port.parse().map_err(|_| invalid("address"))?,
    };
    let sound = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '%');
    if host.is_empty() || host.len() > 255 || !host.chars().all(sound) || port == 0 {
        return Err(invalid("address"));
    }
    Ok((host.to_owned(), port))
}

/// The settings as they are kept; none where nobody has set any.
///
/// # Errors
/// [`SlipError::PrinterInvalid`] where the file is not what was written there.
pub(crate) fn read(file: &Path) -> Result<Option<PrinterSettings>> {
    match fs::read_to_string(file) {
        Ok(text) => serde_json::from_str(&text)
            .map(Some)
            .map_err(|_| invalid("printer.json")),
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
        Err(e) => Err(Error::home(file)(e)),
    }
}

/// Keeps settings: whole or not at all.
pub(crate) fn keep(file: &Path, settings: &PrinterSettings) -> Result<()> {
    let text = serde_json::to_string_pretty(settings)?;
    platform::files::write_whole(file, text.as_bytes()).map_err(Error::home(file))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_as_they_are_typed() {
        let of = |text: &str| host_and_port(text).ok();
        assert_eq!(of(" 10.0.0.9 "), Some(("10.0.0.9".into(), 9_100)));
        assert_eq!(
            of("tcp://till-printer:9101"),
            Some(("till-printer".into(), 9_101))
        );
        assert_eq!(of("[::1]:7"), Some(("::1".into(), 7)));
        assert_eq!(of("::1"), Some(("::1".into(), 9_100)));
        for bad in [
            "", ":9100", "a:0", "a:b", "a b", "a/b", "a\u{7}", "a:99999", "[::1",
        ] {
            assert_eq!(of(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn settings_are_checked_kept_and_read_back() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("printer.json");
        assert_eq!(read(&file).unwrap(), None);
        let settings = PrinterSettings {
            target: PrinterTarget::Tcp {
                address: " 127.0.0.1 ".into(),
                answers: true,
            },
            automatic: true,
            ..PrinterSettings::default()
        };
        let settings = settings.checked().unwrap();
        keep(&file, &settings).unwrap();
        assert_eq!(read(&file).unwrap(), Some(settings.clone()));
        assert!(
            matches!(&settings.target, PrinterTarget::Tcp { address, .. } if address == "127.0.0.1:9100")
        );
        fs::write(&file, r#"{"width":"58","of a later version":1}"#).unwrap();
        assert_eq!(read(&file).unwrap().unwrap().width, PaperWidth::Mm58);
        fs::write(&file, "{").unwrap();
        assert!(matches!(
            read(&file),
            Err(Error::Slip(SlipError::PrinterInvalid { .. }))
        ));
        for path in ["", "relative", "/a\nb"] {
            let target = PrinterTarget::File { path: path.into() };
            let of = PrinterSettings {
                target,
                ..PrinterSettings::default()
            };
            assert!(of.checked().is_err(), "{path:?}");
        }
    }
}
