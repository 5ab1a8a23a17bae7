//! Windows: printers by their names, and ports.

use super::NotSpooled;
use crate::windows::spooler;
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Result};
use std::path::{Path, PathBuf};
use std::time::Instant;

pub(super) const HAS_SPOOLER: bool = true;

pub(super) fn open(path: &Path, create: bool) -> Result<File> {
    match port(path) {
        // a port is there or not, and has no end to write at
        Some(port) => OpenOptions::new().write(true).open(port),
        None => OpenOptions::new().append(true).create(create).open(path),
    }
}

/// `COM3`, `LPT1` as the system takes them: above 9 only by this name.
fn port(path: &Path) -> Option<PathBuf> {
    let name = path.to_str()?.trim_end_matches(':');
    let number = ["COM", "LPT"].iter().find_map(|kind| {
        name.to_ascii_uppercase()
            .strip_prefix(kind)
            .map(str::to_owned)
    })?;
    let is_number = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| PathBuf::from(format!(r"\\.\{name}")))
}

/// A port cannot be asked without a wait; what is written to it is taken as far as its time-outs allow.
pub(super) fn ready(_: &File, end: Instant) -> Result<()> {
    if Instant::now() < end {
        Ok(())
    } else {
        Err(ErrorKind::TimedOut.into())
    }
}

pub(super) fn named() -> Vec<String> {
    spooler::names().unwrap_or_else(|error| {
        tracing::warn!(%error, "the printers of this machine cannot be listed");
        Vec::new()
    })
}

pub(super) fn is_port(name: &str) -> bool {
    port(Path::new(name)).is_some()
}

pub(super) fn spool(
    printer: &str,
    document: &str,
    bytes: &[u8],
) -> std::result::Result<(), NotSpooled> {
    spooler::print(printer, document, bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_known_by_its_name() {
        assert_eq!(port(Path::new("COM3")), Some(r"\\.\COM3".into()));
        assert_eq!(port(Path::new("lpt1:")), Some(r"\\.\lpt1".into()));
        for other in ["COMPUTER", "COM", r"C:\COM3", "receipts.bin"] {
            assert_eq!(port(Path::new(other)), None, "{other}");
        }
    }
}
