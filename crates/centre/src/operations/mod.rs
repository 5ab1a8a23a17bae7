//! What counters did: each operation has its effect once, waits for what it needs, or is set aside; none is thrown away.

mod apply;
mod batch;
mod branch;
mod chain;
mod conflicts;
mod fork;
mod held;
mod store;

use chrono::{DateTime, Utc};
use protocol::operation::Operation;
use protocol::push::{Effect, OpResult, Outcome};

use crate::Centre;
use crate::error::ServiceError;
use crate::work::Work;
use centre_store::tables::device;

pub(crate) use batch::take_all;
pub(crate) use branch::{Delivered, deliver};
pub(crate) use chain::{Head, Place, place};
pub use fork::{Resolved, resolve};
pub(crate) use held::needs;
pub use held::{retry_for_member, retry_for_members, retry_known};
pub(crate) use store::{outcome, quarantine, stored};

pub(crate) fn result(op: &Operation, outcome: Outcome) -> OpResult {
    OpResult {
        seq: op.seq,
        op_id: op.op_id,
        outcome,
    }
}

/// The stored result of an operation that came again.
pub(crate) fn repeated(outcome: Outcome) -> Outcome {
    match outcome {
        Outcome::Applied(effect) => Outcome::Exists(effect),
        other => other,
    }
}

/// Takes one new operation in and keeps what became of it.
async fn take(
    centre: &Centre,
    work: &mut Work,
    device: &device::Model,
    op: &Operation,
    arrived: DateTime<Utc>,
) -> Result<Outcome, ServiceError> {
    let mut row = store::row(op, &device.id, arrived)?;
    let twin = store::owner(work.on(), &row.op_id).await?;
    let verdict = match twin {
        Some(twin) if twin.content_hash == row.content_hash => {
            row.member_id.clone_from(&twin.member);
            twin.verdict()
        }
        Some(_) => apply::Verdict::set_aside(protocol::push::SetAsideReason::Conflict),
        None => {
            row.owns_id = Some(row.op_id.clone());
            let case = apply::Case::new(op, device, row.effective_at)?;
            apply::apply(centre, work, &case).await?
        }
    };
    store::keep(work, &mut row, &verdict).await?;
    if let Some(what) = &verdict.arrived {
        held::retry_for_arrived(centre, work, what).await?;
    }
    let outcome = verdict.outcome;
    Ok(outcome)
}

/// The figures of an effect as they go over the wire.
fn effect(outcome: &loyalty::Outcome, balance: loyalty::Points) -> Effect {
    Effect {
        earned: outcome.earned,
        spent: outcome.spent,
        taken_back: outcome.taken_back,
        given_back: outcome.given_back,
        loss: outcome.loss.floor_zero(),
        loss_reason: outcome.overruled.first().map(|r| r.code().to_owned()),
        balance,
        sale: None,
    }
}
