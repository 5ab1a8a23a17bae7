//! Windows.

use crate::windows::interrupt_time;
use std::time::Duration;
use windows_registry::LOCAL_MACHINE;

/// Where the start's number is: Windows counts it up at each.
const STARTS: &str =
    r"SYSTEM\CurrentControlSet\Control\Session Manager\Memory Management\PrefetchParameters";

/// The interrupt time: since the last start, sleep and hibernation included.
pub(super) fn since_start() -> Duration {
    interrupt_time()
}

pub(super) fn start_id() -> Option<String> {
    let number = LOCAL_MACHINE.open(STARTS).ok()?.get_u32("BootId").ok()?;
    Some(format!("windows-{number}"))
}
