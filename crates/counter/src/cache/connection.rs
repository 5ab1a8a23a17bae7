//! A connection to the cache file, and how it counts its commits.

use crate::error::Result;
use crate::home::FileKey;
use rusqlite::Connection;
use std::path::Path;
use std::time::Duration;

/// Page cache of each connection, in KiB.
const PAGE_CACHE_KIB: i64 = 32 * 1024;

/// Commits that this file has counted.
pub(super) fn commits(conn: &Connection) -> rusqlite::Result<i64> {
    match conn.query_row("SELECT n FROM age", [], |r| r.get(0)) {
        // it counts from now on
        Err(e) if e.to_string().contains("no such table") => Ok(0),
        other => other,
    }
}

/// Counts one more: in each transaction.
pub(super) fn count_commit(tx: &Connection) -> rusqlite::Result<()> {
    tx.prepare_cached("UPDATE age SET n = n + 1")?.execute([])?;
    Ok(())
}

/// Opens the file.
pub(super) fn connect(path: &Path, key: &FileKey) -> Result<Connection> {
    let conn = Connection::open(path)?;
    conn.execute_batch(&key.pragma())?;
    conn.busy_timeout(Duration::from_secs(5))?;
    conn.pragma_update(None, "journal_mode", "WAL")?;
    conn.pragma_update(None, "synchronous", "NORMAL")?;
    conn.pragma_update(None, "cache_size", -PAGE_CACHE_KIB)?;
    conn.pragma_update(None, "temp_store", "MEMORY")?;
    conn.set_prepared_statement_cache_capacity(64);
    Ok(conn)
}
