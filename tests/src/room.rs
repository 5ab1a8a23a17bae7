//! A disk with little room: a small file system in memory, mounted where that is allowed.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// The file system; gone when it is dropped.
pub struct Room {
    dir: TempDir,
}

impl Room {
    /// One of so many KiB; none, with the reason printed, where nobody may mount here.
    ///
    /// # Panics
    /// Where there is no folder to mount it on.
    pub fn of_kib(kib: u32) -> Option<Self> {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={kib}k,mode=700")])
            .arg("counterpart-test")
            .arg(dir.path())
            .output();
        match mounted {
            Ok(Output { status, .. }) if status.success() => Some(Self { dir }),
            Ok(Output { stderr, .. }) => {
                eprintln!(
                    "SKIPPED: no full disk: {}",
                    String::from_utf8_lossy(&stderr)
                );
                None
            }
            Err(e) => {
                eprintln!("SKIPPED: no full disk: mount: {e}");
                None
            }
        }
    }

    /// Its folder.
    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    fn filler(&self) -> PathBuf {
        self.path().join("filler")
    }

    /// Takes all room but so many KiB.
    ///
    /// # Panics
    /// Where there is not so much.
    pub fn fill_but(&self, kib: u64) {
        self.free();
        let mut file = fs::File::create(self.filler()).expect("a file that fills");
        let block = [0u8; 4096];
        let mut written = 0;
        // the disk is full when it says so
        while file.write_all(&block).is_ok() {
            written += 4096;
        }
        assert!(written >= kib * 1024, "only {written} bytes were free");
        file.set_len(written - kib * 1024).expect("room given back");
    }

    /// Gives all room back.
    pub fn free(&self) {
        // there may be none yet
        let _ = fs::remove_file(self.filler());
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        // what still uses it lets go when it ends
        let _ = Command::new("umount").arg("-l").arg(self.path()).status();
    }
}
