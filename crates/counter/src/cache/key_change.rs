//! A cache that a build before encrypted by the outbox's key is given its own.

use super::connection::connect;
use crate::error::{Error, Result};
use crate::home::FileKey;
use crate::read_only::{self, log_of};
use rusqlite::Connection;
use std::fs;
use std::path::{Path, PathBuf};

/// The table of the copy of who this device is.
pub(super) const IDENTITY_TABLE: &str = "CREATE TABLE IF NOT EXISTS identity_mirror (
  only_one INTEGER PRIMARY KEY CHECK (only_one = 1),
  identity TEXT NOT NULL
)";

/// Takes the private key out of a copy that a build before made.
fn strip(conn: &Connection) -> Result<()> {
    conn.execute_batch(IDENTITY_TABLE)?;
    conn.execute(
        "UPDATE identity_mirror SET identity = json_remove(identity, '$.secret')",
        [],
    )?;
    Ok(())
}

/// Whether a file opens by a key; nothing of it is changed.
pub(super) fn opens(path: &Path, key: &FileKey) -> bool {
    read_only::connect(path, key).is_ok_and(|conn| {
        conn.query_row("SELECT count(*) FROM sqlite_master", [], |_| Ok(()))
            .is_ok()
    })
}

/// Writes the file anew under another key. The new one is whole before it takes the old one's place.
pub(super) fn write_anew(path: &Path, from: &FileKey, to: &FileKey) -> Result<()> {
    let fresh = path.with_extension("new");
    remove(&fresh)?;
    {
        let conn = connect(path, from)?;
        strip(&conn)?;
        copy(&conn, &fresh, to)?;
        // the new file must not lie beside the old one's log
        let busy: i64 = conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |r| r.get(0))?;
        if busy != 0 {
            return Err(Error::Busy);
        }
    }
    platform::files::flush(&fresh)
        .and_then(|()| platform::files::rename_over(&fresh, path))
        .map_err(Error::home(path))?;
    for tail in ["-wal", "-shm"] {
        remove(&beside(path, tail))?;
    }
    tracing::info!("the cache has a key of its own from now on");
    Ok(())
}

fn copy(conn: &Connection, fresh: &Path, to: &FileKey) -> Result<()> {
    let version: i64 = conn.query_row("PRAGMA user_version", [], |r| r.get(0))?;
    let name = fresh.to_string_lossy().into_owned();
    conn.execute("ATTACH ?1 AS fresh KEY ?2", (name, to.attached().as_str()))?;
    conn.query_row("SELECT sqlcipher_export('fresh')", [], |_| Ok(()))?;
    conn.pragma_update(Some("fresh"), "user_version", version)?;
    conn.execute_batch("DETACH fresh")?;
    Ok(())
}

fn beside(path: &Path, tail: &str) -> PathBuf {
    if tail == "-wal" {
        return log_of(path);
    }
    let mut name = path.as_os_str().to_owned();
    name.push(tail);
    PathBuf::from(name)
}

fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(Error::home(path)(e)),
        _ => Ok(()),
    }
}
