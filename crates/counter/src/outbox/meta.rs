//! Values by their names: what stands once in an outbox.

use super::failure::failure;
use crate::error::{Error, Result};
use rusqlite::{Connection, OptionalExtension};

/// A value; none where nothing was written.
pub(super) fn get(conn: &Connection, key: &str) -> Result<Option<String>> {
    conn.prepare_cached("SELECT value FROM meta WHERE key = ?1")
        .and_then(|mut s| s.query_row([key], |r| r.get(0)).optional())
        .map_err(failure)
}

/// Writes a value.
pub(super) fn set(conn: &Connection, key: &str, value: &str) -> Result<()> {
    conn.prepare_cached(
        "INSERT INTO meta VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2",
    )
    .and_then(|mut s| s.execute([key, value]))
    .map_err(failure)?;
    Ok(())
}

/// Whether something was noted.
pub(super) fn flag(conn: &Connection, key: &str) -> Result<bool> {
    Ok(get(conn, key)?.as_deref() == Some("1"))
}

/// Notes something, or takes the note away.
pub(super) fn set_flag(conn: &Connection, key: &str, on: bool) -> Result<()> {
    if on {
        return set(conn, key, "1");
    }
    unset(conn, key)
}

/// Takes a value away.
pub(super) fn unset(conn: &Connection, key: &str) -> Result<()> {
    conn.prepare_cached("DELETE FROM meta WHERE key = ?1")
        .and_then(|mut s| s.execute([key]))
        .map_err(failure)?;
    Ok(())
}

/// A number; 0 where none was written.
pub(super) fn number(conn: &Connection, key: &str) -> Result<u32> {
    get(conn, key)?.map_or(Ok(0), |v| {
        v.parse()
            .map_err(|_| Error::OutboxDamaged(format!("{key} is not a number")))
    })
}
