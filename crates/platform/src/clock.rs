//! A clock that nobody sets, and that goes on while the machine sleeps.

use std::sync::OnceLock;
use std::time::Duration;

#[cfg(any(target_os = "linux", target_os = "android"))]
#[path = "clock/linux.rs"]
mod system;
#[cfg(target_vendor = "apple")]
#[path = "clock/apple.rs"]
mod system;
#[cfg(windows)]
#[path = "clock/windows.rs"]
mod system;

/// How long ago the machine was started, sleep and hibernation included.
pub fn since_start() -> Duration {
    system::since_start()
}

/// Names the machine's last start, so that two readings of [`since_start`] are known to be of one. Read once: a process lives
/// through no start. None where the system does not tell: then a reading is to be taken for one of another start.
pub fn start_id() -> Option<&'static str> {
    static ID: OnceLock<Option<String>> = OnceLock::new();
    ID.get_or_init(system::start_id).as_deref()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_goes_on_and_its_start_has_one_name() {
        let before = since_start();
        std::thread::sleep(Duration::from_millis(60));
        let gone = since_start() - before;
        assert!(gone >= Duration::from_millis(40), "{gone:?}");
        assert!(gone < Duration::from_secs(30), "{gone:?}");
        assert_eq!(start_id(), start_id());
        #[cfg(target_os = "linux")]
        assert!(start_id().is_some_and(|id| id.len() == 36));
    }
}
