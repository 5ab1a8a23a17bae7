//! Requests for allowances: on disk before they leave, answered once.

use super::attested::note_given;
use super::{failure, identity};
use crate::error::{Error, Result};
use chrono::{DateTime, Utc};
use loyalty::Points;
use protocol::grant::{Grant, GrantReply, GrantRequest, Want};
use protocol::{Epoch, RequestId};
use rusqlite::{Connection, Transaction, params};

/// Writes a request of the current life down before it leaves.
pub(crate) fn note_request(
    tx: &Transaction<'_>,
    wants: Vec<Want>,
    now: DateTime<Utc>,
) -> Result<GrantRequest> {
    let request = GrantRequest {
        request_id: RequestId::fresh(),
        epoch: Some(identity::epoch(tx)?),
        life: identity::life(tx)?,
        generation: Some(identity::generation(tx)?),
        wants,
        only_again: false,
        given: Vec::new(),
    };
    let body = serde_json::to_string(&request)?;
    tx.prepare_cached("INSERT INTO grant_request (request_id, body, made_ms) VALUES (?1, ?2, ?3)")
        .and_then(|mut s| {
            s.execute(params![
                request.request_id.to_string(),
                body,
                now.timestamp_millis()
            ])
        })
        .map_err(failure)?;
    Ok(request)
}

/// Requests whose answer has not come, oldest first.
pub(crate) fn open_requests(conn: &Connection, most: usize) -> Result<Vec<GrantRequest>> {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let mut s = conn
        .prepare_cached(
            "SELECT body FROM grant_request WHERE answered = 0 ORDER BY made_ms LIMIT ?1",
        )
        .map_err(failure)?;
    let rows = s
        .query_map([most], |r| r.get::<_, String>(0))
        .map_err(failure)?;
    rows.map(|r| Ok(serde_json::from_str(&r.map_err(failure)?)?))
        .collect()
}

/// Closes every open request: whatever answer is on its way belongs to a life that is over.
pub(super) fn close_all(tx: &Transaction<'_>) -> Result<()> {
    tx.execute(
        "UPDATE grant_request SET answered = 1 WHERE answered = 0",
        [],
    )
    .map_err(failure)?;
    Ok(())
}

/// Takes an answer, once. One to a request of an earlier life, or to one that is closed, gives
/// nothing: its allowances are another life's, or are here already. Answers whether it was taken.
pub(crate) fn take_reply(
    tx: &Transaction<'_>,
    request: &GrantRequest,
    reply: &GrantReply,
    now: DateTime<Utc>,
) -> Result<bool> {
    let epoch = identity::epoch(tx)?;
    let generation = identity::generation(tx)?;
    if request.generation.is_some_and(|g| g != generation) {
        // the centre was restored since: it may have forgotten what it answered, and is asked again
        return Ok(false);
    }
    let open = tx
        .prepare_cached(
            "UPDATE grant_request SET answered = 1 WHERE request_id = ?1 AND answered = 0",
        )
        .and_then(|mut s| s.execute([request.request_id.to_string()]))
        .map_err(failure)?;
    // a request from before this was written down names no life: the next one closes it
    if open == 0 || request.epoch.is_some_and(|e| e != epoch) {
        return Ok(false);
    }
    for grant in &reply.grants {
        take_grant(tx, request, grant, epoch, now)?;
    }
    if let Some(given) = &reply.given {
        note_given(tx, &request.given, given)?;
    }
    Ok(true)
}

fn take_grant(
    tx: &Transaction<'_>,
    request: &GrantRequest,
    g: &Grant,
    epoch: Epoch,
    now: DateTime<Utc>,
) -> Result<()> {
    let want = request.wants.iter().find(|w| w.member == g.member);
    let granted = amount(g)?;
    // an older centre does not say it: then what was asked decides
    let ahead = g.ahead || want.is_some_and(|w| w.points.is_none() && w.coupon.is_none());
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
                epoch.0,
                request.request_id.to_string(),
                ahead,
                g.coupon,
                granted,
                g.lease_until.timestamp_millis(),
                expires,
                lots,
                now.timestamp_millis(),
                g.attestation.map(|signed| signed.to_string()),
            ])
        })
        .map_err(failure)?;
    Ok(())
}

/// How many there are to spend: the sum of the lots, or one coupon.
fn amount(g: &Grant) -> Result<i64> {
    let sum = g.lots.iter().fold(Points(0), |sum, l| sum + l.points);
    let sound = match &g.coupon {
        Some(_) => g.points == Points(0) && g.lots.is_empty(),
        None => {
            g.points > Points(0) && sum == g.points && g.lots.iter().all(|l| l.points > Points(0))
        }
    };
    if !sound {
        return Err(Error::Nonsense("a grant whose lots do not add up".into()));
    }
    Ok(if g.coupon.is_some() { 1 } else { g.points.0 })
}
