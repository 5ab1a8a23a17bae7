//! Operations of a life that is over: taken for ever, and where two copies of one disk were used, from
//! both.
//!
//! What goes on from the last operation that is here stands among the operations; what branches off
//! before it stands with its outcome in `quarantined`. Either has its effect. An allowance gives what is
//! left of it to whoever comes first; the rest is the store's loss.

use chrono::{DateTime, Utc};
use protocol::ErrorCode;
use protocol::Seq;
use protocol::chain::Hash;
use protocol::operation::Operation;
use protocol::push::{OpResult, Outcome, SetAsideReason};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, Iterable, QueryFilter};

use super::{apply, held, repeated, result, store, take};
use crate::Centre;
use crate::devices;
use crate::error::ServiceError;
use crate::work::Work;
use centre_store::tables::{device, operation, quarantined};

/// What became of a batch.
#[derive(Debug)]
pub enum Delivered {
    /// Each operation has its outcome.
    Done(Vec<OpResult>),
    /// What it goes on from is not here.
    Gap(Seq),
}

/// Takes operations of a life that is over.
pub async fn deliver(
    centre: &Centre,
    work: &mut Work,
    device: &device::Model,
    ops: &[Operation],
    arrived: DateTime<Utc>,
) -> Result<Delivered, ServiceError> {
    let mut results = Vec::with_capacity(ops.len());
    let mut branched = false;
    // an outbox whose epoch another has claimed: the epoch is not over, and not its own
    let current = ops.first().is_some_and(|op| row_epoch(op) == device.epoch);
    for op in ops {
        if op.hash != op.expected_hash() {
            return Err(ServiceError::refused(
                ErrorCode::Malformed,
                "an operation whose hash is another",
            ));
        }
        match one(centre, work, device, op, arrived, !current).await? {
            Some((outcome, off_the_main)) => {
                branched |= off_the_main;
                results.push(result(op, outcome));
            }
            None => {
                let epoch = row_epoch(op);
                let (head, _) = devices::old_head(work.on(), &device.id, epoch).await?;
                let expected = Seq(head
                    .0
                    .saturating_add(1)
                    .min(op.seq.0.saturating_sub(1))
                    .max(1));
                return Ok(Delivered::Gap(expected));
            }
        }
    }
    if branched
        && !current
        && let Some(op) = ops.first()
    {
        super::fork::note(work, &device.id, row_epoch(op), "").await?;
    }
    Ok(Delivered::Done(results))
}

/// Takes one operation of a life that is over or of a fork that is resolved: its outcome, and whether it
/// branches off; `may_be_main` where it may go on from the last that is here. None where what it goes on from is not here.
pub(super) async fn one(
    centre: &Centre,
    work: &mut Work,
    device: &device::Model,
    op: &Operation,
    arrived: DateTime<Utc>,
    may_be_main: bool,
) -> Result<Option<(Outcome, bool)>, ServiceError> {
    let epoch = row_epoch(op);
    let seq = row_seq(op);
    let main = operation::Entity::find_by_id((device.id.clone(), epoch, seq))
        .one(work.on())
        .await?;
    if let Some(row) = &main
        && row.hash == op.hash.to_string()
    {
        return Ok(Some((repeated(store::outcome(row)?), false)));
    }
    let kept = kept(work.on(), device, op).await?;
    if let Some(row) = &kept
        && !row.outcome.is_empty()
    {
        return Ok(Some((repeated(serde_json::from_str(&row.outcome)?), true)));
    }
    let (head, head_hash) = devices::old_head(work.on(), &device.id, epoch).await?;
    if may_be_main && op.seq == head.next() && op.prev_hash == head_hash {
        let outcome = take(centre, work, device, op, arrived).await?;
        if kept.is_some() {
            to_main(work.on(), device, op).await?;
        }
        return Ok(Some((outcome, false)));
    }
    if !follows(work.on(), device, op).await? {
        return Ok(None);
    }
    let outcome = apply_branch(centre, work, device, op, arrived).await?;
    Ok(Some((outcome, true)))
}

/// Whether the operation before it is here, in whichever branch.
async fn follows<C: ConnectionTrait>(
    db: &C,
    device: &device::Model,
    op: &Operation,
) -> Result<bool, ServiceError> {
    if op.seq == Seq(1) {
        return Ok(op.prev_hash == Hash::ZERO);
    }
    let (epoch, seq) = (row_epoch(op), row_seq(op) - 1);
    let before = op.prev_hash.to_string();
    let main = operation::Entity::find_by_id((device.id.clone(), epoch, seq))
        .one(db)
        .await?;
    if main.is_some_and(|row| row.hash == before) {
        return Ok(true);
    }
    let branch = quarantined::Entity::find_by_id((device.id.clone(), epoch, seq, before))
        .one(db)
        .await?;
    Ok(branch.is_some_and(|row| !row.outcome.is_empty()))
}

