//! How often a receipt was printed.

use super::failure;
use crate::error::Result;
use rusqlite::{Connection, OptionalExtension, Transaction};

/// How often it was printed, or may have been.
pub(crate) fn prints(conn: &Connection, slip: &str) -> Result<u32> {
    let n: Option<u32> = conn
        .prepare_cached("SELECT prints FROM slip_print WHERE slip = ?1")
        .and_then(|mut s| s.query_row([slip], |r| r.get(0)).optional())
        .map_err(failure)?;
    Ok(n.unwrap_or(0))
}

/// Under what the prints of a receipt are counted: by its own name, or by its number, as they were before.
pub(crate) fn counted_under(conn: &Connection, name: &str, before: &str) -> Result<String> {
    let own = prints(conn, name)? > 0 || prints(conn, before)? == 0;
    Ok(if own { name } else { before }.to_owned())
}

/// Counts a print that is about to begin. Answers how many were before it.
pub(crate) fn begin_print(tx: &Transaction<'_>, slip: &str) -> Result<u32> {
    let before = prints(tx, slip)?;
    tx.prepare_cached(
        "INSERT INTO slip_print VALUES (?1, 1) ON CONFLICT (slip) DO UPDATE SET prints = prints + 1",
    )
    .and_then(|mut s| s.execute([slip]))
    .map_err(failure)?;
    Ok(before)
}

/// Takes a print back of which the printer had nothing.
pub(crate) fn not_printed(tx: &Transaction<'_>, slip: &str) -> Result<()> {
    tx.prepare_cached("UPDATE slip_print SET prints = prints - 1 WHERE slip = ?1 AND prints > 0")
        .and_then(|mut s| s.execute([slip]))
        .map_err(failure)?;
    Ok(())
}
