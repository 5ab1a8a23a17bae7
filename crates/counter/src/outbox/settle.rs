//! What the centre said of operations, and when screens stop adding them by themselves.

use super::failure;
use crate::error::{Error, Result};
use protocol::push::{OpResult, Outcome, ScopeCursor};
use protocol::{Epoch, Seq};
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use std::collections::BTreeSet;

/// The first operation that has not been answered, of the oldest epoch that has one. Epoch 0 is
/// none: its operations wait until the centre has said which one begins.
pub(crate) fn first_waiting(conn: &Connection) -> Result<Option<(Epoch, Seq)>> {
    let row: Option<(u32, i64)> = conn
        .prepare_cached(include_str!("first_waiting.sql"))
        .and_then(|mut s| s.query_row([], |r| Ok((r.get(0)?, r.get(1)?))).optional())
        .map_err(failure)?;
    row.map(|(epoch, seq)| Ok((Epoch(epoch), number(seq)?)))
        .transpose()
}

/// The first operation of an epoch after a number that has not been answered.
pub(crate) fn next_waiting(conn: &Connection, epoch: Epoch, after: Seq) -> Result<Option<Seq>> {
    let after = i64::try_from(after.0).map_err(|_| Error::TooLarge)?;
    let row: Option<i64> = conn
        .prepare_cached(include_str!("next_waiting.sql"))
        .and_then(|mut s| s.query_row((epoch.0, after), |r| r.get(0)).optional())
        .map_err(failure)?;
    row.map(number).transpose()
}

/// Operations that the centre holds: asked about again, now and then.
pub(crate) fn held(conn: &Connection) -> Result<Vec<(Epoch, Seq)>> {
    let mut s = conn
        .prepare_cached(include_str!("held.sql"))
        .map_err(failure)?;
    let rows = s
        .query_map([], |r| Ok((r.get::<_, u32>(0)?, r.get::<_, i64>(1)?)))
        .map_err(failure)?;
    rows.map(|r| {
        let (epoch, seq) = r.map_err(failure)?;
        Ok((Epoch(epoch), number(seq)?))
    })
    .collect()
}

fn number(seq: i64) -> Result<Seq> {
    u64::try_from(seq)
        .map(Seq)
        .map_err(|e| Error::OutboxDamaged(e.to_string()))
}

/// Writes down an answer. An operation that was confirmed stays so.
pub(crate) fn answer(
    tx: &Transaction<'_>,
    epoch: Epoch,
    result: &OpResult,
    visible: &[ScopeCursor],
) -> Result<()> {
    let state = match result.outcome {
        Outcome::Applied(_) | Outcome::Exists(_) => "confirmed",
        Outcome::Held { .. } => "held",
        Outcome::SetAside { .. } => "set_aside",
    };
    let seq = i64::try_from(result.seq.0).map_err(|_| Error::TooLarge)?;
    let outcome = serde_json::to_string(&result.outcome)?;
    let visible = serde_json::to_string(visible)?;
    tx.prepare_cached(include_str!("answer.sql"))
        .and_then(|mut s| {
            s.execute(params![
                epoch.0,
                seq,
                result.op_id.to_string(),
                state,
                outcome,
                visible
            ])
        })
        .map_err(failure)?;
    Ok(())
}

/// Operations whose effect may show in the cache by now: number and where it shows.
pub(crate) fn answered_overlays(conn: &Connection) -> Result<Vec<(String, Vec<ScopeCursor>)>> {
    let mut s = conn
        .prepare_cached(
            "SELECT op_id, visible FROM outbox WHERE overlay = 1 AND state = 'confirmed'",
        )
        .map_err(failure)?;
    let rows = s
        .query_map([], |r| {
            Ok((r.get::<_, String>(0)?, r.get::<_, Option<String>>(1)?))
        })
        .map_err(failure)?;
    rows.map(|r| {
        let (id, visible) = r.map_err(failure)?;
        let visible = visible.map_or(Ok(Vec::new()), |v| serde_json::from_str(&v))?;
        Ok((id, visible))
    })
    .collect()
}

/// The members whose operations these are.
pub(crate) fn members_of(conn: &Connection, op_ids: &[String]) -> Result<BTreeSet<String>> {
    let mut s = conn
        .prepare_cached("SELECT member FROM outbox WHERE op_id = ?1 AND member IS NOT NULL")
        .map_err(failure)?;
    let mut all = BTreeSet::new();
    for id in op_ids {
        let member = s.query_row([id], |r| r.get(0)).optional();
        all.extend(member.map_err(failure)?);
    }
    Ok(all)
}

/// The cache shows these now.
pub(crate) fn shown(tx: &Transaction<'_>, op_ids: &[String]) -> Result<()> {
    let mut s = tx
        .prepare_cached("UPDATE outbox SET overlay = 0 WHERE op_id = ?1")
        .map_err(failure)?;
    for id in op_ids {
        s.execute([id]).map_err(failure)?;
    }
    Ok(())
}
