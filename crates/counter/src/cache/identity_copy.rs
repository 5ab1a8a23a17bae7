//! A copy of the device's identity, its private key in it, for the day that the outbox file is damaged:
//! the file is encrypted by the same key, so it is no less safe here. It has a table of its own that
//! pull never touches, and is written again where a new cache lacks it.

use super::connection::{connect, count_commit};
use super::file::Cache;
use crate::error::Result;
use crate::home::{FileKey, Home};
use rusqlite::{Connection, OptionalExtension};

const TABLE: &str = "CREATE TABLE IF NOT EXISTS identity_mirror (
  only_one INTEGER PRIMARY KEY CHECK (only_one = 1),
  identity TEXT NOT NULL
)";

fn kept(conn: &Connection) -> Result<Option<String>> {
    Ok(conn
        .query_row("SELECT identity FROM identity_mirror", [], |r| r.get(0))
        .optional()?)
}

impl Cache {
    /// Keeps a copy, where there is not this one already.
    pub(crate) fn copy_identity(&self, identity: &str) -> Result<()> {
        let mut conn = self.writer()?;
        conn.execute_batch(TABLE)?;
        if kept(&conn)?.as_deref() != Some(identity) {
            let tx = conn.transaction()?;
            tx.execute("REPLACE INTO identity_mirror VALUES (1, ?1)", [identity])?;
            count_commit(&tx)?;
            tx.commit()?;
        }
        Ok(())
    }
}

/// The copy, read with no cache open; none where there is no cache, or one that cannot be read.
pub(crate) fn read_identity_copy(home: &Home, key: &FileKey) -> Option<String> {
    if !home.cache().exists() {
        return None;
    }
    connect(&home.cache(), key)
        .and_then(|conn| kept(&conn))
        .map_err(|e| tracing::warn!("no copy of the identity: {e}"))
        .ok()
        .flatten()
}
