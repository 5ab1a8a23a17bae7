//! Lives of this outbox, and what a centre that forgot is told again.

use super::request::close_all;
use super::{failure, head, identity};
use crate::error::{Error, Result};
use protocol::chain::Hash;
use protocol::hello::Reached;
use protocol::operation::Operation;
use protocol::report::{AllowanceState, Reported};
use protocol::{Epoch, RequestId, Seq, limits};
use rusqlite::{Connection, OptionalExtension, Rows, Transaction};

/// Where this outbox stands, as a hello says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) epoch: Epoch,
    pub(crate) head_seq: Seq,
    pub(crate) head_hash: Hash,
    /// Allowances ever taken in this epoch.
    pub(crate) grants_taken: u32,
    /// Requests for allowances whose answer has not come; one more than a hello can name.
    pub(crate) open: Vec<RequestId>,
}

impl Position {
    /// How many allowances were ever taken, where every request that is open can be named beside it: else the
    /// centre must not conclude anything from those that are.
    pub(crate) fn taken(&self) -> Option<u32> {
        (self.open.len() <= limits::OPEN_REQUESTS).then_some(self.grants_taken)
    }

    /// The requests that are open, as far as they can be named.
    pub(crate) fn named(&self) -> Vec<RequestId> {
        let named = self.open.iter().take(limits::OPEN_REQUESTS);
        named.copied().collect()
    }
}

/// Where it stands now.
pub(crate) fn position(conn: &Connection) -> Result<Position> {
    let epoch = identity::epoch(conn)?;
    let (head_seq, head_hash) = head(conn, epoch.0)?;
    let grants_taken = conn
        .prepare_cached("SELECT count(*) FROM allowance WHERE epoch = ?1")
        .and_then(|mut s| s.query_row([epoch.0], |r| r.get(0)))
        .map_err(failure)?;
    let open = super::open_requests(conn, limits::OPEN_REQUESTS + 1)?;
    Ok(Position {
        epoch,
        head_seq,
        head_hash,
        grants_taken,
        open: open.into_iter().map(|r| r.request_id).collect(),
    })
}

/// The last operation of an epoch that the centre has answered.
pub(crate) fn acked(conn: &Connection, epoch: Epoch) -> Result<Seq> {
    let last: Option<i64> = conn
        .prepare_cached("SELECT max(seq) FROM outbox WHERE epoch = ?1 AND state <> 'waiting'")
        .and_then(|mut s| s.query_row([epoch.0], |r| r.get(0)))
        .map_err(failure)?;
    number(last.unwrap_or(0))
}

fn number(n: i64) -> Result<Seq> {
    u64::try_from(n)
        .map(Seq)
        .map_err(|e| Error::OutboxDamaged(e.to_string()))
}

/// Begins an epoch that the centre told, with no allowance and a fresh life, all in the caller's
/// transaction. False where this outbox has moved on since that hello: then the answer was about
/// something else, and hello is to be said again.
///
/// # Errors
/// [`Error::Nonsense`] where the epoch is not a later one.
pub(crate) fn begin_epoch(tx: &Transaction<'_>, said: &Position, next: Epoch) -> Result<bool> {
    if position(tx)? != *said {
        return Ok(false);
    }
    if next <= said.epoch {
        return Err(Error::Nonsense("an epoch that is over".into()));
    }
    tx.execute(
        "UPDATE allowance SET voided = granted - spent - released WHERE spent + released + voided < granted",
        [],
    )
    .map_err(failure)?;
    close_all(tx)?;
    if said.epoch == Epoch(0) {
        number_anew(tx, next)?;
    }
    identity::set_epoch(tx, next)?;
    identity::set_superseded(tx, false)?;
    identity::begin_life(tx)?;
    Ok(true)
}

/// Operations made while no epoch was known were never sent: they become the first of the epoch
/// that begins, chained anew.
fn number_anew(tx: &Transaction<'_>, next: Epoch) -> Result<()> {
    let Some(me) = identity::identity(tx)? else {
        return Ok(());
    };
    let (mut last, mut before) = head(tx, next.0)?;
    let mut from = Seq(1);
    loop {
        let ops = super::batch(tx, me.device, Epoch(0), from, limits::PUSH_OPS, usize::MAX)?;
        let Some(end) = ops.last().map(|o| o.seq) else {
            return Ok(());
        };
        for op in ops {
            last = last.next();
            before = move_to(tx, op, next, last, before)?;
        }
        from = end.next();
    }
}