/// Gives an operation of a branch its effect and keeps it beside the main chain.
async fn apply_branch(
    centre: &Centre,
    work: &mut Work,
    device: &device::Model,
    op: &Operation,
    arrived: DateTime<Utc>,
) -> Result<Outcome, ServiceError> {
    let row = store::row(op, &device.id, arrived)?;
    let twin = store::owner(work.on(), &row.op_id).await?;
    let mut owns = None;
    let verdict = match twin {
        Some(twin) if twin.content_hash == row.content_hash => twin.verdict(),
        Some(_) => apply::Verdict::set_aside(SetAsideReason::Conflict),
        None => {
            owns = Some(row.op_id.clone());
            let case = apply::Case::new(op, device, row.effective_at)?;
            apply::apply(centre, work, &case).await?
        }
    };
    keep(work, device, op, owns, &verdict, arrived).await?;
    if let Some(what) = &verdict.arrived {
        held::retry_for_arrived(centre, work, what).await?;
    }
    Ok(verdict.outcome)
}

/// Writes an operation of a branch with what became of it.
pub(super) async fn keep(
    work: &Work,
    device: &device::Model,
    op: &Operation,
    owns_id: Option<String>,
    verdict: &apply::Verdict,
    arrived: DateTime<Utc>,
) -> Result<(), ServiceError> {
    let (waits_kind, waits_for) = verdict.waits.clone().unwrap_or_default();
    let row = quarantined::ActiveModel {
        device_id: Set(device.id.clone()),
        epoch: Set(row_epoch(op)),
        seq: Set(row_seq(op)),
        hash: Set(op.hash.to_string()),
        document: Set(serde_json::to_string(op)?),
        arrived_at: Set(arrived.timestamp_millis()),
        state: Set(store::state(&verdict.outcome).to_owned()),
        op_id: Set(op.op_id.to_string()),
        owns_id: Set(owns_id),
        outcome: Set(serde_json::to_string(&verdict.outcome)?),
        member_id: Set(verdict.member.clone()),
        waits_kind: Set(waits_kind.to_owned()),
        waits_for: Set(waits_for),
    };
    quarantined::Entity::insert_many([row])
        .on_conflict(
            OnConflict::columns(primary_key())
                .update_columns(quarantined::Column::iter().filter(|c| {
                    // when it came first stays
                    !matches!(c, quarantined::Column::ArrivedAt)
                }))
                .to_owned(),
        )
        .exec_without_returning(work.on())
        .await?;
    Ok(())
}

/// It was kept, and stands among the operations now.
pub(super) async fn to_main<C: ConnectionTrait>(
    db: &C,
    device: &device::Model,
    op: &Operation,
) -> Result<(), ServiceError> {
    quarantined::Entity::update_many()
        .set(quarantined::ActiveModel {
            state: Set("main".to_owned()),
            ..Default::default()
        })
        .filter(quarantined::Column::DeviceId.eq(&device.id))
        .filter(quarantined::Column::Epoch.eq(row_epoch(op)))
        .filter(quarantined::Column::Seq.eq(row_seq(op)))
        .filter(quarantined::Column::Hash.eq(op.hash.to_string()))
        .exec(db)
        .await?;
    Ok(())
}

async fn kept<C: ConnectionTrait>(
    db: &C,
    device: &device::Model,
    op: &Operation,
) -> Result<Option<quarantined::Model>, ServiceError> {
    let key = (
        device.id.clone(),
        row_epoch(op),
        row_seq(op),
        op.hash.to_string(),
    );
    Ok(quarantined::Entity::find_by_id(key).one(db).await?)
}

pub(super) fn primary_key() -> [quarantined::Column; 4] {
    [
        quarantined::Column::DeviceId,
        quarantined::Column::Epoch,
        quarantined::Column::Seq,
        quarantined::Column::Hash,
    ]
}

pub(super) fn row_epoch(op: &Operation) -> i32 {
    i32::try_from(op.epoch.0).unwrap_or(i32::MAX)
}

pub(super) fn row_seq(op: &Operation) -> i64 {
    i64::try_from(op.seq.0).unwrap_or(i64::MAX)
}
