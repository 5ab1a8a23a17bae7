//! Wrong wall clocks and restarts of a device, for one process: a small library is loaded before its
//! own. Nothing else on this machine notices.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Seconds of a day.
pub const DAY: i64 = 86_400;

/// Clocks for a process.
#[derive(Debug, Clone)]
pub struct Wall {
    library: PathBuf,
    /// Seconds by which the wall clock is wrong, seen from the day that the tests live on.
    shift: i64,
    /// A file with the id of another start of the device.
    boot: Option<PathBuf>,
    /// The time zone that it is set to.
    zone: Option<&'static str>,
}

impl Wall {
    /// Right clocks; the library is made in this folder. None, with the reason printed, where
    /// nothing can be made here.
    ///
    /// # Panics
    /// Where the folder cannot be written.
    pub fn right(dir: &Path) -> Option<Self> {
        let (source, library) = (dir.join("wall.c"), dir.join("wall.so"));
        fs::write(&source, include_str!("wall.c")).expect("a source");
        let made = Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-w", "-o"])
            .args([&library, &source])
            .output();
        match made {
            Ok(made) if made.status.success() => Some(Self {
                library,
                shift: 0,
                boot: None,
                zone: None,
            }),
            Ok(made) => {
                eprintln!(
                    "SKIPPED: no other clocks: {}",
                    String::from_utf8_lossy(&made.stderr)
                );
                None
            }
            Err(e) => {
                eprintln!("SKIPPED: no other clocks: cc: {e}");
                None
            }
        }
    }

    /// The same, wrong by so many seconds.
    #[must_use]
    pub fn shifted(&self, seconds: i64) -> Self {
        Self {
            shift: seconds,
            ..self.clone()
        }
    }

    /// The same in a time zone.
    #[must_use]
    pub fn zone(&self, name: &'static str) -> Self {
        Self {
            zone: Some(name),
            ..self.clone()
        }
    }

    /// The same after the device was started anew.
    ///
    /// # Panics
    /// Where that cannot be written down.
    #[must_use]
    pub fn restarted(&self, times: u32) -> Self {
        let file = self.library.with_file_name(format!("boot-{times}"));
        fs::write(&file, format!("00000000-0000-0000-0000-{times:012}\n")).expect("an id");
        Self {
            boot: Some(file),
            ..self.clone()
        }
    }

    /// What a process is given.
    pub fn env(&self) -> Vec<(OsString, OsString)> {
        let mut env: Vec<(OsString, OsString)> = vec![
            ("LD_PRELOAD".into(), self.library.clone().into()),
            (
                "COUNTERPART_TEST_WALL".into(),
                (self.shift + day_of_the_tests()).to_string().into(),
            ),
        ];
        if let Some(boot) = &self.boot {
            env.push(("COUNTERPART_TEST_BOOT".into(), boot.clone().into()));
        }
        if let Some(zone) = self.zone {
            env.push(("TZ".into(), zone.into()));
        }
        env
    }
}

/// Seconds by which the tests' own clock is shifted, where they are run on a made-up day.
fn day_of_the_tests() -> i64 {
    std::env::var("COUNTERPART_TEST_WALL")
        .ok()
        .and_then(|seconds| seconds.parse().ok())
        .unwrap_or(0)
}
