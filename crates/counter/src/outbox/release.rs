//! Giving allowances back: the allowance is empty in the transaction that appends the operation
//! which says so.

use super::allowance::next_number;
use super::append::{Draft, Summary, append};
use super::{failure, identity};
use crate::error::{Error, Result};
use crate::hand::Hands;
use chrono::{DateTime, Utc};
use loyalty::Points;
use protocol::operation::{Body, Release};
use protocol::{GrantId, MemberId, OpId};
use rusqlite::{Connection, Transaction};
use std::collections::HashSet;

/// What is to be given back now.
#[derive(Debug, Clone, Default)]
pub(crate) struct DueBack {
    /// The centre asks for these.
    pub(crate) recalled: Vec<GrantId>,
    /// What was given on demand and not touched since then.
    pub(crate) idle_since: DateTime<Utc>,
    /// All that was given ahead of time: this counter no longer checks out.
    pub(crate) all_ahead: bool,
}

struct Row {
    grant: String,
    member: String,
    left: i64,
    coupon: Option<String>,
}

fn rows(conn: &Connection, due: &DueBack) -> Result<Vec<Row>> {
    let epoch = identity::epoch(conn)?;
    let recalled: Vec<String> = due.recalled.iter().map(GrantId::to_string).collect();
    let recalled = serde_json::to_string(&recalled)?;
    let mut s = conn
        .prepare_cached(include_str!("due_back.sql"))
        .map_err(failure)?;
    let idle = due.idle_since.timestamp_millis();
    let found = s
        .query_map((epoch.0, idle, due.all_ahead, recalled), |r| {
            Ok(Row {
                grant: r.get(0)?,
                member: r.get(1)?,
                left: r.get(2)?,
                coupon: r.get(3)?,
            })
        })
        .map_err(failure)?;
    found.map(|r| r.map_err(failure)).collect()
}

/// Whether anything is to be given back.
pub(crate) fn is_due(conn: &Connection, due: &DueBack) -> Result<bool> {
    Ok(!rows(conn, due)?.is_empty())
}

/// Gives back some of what is due, one operation for each allowance. Answers how many; 0 = no more.
pub(crate) fn give_back(
    tx: &Transaction<'_>,
    due: &DueBack,
    program: u32,
    now: DateTime<Utc>,
) -> Result<usize> {
    let rows = rows(tx, due)?;
    for row in &rows {
        let grant = row
            .grant
            .parse()
            .map_err(|_| Error::OutboxDamaged("an allowance with an unreadable id".into()))?;
        let seq = next_number(tx, identity::epoch(tx)?)?;
        tx.prepare_cached(
            "UPDATE allowance SET released = released + ?2, last_seq = ?3 WHERE grant_id = ?1",
        )
        .and_then(|mut s| s.execute((&row.grant, row.left, seq)))
        .map_err(failure)?;
        let points = match row.coupon {
            Some(_) => Points::ZERO,
            None => Points(row.left),
        };
        let draft = Draft {
            op_id: OpId::fresh(),
            hands: Hands::nobody(),
            program,
            at: now,
            body: Body::Release(Release {
                grant,
                member: MemberId::new(row.member.as_str()),
                points,
                coupon: row.coupon.clone(),
            }),
            personal: Vec::new(),
            summary: Summary {
                member: Some(row.member.clone()),
                ..Summary::default()
            },
        };
        append(tx, &draft)?;
    }
    Ok(rows.len())
}

/// Members of whom something was given back since.
pub(crate) fn released_since(conn: &Connection, since: DateTime<Utc>) -> Result<HashSet<String>> {
    let mut s = conn
        .prepare_cached(
            "SELECT DISTINCT member FROM outbox WHERE at_ms > ?1 AND kind = 'release' AND member IS NOT NULL",
        )
        .map_err(failure)?;
    let rows = s
        .query_map([since.timestamp_millis()], |r| r.get(0))
        .map_err(failure)?;
    rows.map(|r| r.map_err(failure)).collect()
}
