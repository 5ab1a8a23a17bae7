//! Who looked at members from a shell.

use super::failure::failure;
use crate::error::Result;
use rusqlite::Connection;
use serde::Serialize;

/// For how long looks are kept, in milliseconds: a year, and some.
const KEPT_MS: i64 = 400 * 24 * 3600 * 1000;

/// One look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Look {
    /// When, in milliseconds since 1970.
    pub(crate) at: i64,
    /// Who.
    pub(crate) clerk: String,
    /// By which command.
    pub(crate) what: String,
    /// Whose page, where it was one member's.
    pub(crate) member: Option<String>,
}

/// Writes a look down; those that are older than they need be go.
pub(crate) fn note_look(conn: &Connection, look: &Look) -> Result<()> {
    conn.prepare_cached("DELETE FROM look WHERE at_ms < ?1")
        .and_then(|mut s| s.execute([look.at - KEPT_MS]))
        .and_then(|_| {
            conn.prepare_cached(
                "INSERT INTO look (at_ms, clerk, what, member) VALUES (?1, ?2, ?3, ?4)",
            )
        })
        .and_then(|mut s| s.execute((look.at, &look.clerk, &look.what, &look.member)))
        .map_err(failure)?;
    Ok(())
}

/// Looks since a moment, the newest first.
pub(crate) fn looks_since(conn: &Connection, at_ms: i64) -> Result<Vec<Look>> {
    let sql = "SELECT at_ms, clerk, what, member FROM look WHERE at_ms >= ?1 ORDER BY id DESC";
    let read = |row: &rusqlite::Row<'_>| {
        Ok(Look {
            at: row.get(0)?,
            clerk: row.get(1)?,
            what: row.get(2)?,
            member: row.get(3)?,
        })
    };
    let found = conn
        .prepare_cached(sql)
        .and_then(|mut s| s.query_map([at_ms], read)?.collect());
    found.map_err(failure)
}
