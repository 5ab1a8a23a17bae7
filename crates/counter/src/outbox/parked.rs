//! Baskets that stand aside. They are this counter's alone: nothing of them is an operation.

use super::failure;
use crate::error::Result;
use crate::parked::{Basket, Parked};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension};

fn parsed(id: String, parked_ms: i64, basket: &str) -> Result<Parked> {
    let basket: Basket = serde_json::from_str(basket)?;
    let at = DateTime::from_timestamp_millis(parked_ms).ok_or_else(|| {
        crate::error::Error::OutboxDamaged("a parked basket with an unreadable time".into())
    })?;
    Ok(Parked { id, at, basket })
}

/// All of them, in the order in which they were parked.
pub(crate) fn parked(conn: &Connection) -> Result<Vec<Parked>> {
    let mut statement = conn
        .prepare_cached("SELECT id, parked_ms, basket FROM parked ORDER BY parked_ms, id")
        .map_err(failure)?;
    let rows = statement
        .query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get::<_, String>(2)?)))
        .map_err(failure)?;
    rows.map(|row| {
        let (id, at, basket) = row.map_err(failure)?;
        parsed(id, at, &basket)
    })
    .collect()
}

/// One of them; none where it was sold or let go meanwhile.
pub(crate) fn parked_one(conn: &Connection, id: &str) -> Result<Option<Parked>> {
    let row = conn
        .prepare_cached("SELECT id, parked_ms, basket FROM parked WHERE id = ?1")
        .and_then(|mut s| {
            s.query_row([id], |r| Ok((r.get(0)?, r.get(1)?, r.get::<_, String>(2)?)))
                .optional()
        })
        .map_err(failure)?;
    row.map(|(id, at, basket): (String, i64, String)| parsed(id, at, &basket))
        .transpose()
}

/// Parks one, or parks again what was taken up.
pub(crate) fn put_parked(conn: &Connection, one: &Parked) -> Result<()> {
    let basket = serde_json::to_string(&one.basket)?;
    conn.prepare_cached("REPLACE INTO parked (id, parked_ms, basket) VALUES (?1, ?2, ?3)")
        .and_then(|mut s| s.execute((&one.id, one.at.timestamp_millis(), basket)))
        .map_err(failure)?;
    Ok(())
}

/// Lets one go; false where there is none of that id.
pub(crate) fn remove_parked(conn: &Connection, id: &str) -> Result<bool> {
    let gone = conn
        .prepare_cached("DELETE FROM parked WHERE id = ?1")
        .and_then(|mut s| s.execute([id]))
        .map_err(failure)?;
    Ok(gone > 0)
}

/// Lets go what was parked before a moment; how many that were.
pub(crate) fn remove_parked_before(conn: &Connection, moment: DateTime<Utc>) -> Result<usize> {
    conn.prepare_cached("DELETE FROM parked WHERE parked_ms < ?1")
        .and_then(|mut s| s.execute([moment.timestamp_millis()]))
        .map_err(failure)
}

/// Lets all of them go.
pub(crate) fn remove_all_parked(conn: &Connection) -> Result<()> {
    conn.prepare_cached("DELETE FROM parked")
        .and_then(|mut s| s.execute([]))
        .map_err(failure)?;
    Ok(())
}
