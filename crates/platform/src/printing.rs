//! The ways of bytes to a printer that a system has of its own.

use std::fs::File;
use std::io::Result;
use std::path::Path;
use std::time::Instant;

#[cfg(unix)]
#[path = "printing/unix.rs"]
mod system;
#[cfg(windows)]
#[path = "printing/windows.rs"]
mod system;

/// Whether printers have names by which bytes can be handed to them: [`spool`] works.
pub const HAS_SPOOLER: bool = system::HAS_SPOOLER;

/// Opens a file or a device (`/dev/usb/lp0`, `COM3`) to write at its end, without waiting for anybody at the other end: a
/// printer that is switched off shall not hold the till.
///
/// # Errors
/// Where it cannot be opened.
pub fn open(path: &Path, create: bool) -> Result<File> {
    system::open(path, create)
}

/// Waits until a device takes bytes.
///
/// # Errors
/// [`std::io::ErrorKind::TimedOut`] where it does not by then.
pub fn ready(device: &File, end: Instant) -> Result<()> {
    system::ready(device, end)
}

/// The printers that have names here, in the system's order; none where a system has no spooler.
pub fn named() -> Vec<String> {
    system::named()
}

/// Whether this is the name of a port of this machine, as `COM3`, and no path.
pub fn is_port(name: &str) -> bool {
    system::is_port(name)
}

/// Why the spooler did not take all.
#[derive(Debug)]
pub struct NotSpooled {
    /// Whether it may have had some of it.
    pub begun: bool,
    /// What it said.
    pub error: std::io::Error,
}

/// Hands bytes to the system's spooler, for the printer of this name, as they are. It has them when this returns; when they
/// are printed, and whether, it does not say.
///
/// # Errors
/// Where there is no such printer or it refuses; [`std::io::ErrorKind::Unsupported`] where a system has no spooler.
pub fn spool(printer: &str, document: &str, bytes: &[u8]) -> std::result::Result<(), NotSpooled> {
    system::spool(printer, document, bytes)
}
