//! Wrong PINs, counted on disk so that a restart does not forget them.

use super::failure;
use crate::error::Result;
use rusqlite::{Connection, OptionalExtension, Transaction};

/// Tries before a clerk is locked.
pub(crate) const TRIES: u32 = 5;
/// How long a lock lasts, in milliseconds.
pub(crate) const LOCK_MS: i64 = 5 * 60 * 1000;

/// End of the clerk's lock, where there is one in the future.
pub(crate) fn locked_until(conn: &Connection, clerk: &str, now_ms: i64) -> Result<Option<i64>> {
    let until: Option<i64> = conn
        .prepare_cached("SELECT locked_ms FROM pin_try WHERE clerk = ?1")
        .and_then(|mut s| s.query_row([clerk], |r| r.get(0)).optional())
        .map_err(failure)?;
    Ok(until.filter(|u| *u > now_ms))
}

/// Counts a wrong PIN; answers how many tries are left, 0 = locked now.
pub(crate) fn wrong(tx: &Transaction<'_>, clerk: &str, now_ms: i64) -> Result<u32> {
    let failed: u32 = tx
        .prepare_cached(include_str!("pin_wrong.sql"))
        .and_then(|mut s| s.query_row([clerk], |r| r.get(0)))
        .map_err(failure)?;
    let left = TRIES.saturating_sub(failed);
    if left == 0 {
        tx.prepare_cached("UPDATE pin_try SET failed = 0, locked_ms = ?2 WHERE clerk = ?1")
            .and_then(|mut s| s.execute((clerk, now_ms + LOCK_MS)))
            .map_err(failure)?;
    }
    Ok(left)
}

/// A right PIN clears the count.
pub(crate) fn right(tx: &Transaction<'_>, clerk: &str) -> Result<()> {
    tx.prepare_cached("DELETE FROM pin_try WHERE clerk = ?1")
        .and_then(|mut s| s.execute([clerk]))
        .map_err(failure)?;
    Ok(())
}
