//! Resolving a fork: two copies of one disk have been used, and a manager lets both stories count.
//!
//! Everything that was kept is applied as it happened. What the device holds goes back to the members;
//! what a copy spent beyond it, or brings later, is the store's loss. The device begins a new epoch: the
//! first copy that comes claims it, another is to be enrolled anew and may only deliver.

use std::collections::BTreeSet;

use loyalty::Points;
use protocol::operation::Operation;
use protocol::{DeviceId, Epoch, ErrorCode};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{branch, branch_rows, forks};
use crate::Centre;
use crate::clerks::Proofs;
use crate::devices::{self, Cause};
use crate::error::ServiceError;
use crate::log::{Entry, Kind};
use crate::unit_of_work::UnitOfWork;
use centre_store::boxed;
use centre_store::column::{BranchState, Col};
use centre_store::tables::quarantined;

/// What resolving a fork did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Resolved {
    /// Operations that had their effect by it.
    pub applied: u32,
    /// Operations that still wait, as what they go on from is not here.
    pub still_kept: u32,
    /// Copies that were used.
    pub branches: u32,
    /// Points that are their members' again.
    pub freed: Points,
}

/// Resolves the fork of a device.
///
/// # Errors
/// [`ErrorCode::NotFound`] where there is no such device, or it has no fork; where the database fails,
/// and then nothing has changed.
#[boxed]
pub async fn resolve(
    centre: &Centre,
    device: DeviceId,
    by_whom: &str,
) -> Result<Resolved, ServiceError> {
    let mut work = centre.work().await?;
    let mut row = devices::find(&work, device).await?;
    if row.quarantined_at.is_none() {
        return Err(ServiceError::refused(
            ErrorCode::NotFound,
            "this device has no fork to resolve",
        ));
    }
    let mut resolved = Resolved::default();
    let mut waiting = kept(&work, device).await?;
    loop {
        let before = waiting.len();
        let mut still = Vec::new();
        for kept in waiting {
            let op: Operation = serde_json::from_str(kept.document.text())?;
            let arrived = *kept.arrived_at;
            if op.hash != op.expected_hash() {
                // nothing can be told of it but that it came
                still.push(kept);
                continue;
            }
            let proofs = Proofs::of(work.on(), &row, std::slice::from_ref(&op)).await?;
            match branch::one(centre, &mut work, &row, &op, (arrived, &proofs), true).await? {
                Some((_, false)) => {
                    branch_rows::to_main(work.on(), &row, &op).await?;
                    resolved.applied += 1;
                }
                Some((_, true)) => resolved.applied += 1,
                None => still.push(kept),
            }
        }
        waiting = still;
        if waiting.is_empty() || waiting.len() == before {
            break;
        }
    }
    resolved.still_kept = u32::try_from(waiting.len()).unwrap_or(u32::MAX);
    resolved.branches = 1;
    // a database that was put back may hold of a later life what was kept; the next one comes after it
    let last = devices::last_epoch(work.on(), device).await?;
    row.epoch = row.epoch.max(last.into());
    for epoch in forked_epochs(&work, device, *row.epoch).await? {
        let branches = forks::note(&work, device, epoch, by_whom).await?;
        resolved.branches = resolved.branches.max(branches);
    }
    let freed = devices::free(centre, &mut work, &mut row, Cause::Fork, by_whom).await?;
    resolved.freed = freed.points;
    row.quarantined_at = None;
    devices::keep(work.on(), row).await?;
    work.note(Entry::of(Kind::ForkResolved).what(format!(
        "device {device}: {} operations of {} copies",
        resolved.applied, resolved.branches
    )));
    work.commit().await?;
    tracing::warn!(%device, applied = resolved.applied, "a fork was resolved");
    Ok(resolved)
}

/// The current epoch, and those before it that have branches.
async fn forked_epochs(
    work: &UnitOfWork,
    device: DeviceId,
    current: Epoch,
) -> Result<BTreeSet<Epoch>, ServiceError> {
    let mut epochs: BTreeSet<Epoch> = quarantined::Entity::find()
        .select_only()
        .column(quarantined::Column::Epoch)
        .distinct()
        .filter(quarantined::Column::DeviceId.eq(Col(device)))
        .filter(quarantined::Column::State.ne(BranchState::Main))
        .into_tuple::<Col<Epoch>>()
        .all(work.on())
        .await?
        .into_iter()
        .map(Col::into_inner)
        .collect();
    epochs.insert(current);
    Ok(epochs)
}

async fn kept(
    work: &UnitOfWork,
    device: DeviceId,
) -> Result<Vec<quarantined::Model>, ServiceError> {
    Ok(quarantined::Entity::find()
        .filter(quarantined::Column::DeviceId.eq(Col(device)))
        .filter(quarantined::Column::State.eq(BranchState::Kept))
        .order_by_asc(quarantined::Column::Epoch)
        .order_by_asc(quarantined::Column::Seq)
        .order_by_asc(quarantined::Column::ArrivedAt)
        .order_by_asc(quarantined::Column::Hash)
        .all(work.on())
        .await?)
}
