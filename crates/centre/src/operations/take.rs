//! Taking one new operation in.

use centre_store::boxed;
use chrono::{DateTime, Utc};
use protocol::operation::Operation;
use protocol::push::{Outcome, SetAsideReason};

use super::case::Case;
use super::verdict::Verdict;
use super::{apply, held, store};
use crate::Centre;
use crate::clerks::Proofs;
use crate::error::ServiceError;
use crate::unit_of_work::UnitOfWork;
use centre_store::column::Col;
use centre_store::tables::device;

/// Takes one new operation in and keeps what became of it.
#[boxed]
pub async fn take(
    centre: &Centre,
    work: &mut UnitOfWork,
    device: &device::Model,
    op: &Operation,
    arrived: DateTime<Utc>,
    proofs: &Proofs,
) -> Result<Outcome, ServiceError> {
    let mut row = store::row(op, *device.id, arrived)?;
    let case = Case::new(op, device, (*row.effective_at, arrived), proofs);
    store::note_proof(&mut row, case.proven);
    // the first that came with this id has its one effect
    let first = store::owner(work.on(), op.op_id).await?;
    let verdict = match first {
        Some(first) if row.content_hash == first.content_hash => {
            row.member_id = first.member.clone().map(Col);
            first.verdict()
        }
        Some(_) => Verdict::set_aside(SetAsideReason::Conflict),
        None => {
            row.owns_id = Some(row.op_id);
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