fn move_to(
    tx: &Transaction<'_>,
    mut op: Operation,
    epoch: Epoch,
    seq: Seq,
    before: Hash,
) -> Result<Hash> {
    op.epoch = epoch;
    op.seq = seq;
    op.prev_hash = before;
    op.hash = op.expected_hash();
    let seq = i64::try_from(seq.0).map_err(|_| Error::TooLarge)?;
    tx.prepare_cached(include_str!("move_to.sql"))
        .and_then(|mut s| {
            s.execute((
                op.op_id.to_string(),
                epoch.0,
                seq,
                op.prev_hash.to_string(),
                op.hash.to_string(),
            ))
        })
        .map_err(failure)?;
    Ok(op.hash)
}

/// Of every epoch with operations the last one that the centre has answered, the newest epochs first; at
/// most so many. Reads no more of an epoch than what waits at its end.
pub(crate) fn answered(conn: &Connection, most: usize) -> Result<Vec<Reached>> {
    let mut answered = Vec::new();
    let mut below = i64::MAX;
    while answered.len() < most
        && let Some(epoch) = epoch_below(conn, below)?
    {
        below = i64::from(epoch.0);
        let last: Option<(i64, String)> = conn
            .prepare_cached(include_str!("answered.sql"))
            .and_then(|mut s| {
                s.query_row([epoch.0], |r| Ok((r.get(0)?, r.get(1)?)))
                    .optional()
            })
            .map_err(failure)?;
        if let Some((seq, hash)) = last {
            let hash = Hash::from_hex(&hash).map_err(|e| Error::OutboxDamaged(e.to_string()))?;
            let seq = number(seq)?;
            answered.push(Reached { epoch, seq, hash });
        }
    }
    Ok(answered)
}

/// The last epoch before one that has operations. Epoch 0 is none.
fn epoch_below(conn: &Connection, below: i64) -> Result<Option<Epoch>> {
    let epoch: Option<u32> = conn
        .prepare_cached("SELECT max(epoch) FROM outbox WHERE epoch < ?1 AND epoch > 0")
        .and_then(|mut s| s.query_row([below], |r| r.get(0)))
        .map_err(failure)?;
    Ok(epoch.map(Epoch))
}

/// The centre does not have what it answered of an epoch: it was put back from a backup. What comes after
/// what it has is to be sent again, or all where its last operation is not one of ours: that is another
/// copy's story then.
pub(crate) fn send_again(tx: &Transaction<'_>, has: &Reached) -> Result<()> {
    let known = common(tx, has)?;
    send_after(tx, has.epoch, known)
}

/// What comes after an operation of an epoch is to be sent, whether it was answered or not.
pub(crate) fn send_after(tx: &Transaction<'_>, epoch: Epoch, last: Seq) -> Result<()> {
    let after = i64::try_from(last.0).map_err(|_| Error::TooLarge)?;
    // of an earlier epoch screens add nothing anew: the snapshot may show it, and that it does is known
    // only by the answer
    let current = identity::epoch(tx)? == epoch;
    tx.execute(
        include_str!("again.sql"),
        (epoch.0, after, current && !identity::revoked(tx)?),
    )
    .map_err(failure)?;
    Ok(())
}

/// The centre was put back from a backup and does not say how far it has each epoch: everything of all
/// epochs up to one is offered again, and what it knows it says so.
pub(crate) fn offer_again(tx: &Transaction<'_>, up_to: Epoch) -> Result<()> {
    tx.execute(
        "UPDATE outbox SET state = 'waiting' WHERE epoch <= ?1 AND epoch > 0",
        [up_to.0],
    )
    .map_err(failure)?;
    Ok(())
}

/// Another generation of the centre counts its feeds anew: where an effect shows that screens still add by
/// themselves is asked again.
pub(crate) fn ask_anew(tx: &Transaction<'_>) -> Result<()> {
    tx.execute(
        "UPDATE outbox SET state = 'waiting', visible = NULL
         WHERE overlay = 1 AND state = 'confirmed' AND epoch > 0",
        [],
    )
    .map_err(failure)?;
    Ok(())
}

