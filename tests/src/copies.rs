//! A counter's folder as it was: copied, put back, damaged.

use crate::Counter;
use std::fs;
use std::path::{Path, PathBuf};

impl Counter {
    /// A copy of its folder under another name, as of a cloned disk. Nothing of it may run.
    ///
    /// # Panics
    /// Where it cannot be copied.
    pub fn copied(&self, name: &str) -> Self {
        let home = self.home.with_file_name(name);
        copy(&self.home, &home);
        Self {
            home,
            ..self.clone()
        }
    }

    /// Puts the folder of another copy in the place of this one, as of a backup.
    ///
    /// # Panics
    /// Where it cannot be copied.
    pub fn put_back(&self, copy_of: &Self) {
        fs::remove_dir_all(&self.home).expect("the folder removed");
        copy(&copy_of.home, &self.home);
    }

    /// One of its files.
    pub fn file(&self, name: &str) -> PathBuf {
        self.home.join(name)
    }

    /// Names of its files that begin so.
    ///
    /// # Panics
    /// Where its folder cannot be read.
    pub fn files_like(&self, beginning: &str) -> Vec<String> {
        let entries = fs::read_dir(&self.home).expect("its folder");
        entries
            .filter_map(Result::ok)
            .map(|e| e.file_name().to_string_lossy().into_owned())
            .filter(|name| name.starts_with(beginning))
            .collect()
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            // keeps who may read it, which the device's key insists on
            fs::copy(entry.path(), target).expect("a file copied");
        }
    }
}

/// Turns a few bytes of a file into others.
///
/// # Panics
/// Where there is no such file.
pub fn flip(file: &Path, at: u64, count: usize) {
    let mut bytes = fs::read(file).expect("a file");
    let at = usize::try_from(at).expect("a place in it");
    for byte in bytes.iter_mut().skip(at).take(count) {
        *byte ^= 0x5A;
    }
    fs::write(file, bytes).expect("written");
}

/// Removes the write-ahead log and its index beside a database.
pub fn remove_beside(file: &Path) {
    for tail in ["-wal", "-shm"] {
        let mut name = file.as_os_str().to_owned();
        name.push(tail);
        // after a clean end there are none
        let _ = fs::remove_file(PathBuf::from(name));
    }
}
