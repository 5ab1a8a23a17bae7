//! Operations of a life that is over: taken for ever, and where two copies of one disk were used, from
//! both.
//!
//! What goes on from the last operation that is here stands among the operations; what branches off
//! before it stands with its outcome in `quarantined`. Either has its effect. An allowance gives what is
//! left of it to whoever comes first; the rest is the store's loss.

use centre_store::boxed;
use chrono::{DateTime, Utc};
use protocol::ErrorCode;
use protocol::Seq;
use protocol::operation::Operation;
use protocol::push::{OpResult, Outcome, SetAsideReason};
use sea_orm::EntityTrait;

use super::branch_rows;
use super::case::Case;
use super::take::take;
use super::verdict::{Verdict, repeated, result};
use super::{apply, forks, held, store};
use crate::Centre;
use crate::clerks::Proofs;
use crate::devices;
use crate::error::ServiceError;
use crate::unit_of_work::UnitOfWork;
use centre_store::tables::{device, operation};

/// What became of a batch.
#[derive(Debug)]
pub enum Delivered {
    /// Each operation has its outcome.
    Done(Vec<OpResult>),
    /// What it goes on from is not here.
    Gap(Seq),
}

/// Takes operations of a life that is over.
#[boxed]
pub async fn deliver(
    centre: &Centre,
    work: &mut UnitOfWork,
    device: &device::Model,
    ops: &[Operation],
    arrived: DateTime<Utc>,
    proofs: &Proofs,
) -> Result<Delivered, ServiceError> {
    let mut results = Vec::with_capacity(ops.len());
    let mut branched = false;
    // an outbox whose epoch another has claimed: the epoch is not over, and not its own
    let current = ops.first().is_some_and(|op| op.epoch == *device.epoch);
    for op in ops {
        if op.hash != op.expected_hash() {
            return Err(ServiceError::refused(
                ErrorCode::Malformed,
                "an operation whose hash is another",
            ));
        }
        match one(centre, work, device, op, (arrived, proofs), !current).await? {
            Some((outcome, off_the_main)) => {
                branched |= off_the_main;
                results.push(result(op, outcome));
            }
            None => {
                let (head, _) = devices::old_head(work.on(), *device.id, op.epoch).await?;
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
        forks::note(work, *device.id, op.epoch, "").await?;
    }
    Ok(Delivered::Done(results))
}

/// Takes one operation of a life that is over or of a fork that is resolved: its outcome, and whether it
/// branches off; `may_be_main` where it may go on from the last that is here. None where what it goes on from is not here.
pub(super) async fn one(
    centre: &Centre,
    work: &mut UnitOfWork,
    device: &device::Model,
    op: &Operation,
    (arrived, proofs): (DateTime<Utc>, &Proofs),
    may_be_main: bool,
) -> Result<Option<(Outcome, bool)>, ServiceError> {
    let place = (device.id, op.epoch.into(), op.seq.into());
    let main = operation::Entity::find_by_id(place).one(work.on()).await?;
    if let Some(row) = &main
        && row.hash == op.hash
    {
        return Ok(Some((repeated(store::outcome(row)?), false)));
    }
    let kept = branch_rows::kept(work.on(), device, op).await?;
    if let Some(row) = &kept
        && !row.outcome.is_empty()
    {
        return Ok(Some((repeated(serde_json::from_str(&row.outcome)?), true)));
    }
    let (head, head_hash) = devices::old_head(work.on(), *device.id, op.epoch).await?;
    if may_be_main && op.seq == head.next() && op.prev_hash == head_hash {
        let outcome = take(centre, work, device, op, arrived, proofs).await?;
        if kept.is_some() {
            branch_rows::to_main(work.on(), device, op).await?;
        }
        return Ok(Some((outcome, false)));
    }
    if !branch_rows::follows(work.on(), device, op).await? {
        return Ok(None);
    }
    let outcome = apply_branch(centre, work, device, op, arrived, proofs).await?;
    Ok(Some((outcome, true)))
}

/// Gives an operation of a branch its effect and keeps it beside the main chain.
async fn apply_branch(
    centre: &Centre,
    work: &mut UnitOfWork,
    device: &device::Model,
    op: &Operation,
    arrived: DateTime<Utc>,
    proofs: &Proofs,
) -> Result<Outcome, ServiceError> {
    let row = store::row(op, *device.id, arrived)?;
    // the first that came with this id has its one effect
    let first = store::owner(work.on(), op.op_id).await?;
    let mut owns = None;
    let verdict = match first {
        Some(first) if row.content_hash == first.content_hash => first.verdict(),
        Some(_) => Verdict::set_aside(SetAsideReason::Conflict),
        None => {
            owns = Some(row.op_id);
            let times = (*row.effective_at, *row.arrived_at);
            let case = Case::new(op, device, times, proofs);
            apply::apply(centre, work, &case).await?
        }
    };
    branch_rows::keep(work, device, op, owns, &verdict, arrived).await?;
    if let Some(what) = &verdict.arrived {
        held::retry_for_arrived(centre, work, what).await?;
    }
    Ok(verdict.outcome)
}