/// Up to where this outbox and the centre tell one story of an epoch: what the centre has where that is
/// ours, else nothing, as it has another copy's story then, and all of ours is told again.
pub(crate) fn common(conn: &Connection, has: &Reached) -> Result<Seq> {
    let ours = hash_at(conn, has.epoch, has.seq)? == Some(has.hash);
    Ok(if ours { has.seq } else { Seq(0) })
}

fn hash_at(conn: &Connection, epoch: Epoch, seq: Seq) -> Result<Option<Hash>> {
    if seq == Seq(0) {
        return Ok(Some(Hash::ZERO));
    }
    let seq = i64::try_from(seq.0).map_err(|_| Error::TooLarge)?;
    let mut s = conn
        .prepare_cached("SELECT hash FROM outbox WHERE epoch = ?1 AND seq = ?2")
        .map_err(failure)?;
    let mut rows = s.query((epoch.0, seq)).map_err(failure)?;
    let Some(row) = rows.next().map_err(failure)? else {
        return Ok(None);
    };
    let text: String = row.get(0).map_err(failure)?;
    Hash::from_hex(&text)
        .map(Some)
        .map_err(|e| Error::OutboxDamaged(e.to_string()))
}

/// What a restored centre is told of: every allowance of the current epoch with something left, or
/// changed by an operation that it does not have.
pub(crate) fn reported(conn: &Connection, after: Seq) -> Result<Vec<Reported>> {
    let epoch = identity::epoch(conn)?;
    let after = i64::try_from(after.0).map_err(|_| Error::TooLarge)?;
    let mut s = conn
        .prepare_cached(include_str!("reported.sql"))
        .map_err(failure)?;
    read_reported(s.query((epoch.0, after)).map_err(failure)?)
}

/// Of an epoch the allowances with these ids and of these coupons that the centre signed, as a push shows them.
pub(crate) fn given_to(
    conn: &Connection,
    epoch: Epoch,
    grants: &[String],
    coupons: &[String],
) -> Result<Vec<Reported>> {
    let (grants, coupons) = (
        serde_json::to_string(grants)?,
        serde_json::to_string(coupons)?,
    );
    let most = i64::try_from(limits::REPORT_ALLOWANCES).unwrap_or(i64::MAX);
    let mut s = conn
        .prepare_cached(include_str!("shown.sql"))
        .map_err(failure)?;
    read_reported(s.query((epoch.0, grants, coupons, most)).map_err(failure)?)
}

fn read_reported(mut rows: Rows<'_>) -> Result<Vec<Reported>> {
    let damaged = |_| Error::OutboxDamaged("an allowance with an unreadable id".into());
    let unsigned = |_| Error::OutboxDamaged("an allowance with an unreadable signature".into());
    let mut all = Vec::new();
    while let Some(r) = rows.next().map_err(failure)? {
        let text = |i: usize| r.get::<_, String>(i).map_err(failure);
        let maybe = |i: usize| r.get::<_, Option<String>>(i).map_err(failure);
        let coupon = maybe(5)?;
        let granted: i64 = r.get(3).map_err(failure)?;
        all.push(Reported {
            grant: text(0)?.parse().map_err(damaged)?,
            member: text(1)?.into(),
            request: maybe(2)?
                .map(|t| t.parse::<RequestId>().map_err(damaged))
                .transpose()?,
            granted: loyalty::Points(if coupon.is_some() { 0 } else { granted }),
            lots: serde_json::from_str(&text(4)?)?,
            coupon,
            ahead: r.get(6).map_err(failure)?,
            state: match (r.get(7).map_err(failure)?, r.get(8).map_err(failure)?) {
                (true, _) => AllowanceState::InHand,
                (false, true) => AllowanceState::GivenBack,
                (false, false) => AllowanceState::Used,
            },
            attestation: maybe(9)?
                .map(|text| text.parse().map_err(unsigned))
                .transpose()?,
        });
    }
    Ok(all)
}

/// Whether the operations of an epoch are numbered without gaps and chained.
#[cfg(test)]
pub(crate) fn is_chained(
    conn: &Connection,
    device: protocol::DeviceId,
    epoch: Epoch,
) -> Result<bool> {
    let ops = super::batch(conn, device, epoch, Seq(1), usize::MAX >> 1, usize::MAX)?;
    let mut before = Hash::ZERO;
    for (i, op) in ops.iter().enumerate() {
        if op.seq.0 != i as u64 + 1 || op.prev_hash != before || !op.is_intact() {
            return Ok(false);
        }
        before = op.hash;
    }
    Ok(true)
}
