//! Points and coupons that this counter alone may spend.

use super::{failure, head, identity};
use crate::error::{Error, Result};
use chrono::{DateTime, Utc};
use loyalty::Points;
use protocol::Epoch;
use protocol::grant::GrantedLot;
use protocol::operation::Spend;
use rusqlite::{Connection, Transaction, params};
use std::collections::HashSet;

/// One grant with something left.
struct Allowance {
    grant_id: String,
    left: Points,
}

/// The life whose allowances may be spent now; none while this outbox may spend nothing.
fn spending(conn: &Connection) -> Result<Option<Epoch>> {
    let barred =
        identity::superseded(conn)? || identity::revoked(conn)? || identity::clock_is_behind(conn)?;
    Ok(if barred {
        None
    } else {
        Some(identity::epoch(conn)?)
    })
}

/// What this counter may spend of a member's points at a time: granted to this life of the outbox,
/// not spent, not given back, lease running.
pub(crate) fn usable(conn: &Connection, member: &str, now: DateTime<Utc>) -> Result<Points> {
    let Some(epoch) = spending(conn)? else {
        return Ok(Points::ZERO);
    };
    conn.prepare_cached(include_str!("usable.sql"))
        .and_then(|mut s| s.query_row((member, now.timestamp_millis(), epoch.0), |r| r.get(0)))
        .map(Points)
        .map_err(failure)
}

/// Why points of hers that are here may not be spent now, where that is so.
pub(crate) fn barred_by(
    conn: &Connection,
    member: &str,
    now: DateTime<Utc>,
) -> Result<Option<&'static str>> {
    if identity::revoked(conn)? {
        return Ok(Some("revoked"));
    }
    if identity::superseded(conn)? {
        return Ok(Some("superseded"));
    }
    if identity::clock_is_behind(conn)? {
        return Ok(Some("clock_behind"));
    }
    let epoch = identity::epoch(conn)?;
    let over: bool = conn
        .prepare_cached(include_str!("blocked.sql"))
        .and_then(|mut s| s.query_row((member, epoch.0, now.timestamp_millis()), |r| r.get(0)))
        .map_err(failure)?;
    Ok(over.then_some("lease_over"))
}

/// Grants that may be spent, soonest expiry first.
fn spendable(
    conn: &Connection,
    member: &str,
    now: DateTime<Utc>,
    epoch: Epoch,
) -> Result<Vec<Allowance>> {
    let mut s = conn
        .prepare_cached(include_str!("spendable.sql"))
        .map_err(failure)?;
    let rows = s
        .query_map((member, now.timestamp_millis(), epoch.0), |r| {
            Ok(Allowance {
                grant_id: r.get(0)?,
                left: Points(r.get(1)?),
            })
        })
        .map_err(failure)?;
    rows.map(|r| r.map_err(failure)).collect()
}

/// An allowance of this counter, as it was granted and as it is.
pub(crate) struct OwnGrant {
    pub(crate) id: String,
    /// What it was granted of, in the order of spending.
    pub(crate) lots: Vec<GrantedLot>,
    /// Spent from it and given back.
    pub(crate) gone: Points,
    /// What may be spent of it now.
    pub(crate) usable: Points,
}

/// Allowances of a member with something left, and those of these ids, in the order of spending.
pub(crate) fn own_grants<'a>(
    conn: &Connection,
    member: &str,
    named: impl Iterator<Item = &'a String>,
    now: DateTime<Utc>,
) -> Result<Vec<OwnGrant>> {
    // no life has the number 0 with allowances: nothing may be spent
    let epoch = spending(conn)?.unwrap_or_default();
    let named = serde_json::to_string(&named.collect::<Vec<_>>())?;
    let mut s = conn
        .prepare_cached(include_str!("own_grants.sql"))
        .map_err(failure)?;
    let rows = s
        .query_map((member, now.timestamp_millis(), epoch.0, named), |r| {
            Ok((
                r.get::<_, String>(0)?,
                r.get::<_, String>(1)?,
                r.get::<_, i64>(2)?,
                r.get::<_, i64>(3)?,
            ))
        })
        .map_err(failure)?;
    rows.map(|row| {
        let (id, lots, gone, usable) = row.map_err(failure)?;
        Ok(OwnGrant {
            id,
            lots: serde_json::from_str(&lots)?,
            gone: Points(gone),
            usable: Points(usable),
        })
    })
    .collect()
}

/// Spends from the member's grants, soonest expiry first, all or nothing. The operation that says so
/// is the next to be appended in this transaction.
pub(crate) fn spend(
    tx: &Transaction<'_>,
    member: &str,
    points: Points,
    now: DateTime<Utc>,
) -> Result<Option<Vec<Spend>>> {
    let Some(epoch) = spending(tx)? else {
        return Ok(None);
    };
    let seq = next_number(tx, epoch)?;
    let mut missing = points;
    let mut spends = Vec::new();
    for a in spendable(tx, member, now, epoch)? {
        if missing <= Points(0) {
            break;
        }
        let part = missing.min(a.left);
        tx.prepare_cached(include_str!("spend.sql"))
            .and_then(|mut s| s.execute(params![a.grant_id, part.0, now.timestamp_millis(), seq]))
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

/// Uses a coupon that this counter holds; false where it holds none. The sale that says so is the
/// next to be appended in this transaction.
pub(crate) fn use_coupon(
    tx: &Transaction<'_>,
    member: &str,
    coupon: &str,
    now: DateTime<Utc>,
) -> Result<bool> {
    let Some(epoch) = spending(tx)? else {
        return Ok(false);
    };
    let seq = next_number(tx, epoch)?;
    let now = now.timestamp_millis();
    let used = tx
        .prepare_cached(include_str!("use_coupon.sql"))
        .and_then(|mut s| s.execute(params![member, coupon, now, epoch.0, now, seq]))
        .map_err(failure)?;
    Ok(used == 1)
}

/// Coupons of a member that may be used on this counter, and nowhere else.
pub(crate) fn held_coupons(
    conn: &Connection,
    member: &str,
    now: DateTime<Utc>,
) -> Result<HashSet<String>> {
    // no life has the number 0 with allowances: nothing may be spent
    let epoch = spending(conn)?.unwrap_or_default();
    let mut s = conn
        .prepare_cached(include_str!("coupons.sql"))
        .map_err(failure)?;
    let rows = s
        .query_map((member, now.timestamp_millis(), epoch.0), |r| r.get(0))
        .map_err(failure)?;
    rows.map(|r| r.map_err(failure)).collect()
}

/// Number of the operation that will be appended next.
pub(super) fn next_number(conn: &Connection, epoch: Epoch) -> Result<i64> {
    let (last, _) = head(conn, epoch.0)?;
    i64::try_from(last.next().0).map_err(|_| Error::TooLarge)
}

/// Every contact renews every lease of the current life to this time.
pub(crate) fn renew(tx: &Transaction<'_>, until: DateTime<Utc>) -> Result<()> {
    let epoch = identity::epoch(tx)?;
    tx.prepare_cached(include_str!("renew.sql"))
        .and_then(|mut s| s.execute((until.timestamp_millis(), epoch.0)))
        .map_err(failure)?;
    Ok(())
}
