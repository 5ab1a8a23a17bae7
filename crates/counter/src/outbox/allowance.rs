//! Points that this counter alone may spend.

use super::failure;
use crate::error::{Error, Result};
use chrono::{DateTime, Utc};
use loyalty::Points;
use protocol::grant::{Grant, GrantReply, GrantRequest};
use protocol::operation::Spend;
use rusqlite::{Connection, OptionalExtension, Transaction, params};

/// One grant with something left.
pub(crate) struct Allowance {
    pub(crate) grant_id: String,
    pub(crate) left: Points,
}

/// What this counter may spend of a member's points at a time: granted, not spent, not given
/// back, lease running.
pub(crate) fn usable(conn: &Connection, member: &str, now: DateTime<Utc>) -> Result<Points> {
    conn.prepare_cached(include_str!("usable.sql"))
        .and_then(|mut s| s.query_row((member, now.timestamp_millis()), |r| r.get(0)))
        .map(Points)
        .map_err(failure)
}

/// Grants that may be spent, soonest expiry first.
pub(crate) fn spendable(
    conn: &Connection,
    member: &str,
    now: DateTime<Utc>,
) -> Result<Vec<Allowance>> {
    let mut s = conn
        .prepare_cached(include_str!("spendable.sql"))
        .map_err(failure)?;
    let rows = s
        .query_map((member, now.timestamp_millis()), |r| {
            Ok((r.get::<_, String>(0)?, Points(r.get(1)?)))
        })
        .map_err(failure)?;
    rows.map(|r| {
        let (grant_id, left) = r.map_err(failure)?;
        Ok(Allowance { grant_id, left })
    })
    .collect()
}

/// Spends from the member's grants, soonest expiry first, all or nothing.
pub(crate) fn spend(
    tx: &Transaction<'_>,
    member: &str,
    points: Points,
    now: DateTime<Utc>,
) -> Result<Option<Vec<Spend>>> {
    let mut missing = points;
    let mut spends = Vec::new();
    for a in spendable(tx, member, now)? {
        if missing <= Points(0) {
            break;
        }
        let part = missing.min(a.left);
        tx.prepare_cached("UPDATE allowance SET spent = spent + ?2 WHERE grant_id = ?1")
            .and_then(|mut s| s.execute(params![a.grant_id, part.0]))
            .map_err(failure)?;
        let grant = a
            .grant_id
            .parse()
            .map_err(|_| Error::OutboxDamaged("an allowance with an unreadable id".into()))?;
        spends.push(Spend {
            grant,
            points: part,
        });
        missing -= part;
    }
    Ok((missing <= Points(0)).then_some(spends))
}

/// Writes a request down before it leaves.
pub(crate) fn note_request(
    tx: &Transaction<'_>,
    request: &GrantRequest,
    now: DateTime<Utc>,
) -> Result<()> {
    let body = serde_json::to_string(request)?;
    tx.prepare_cached("INSERT INTO grant_request (request_id, body, made_ms) VALUES (?1, ?2, ?3)")
        .and_then(|mut s| {
            s.execute(params![
                request.request_id.to_string(),
                body,
                now.timestamp_millis()
            ])
        })
        .map_err(failure)?;
    Ok(())
}

/// Requests whose answer has not come, oldest first.
pub(crate) fn open_requests(conn: &Connection) -> Result<Vec<GrantRequest>> {
    let mut s = conn
        .prepare_cached(
            "SELECT body FROM grant_request WHERE answered = 0 ORDER BY made_ms LIMIT 20",
        )
        .map_err(failure)?;
    let rows = s
        .query_map([], |r| r.get::<_, String>(0))
        .map_err(failure)?;
    rows.map(|r| Ok(serde_json::from_str(&r.map_err(failure)?)?))
        .collect()
}

/// Takes an answer, once: a grant that is here already is left as it is.
pub(crate) fn take_reply(
    tx: &Transaction<'_>,
    request: &GrantRequest,
    reply: &GrantReply,
) -> Result<()> {
    for g in &reply.grants {
        take_grant(tx, g)?;
    }
    tx.prepare_cached("UPDATE grant_request SET answered = 1 WHERE request_id = ?1")
        .and_then(|mut s| s.execute([request.request_id.to_string()]))
        .map_err(failure)?;
    Ok(())
}

fn take_grant(tx: &Transaction<'_>, g: &Grant) -> Result<()> {
    let sum = g.lots.iter().fold(Points(0), |sum, l| sum + l.points);
    if g.points <= Points(0) || sum != g.points || g.lots.iter().any(|l| l.points <= Points(0)) {
        return Err(Error::Nonsense("a grant whose lots do not add up".into()));
    }
    let known: Option<i64> = tx
        .prepare_cached("SELECT granted FROM allowance WHERE grant_id = ?1")
        .and_then(|mut s| s.query_row([g.grant.to_string()], |r| r.get(0)).optional())
        .map_err(failure)?;
    if known.is_some() {
        return Ok(());
    }
    let lots = serde_json::to_string(&g.lots)?;
    let expires = g
        .lots
        .iter()
        .filter_map(|l| l.expires)
        .min()
        .map(|d| d.to_string());
    tx.prepare_cached(include_str!("grant.sql"))
        .and_then(|mut s| {
            s.execute(params![
                g.grant.to_string(),
                g.member.as_str(),
                g.points.0,
                g.lease_until.timestamp_millis(),
                expires,
                lots,
            ])
        })
        .map_err(failure)?;
    Ok(())
}

/// Every contact renews every lease to this time.
pub(crate) fn renew(tx: &Transaction<'_>, until: DateTime<Utc>) -> Result<()> {
    tx.prepare_cached(
        "UPDATE allowance SET lease_ms = ?1 WHERE lease_ms < ?1 AND spent + released < granted",
    )
    .and_then(|mut s| s.execute([until.timestamp_millis()]))
    .map_err(failure)?;
    Ok(())
}
