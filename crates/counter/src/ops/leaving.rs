//! Taking a counter off a machine.

use crate::cache;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::home::Home;
use crate::keys::{KeyAccess, Keyring};
use crate::outbox::{self, Outbox};
use crate::view::Left;
use std::fs::{self, File};
use std::path::Path;

/// Beginnings of the names of what a counter keeps in its folder and nobody else needs. Receipts that were saved as
/// pictures are the shop's, and stay.
const KEPT: [&str; 7] = [
    "outbox.",
    "cache.",
    "printer.",
    "settings.",
    "print.lock",
    "pin.lock",
    "token.lock",
];

impl Engine {
    /// Erases all that a counter keeps in its folder, and its keys, for good; without `confirm`, only says whether it would.
    /// What it recorded must be at the centre, all of it.
    ///
    /// # Errors
    /// [`Error::StillWaiting`] where something waits and `confirm` is given; [`Error::Busy`] where another process works
    /// there; where the keys, the outbox or the folder cannot be used: then nothing is erased that is not told.
    pub fn leave(dir: &Path, access: &KeyAccess, confirm: bool) -> Result<Left> {
        if !dir.is_dir() {
            return Ok(Left::default());
        }
        let home = Home::open(dir)?;
        let keys = [home.key(), home.sealed_key(), home.id()];
        if !home.is_used() && !keys.iter().any(|file| file.exists()) {
            return Ok(Left::default());
        }
        let turn = File::create(home.sync_lock()).map_err(Error::home(&home.sync_lock()))?;
        if turn.try_lock().is_err() {
            return Err(Error::Busy);
        }
        let keys = Keyring::open(&home, access)?;
        let outbox = Outbox::open(&home, keys.outbox())?;
        let waits = outbox.read(outbox::first_waiting)?.is_some();
        drop(outbox);
        if !confirm || waits {
            let left = Left {
                waits,
                erased: false,
            };
            return if confirm {
                Err(Error::StillWaiting)
            } else {
                Ok(left)
            };
        }
        // the keys last: cut off before, this is done again to its end
        cache::erase(&home)?;
        remove(&home, |name| KEPT.iter().any(|kept| name.starts_with(kept)))?;
        keys.destroy()?;
        remove(&home, |name| name.starts_with("device."))?;
        drop(turn);
        let lock = home.sync_lock();
        fs::remove_file(&lock).map_err(Error::home(&lock))?;
        // one that has something else in it stays
        let _ = fs::remove_dir(home.dir());
        tracing::warn!("this counter's data were erased");
        Ok(Left {
            waits: false,
            erased: true,
        })
    }
}

/// Removes files of the folder by their names.
fn remove(home: &Home, goes: impl Fn(&str) -> bool) -> Result<()> {
    for entry in fs::read_dir(home.dir()).map_err(Error::home(home.dir()))? {
        let entry = entry.map_err(Error::home(home.dir()))?;
        let path = entry.path();
        if path.is_file() && goes(&entry.file_name().to_string_lossy()) {
            fs::remove_file(&path).map_err(Error::home(&path))?;
        }
    }
    Ok(())
}

#[cfg(test)]
#[path = "leaving_tests.rs"]
mod tests;
