//! Receipts of the centre: by a till's number, by the sale's id.

use super::text::stored;
use crate::error::Result;
use identity::receipt::ReceiptNumber;
use protocol::entity::Receipt;
use rusqlite::{Connection, OptionalExtension, Params, Row, Transaction, params};

/// What the step to this schema does besides its SQL: receipts get what their numbers are looked for by.
pub(super) fn fill(tx: &Transaction<'_>) -> rusqlite::Result<()> {
    let mut all = tx.prepare("SELECT key, no, json_extract(body, '$.id') FROM receipt")?;
    let mut keep =
        tx.prepare("UPDATE receipt SET number_key = ?2, id = coalesce(?3, key) WHERE key = ?1")?;
    let rows = all.query_map([], |r| {
        Ok((
            r.get::<_, String>(0)?,
            r.get::<_, String>(1)?,
            r.get::<_, Option<String>>(2)?,
        ))
    })?;
    for row in rows {
        let (key, no, id) = row?;
        keep.execute(params![key, ReceiptNumber::stored(&no).loose(), id])?;
    }
    Ok(())
}

/// Writes a receipt.
pub(super) fn put(tx: &Transaction<'_>, key: &str, r: &Receipt, text: &str) -> Result<()> {
    tx.prepare_cached(
        "REPLACE INTO receipt (key, no, member, at_ms, body, number_key, id)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![
        key,
        r.no,
        r.member.as_str(),
        r.at.timestamp_millis(),
        text,
        ReceiptNumber::stored(&r.no).loose(),
        if r.id.is_empty() { key } else { &r.id },
    ])?;
    Ok(())
}

/// Takes a receipt out.
pub(super) fn remove(tx: &Transaction<'_>, key: &str) -> rusqlite::Result<()> {
    tx.prepare_cached("DELETE FROM receipt WHERE key = ?1")?
        .execute([key])?;
    Ok(())
}

/// Id and text of a row. One from a centre that tells no ids has its key for one.
fn id_and_text(row: &Row<'_>) -> rusqlite::Result<(String, String)> {
    Ok((row.get(0)?, row.get(1)?))
}

fn with_id((id, text): (String, String)) -> Result<Receipt> {
    Ok(Receipt {
        id,
        ..stored(&text)?
    })
}

fn receipts(conn: &Connection, rest: &str, params: impl Params) -> Result<Vec<Receipt>> {
    let mut statement = conn.prepare_cached(&format!("SELECT id, body FROM receipt {rest}"))?;
    let rows = statement.query_map(params, id_and_text)?;
    rows.map(|row| with_id(row?)).collect()
}

/// A member's receipts, newest first.
pub(crate) fn receipts_of(conn: &Connection, member: &str, limit: u32) -> Result<Vec<Receipt>> {
    let rest = "WHERE member = ?1 ORDER BY at_ms DESC LIMIT ?2";
    receipts(conn, rest, (member, limit))
}

/// Receipts of all stores whose numbers may be this one, newest first.
pub(crate) fn receipts_like(conn: &Connection, number_key: &str) -> Result<Vec<Receipt>> {
    let rest = "WHERE number_key = ?1 ORDER BY at_ms DESC, id DESC";
    receipts(conn, rest, [number_key])
}

/// A receipt by the sale's id.
pub(crate) fn receipt_by_id(conn: &Connection, id: &str) -> Result<Option<Receipt>> {
    conn.prepare_cached("SELECT id, body FROM receipt WHERE id = ?1")?
        .query_row([id], id_and_text)
        .optional()?
        .map(with_id)
        .transpose()
}
