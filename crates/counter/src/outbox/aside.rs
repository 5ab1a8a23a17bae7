//! Replacing an outbox file that cannot be used. The old one is kept under another name, never
//! deleted; the new one has the device's identity and no epoch, so that the centre says which begins.

use super::file::{Outbox, lost};
use super::{Identity, identity};
use crate::error::{Error, Result};
use crate::home::{FileKey, Home};
use protocol::Epoch;
use rusqlite::{Connection, Transaction};
use serde::Serialize;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// What became of an outbox that was put aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PutAside {
    /// Where the old file is now; none where it was gone.
    pub kept: Option<PathBuf>,
    /// Whether the new one knows who this device is; where not, it has to be enrolled anew.
    pub enrolled: bool,
}

/// Whether the file can be opened and read to its end.
fn is_sound(home: &Home, key: &FileKey) -> Result<bool> {
    if lost(home)? || !home.outbox().exists() {
        return Ok(false);
    }
    let checked = Outbox::open_file(&home.outbox(), key).and_then(|outbox| {
        outbox.read(|c| {
            c.query_row("PRAGMA quick_check", [], |r| r.get::<_, String>(0))
                .map_err(super::failure)
        })
    });
    match checked {
        Ok(said) => Ok(said == "ok"),
        Err(Error::OutboxDamaged(_)) => Ok(false),
        Err(e) => Err(e),
    }
}

/// Puts a damaged or lost outbox aside and begins a new one, for the device that it was where that is known, and when
/// that last heard the centre.
///
/// # Errors
/// [`Error::OutboxSound`] where it is not damaged: what waits in it would be forgotten.
pub(crate) fn put_aside_of(
    home: &Home,
    key: &FileKey,
    me: Option<&Identity>,
    heard: Option<&str>,
) -> Result<PutAside> {
    if is_sound(home, key)? {
        return Err(Error::OutboxSound);
    }
    let fresh = begin(home, key, |tx| match me {
        None => Ok(()),
        Some(me) => {
            identity::set_identity(tx, me)?;
            identity::set_epoch(tx, Epoch(0))?;
            identity::begin_life(tx)?;
            // how long the centre has been silent is not forgotten with the file
            heard.map_or(Ok(()), |note| identity::put_contact_note(tx, note))
        }
    })?;
    Ok(PutAside {
        kept: swap(home, &fresh)?,
        enrolled: me.is_some(),
    })
}

/// The same where it is not known when the centre was last heard.
#[cfg(test)]
pub(crate) fn put_aside(home: &Home, key: &FileKey, me: Option<&Identity>) -> Result<PutAside> {
    put_aside_of(home, key, me, None)
}

impl Outbox {
    /// Begins a new outbox in the place of this one, which is kept under another name: for a device
    /// that is enrolled anew. What is in the new one is `work`'s.
    pub(crate) fn begin_anew(
        &mut self,
        home: &Home,
        key: &FileKey,
        work: impl FnOnce(&Transaction<'_>) -> Result<()>,
    ) -> Result<()> {
        let fresh = begin(home, key, work)?;
        // closed before it moves: closing removes the log by its name
        if let Some(stuck) = self.stuck() {
            return Err(stuck.error());
        }
        self.conn = Connection::open_in_memory().map_err(super::failure)?;
        let swapped = swap(home, &fresh);
        *self = Self::open_file(&home.outbox(), key)?;
        swapped.map(|_| ())
    }
}

/// Makes the new file, whole before the old one moves: a crash in between leaves one to go on with.
fn begin(
    home: &Home,
    key: &FileKey,
    work: impl FnOnce(&Transaction<'_>) -> Result<()>,
) -> Result<PathBuf> {
    let fresh = home.outbox().with_extension("new");
    remove_unfinished(&fresh)?;
    Outbox::open_file(&fresh, key)?.write(work)?;
    // the connection is closed: the last one writes the log into the file and removes it
    Ok(fresh)
}

/// Moves the old file to another name and the new one into its place.
fn swap(home: &Home, fresh: &Path) -> Result<Option<PathBuf>> {
    let kept = keep(&home.outbox())?;
    platform::files::rename_over(fresh, &home.outbox()).map_err(Error::home(&home.outbox()))?;
    Ok(kept)
}

/// What an earlier try of this very function left; no outbox was ever opened under that name.
fn remove_unfinished(path: &Path) -> Result<()> {
    for tail in ["", "-wal", "-shm"] {
        let file = beside(path, tail);
        match fs::remove_file(&file) {
            Err(e) if e.kind() != ErrorKind::NotFound => return Err(Error::home(&file)(e)),
            _ => {}
        }
    }
    Ok(())
}

/// Moves the file and its companions to another name.
fn keep(path: &Path) -> Result<Option<PathBuf>> {
    let stamp = chrono::Utc::now().format("%Y%m%dT%H%M%S%3f");
    let kept = path.with_file_name(format!("outbox.aside-{stamp}.db"));
    // the file before its log: without its log it would look like a whole one, and be an older one
    let mut found = false;
    for tail in ["", "-wal", "-shm"] {
        let file = beside(path, tail);
        match platform::files::rename_over(&file, &beside(&kept, tail)) {
            Ok(()) => found = true,
            Err(e) if e.kind() == ErrorKind::NotFound => {}
            Err(e) => return Err(Error::home(&file)(e)),
        }
    }
    Ok(found.then_some(kept))
}

fn beside(path: &Path, tail: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(tail);
    PathBuf::from(name)
}
