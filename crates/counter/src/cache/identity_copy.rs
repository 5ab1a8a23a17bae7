//! A copy of who this device is, without its private key, for the day that the outbox file is damaged; and of when it
//! last heard the centre. The private key is kept with the files' keys. It has a table of its own that pull never
//! touches, and is written again where a new cache lacks it.

use super::connection::{connect, count_commit};
use super::file::Cache;
use super::key_change::IDENTITY_TABLE;
use crate::error::Result;
use crate::home::{FileKey, Home};
use rusqlite::{Connection, OptionalExtension};
use serde::{Deserialize, Serialize};

/// What is kept.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Copied<I> {
    /// Who it is.
    #[serde(flatten)]
    pub(crate) identity: I,
    /// When it last heard the centre, as its outbox has noted it; none from a build before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) heard: Option<String>,
}

fn kept(conn: &Connection) -> Result<Option<String>> {
    Ok(conn
        .query_row("SELECT identity FROM identity_mirror", [], |r| r.get(0))
        .optional()?)
}

impl Cache {
    /// Keeps a copy, unless `is_good_enough` says that the one that is there does.
    pub(crate) fn copy_identity(
        &self,
        copy: &str,
        is_good_enough: impl FnOnce(&str) -> bool,
    ) -> Result<()> {
        if self.is_empty() {
            return Ok(());
        }
        let mut conn = self.writer()?;
        conn.execute_batch(IDENTITY_TABLE)?;
        if !kept(&conn)?.is_some_and(|kept| is_good_enough(&kept)) {
            let tx = conn.transaction()?;
            tx.execute("REPLACE INTO identity_mirror VALUES (1, ?1)", [copy])?;
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
