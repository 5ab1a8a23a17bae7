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

impl Engine {
    /// Erases all that a counter keeps in its folder, and its keys, for good, but for receipts that were saved as pictures:
    /// those are the shop's. Without `confirm`, only says whether it would.
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
        home.remove_own(|name| !name.starts_with("device.") && name != "sync.lock")?;
        keys.destroy()?;
        home.remove_own(|name| name != "sync.lock")?;
        drop(turn);
        home.remove_own(|_| true)?;
        // one that has something else in it stays
        let _ = fs::remove_dir(home.dir());
        tracing::warn!("this counter's data were erased");
        Ok(Left {
            waits: false,
            erased: true,
        })
    }
}

#[cfg(test)]
#[path = "leaving_tests.rs"]
mod tests;
