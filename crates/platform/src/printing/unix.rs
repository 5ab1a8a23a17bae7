//! Linux and its kin: a printer is a device.

use super::NotSpooled;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::fs::OFlags;
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Result};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Instant;

/// A name of CUPS is reached by its address instead.
pub(super) const HAS_SPOOLER: bool = false;

pub(super) fn open(path: &Path, create: bool) -> Result<File> {
    let nonblocking = OFlags::NONBLOCK | OFlags::NOCTTY;
    OpenOptions::new()
        .append(true)
        .create(create)
        .custom_flags(nonblocking.bits().cast_signed())
        .open(path)
}

pub(super) fn ready(device: &File, end: Instant) -> Result<()> {
    let left = end.saturating_duration_since(Instant::now());
    let timeout = left.try_into().map_err(|_| ErrorKind::TimedOut)?;
    match poll(&mut [PollFd::new(device, PollFlags::OUT)], Some(&timeout)) {
        Ok(0) => Err(ErrorKind::TimedOut.into()),
        Err(e) if e == rustix::io::Errno::INTR => Ok(()),
        Ok(_) => Ok(()),
        Err(e) => Err(e.into()),
    }
}

pub(super) fn named() -> Vec<String> {
    Vec::new()
}

/// A port is a device, and has a path.
pub(super) fn is_port(_: &str) -> bool {
    false
}

pub(super) fn spool(_: &str, _: &str, _: &[u8]) -> std::result::Result<(), NotSpooled> {
    Err(NotSpooled {
        begun: false,
        error: ErrorKind::Unsupported.into(),
    })
}
