//! Resolving a fork: two copies of one disk have been used, and a manager lets both stories count.
//!
//! Everything that was kept is applied as it happened. What the device holds goes back to the members;
//! what a copy spent beyond it, or brings later, is the store's loss. The device begins a new epoch: the
//! first copy that comes claims it, another is to be enrolled anew and may only deliver.

use std::collections::{BTreeSet, HashSet};

use loyalty::Points;
use protocol::ErrorCode;
use protocol::operation::Operation;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult,
    QueryFilter, QueryOrder, QuerySelect, Statement,
};

use super::branch;
use crate::Centre;
use crate::devices::{self, Cause, Ending};
use crate::error::ServiceError;
use crate::ledger_accounts;
use crate::time::{self, from_millis};
use crate::work::Work;
use centre_store::tables::{life_end, operation, quarantined};

/// What resolving a fork did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Resolved {
    /// Operations that had their effect by it.
    pub applied: u32,
    /// Operations that still wait, as what they go on from is not here.
    pub still_kept: u32,
    /// Copies that were used.
    pub branches: i32,
    /// Points that are their members' again.
    pub freed: Points,
}

/// Resolves the fork of a device.
///
/// # Errors
/// [`ErrorCode::NotFound`] where there is no such device, or it has no fork; where the database fails,
/// and then nothing has changed.
pub async fn resolve(
    centre: &Centre,
    device: &str,
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
            let op: Operation = serde_json::from_str(&kept.document)?;
            let arrived = from_millis(kept.arrived_at)?;
            if op.hash != op.expected_hash() {
                // nothing can be told of it but that it came
                still.push(kept);
                continue;
            }
            match branch::one(centre, &mut work, &row, &op, arrived, true).await? {
                Some((_, false)) => {
                    branch::to_main(work.on(), &row, &op).await?;
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
    row.epoch = row.epoch.max(devices::last_epoch(work.on(), device).await?);
    for epoch in forked_epochs(&work, device, row.epoch).await? {
        let branches = note(&work, device, epoch, by_whom).await?;
        resolved.branches = resolved.branches.max(branches);
    }
    let freed = devices::free(centre, &mut work, &mut row, Cause::Fork, by_whom).await?;
    resolved.freed = freed.points;
    row.quarantined_at = None;
    devices::keep(work.on(), row).await?;
    work.commit().await?;
    tracing::warn!(device, applied = resolved.applied, "a fork was resolved");
    Ok(resolved)
}

/// The current epoch, and those before it that have branches.
async fn forked_epochs(
    work: &Work,
    device: &str,
    current: i32,
) -> Result<BTreeSet<i32>, ServiceError> {
    let mut epochs: BTreeSet<i32> = quarantined::Entity::find()
        .select_only()
        .column(quarantined::Column::Epoch)
        .distinct()
        .filter(quarantined::Column::DeviceId.eq(device))
        .filter(quarantined::Column::State.ne("main"))
        .into_tuple::<i32>()
        .all(work.on())
        .await?
        .into_iter()
        .collect();
    epochs.insert(current);
    Ok(epochs)
}

async fn kept(work: &Work, device: &str) -> Result<Vec<quarantined::Model>, ServiceError> {
    Ok(quarantined::Entity::find()
        .filter(quarantined::Column::DeviceId.eq(device))
        .filter(quarantined::Column::State.eq("kept"))
        .order_by_asc(quarantined::Column::Epoch)
        .order_by_asc(quarantined::Column::Seq)
        .order_by_asc(quarantined::Column::ArrivedAt)
        .order_by_asc(quarantined::Column::Hash)
        .all(work.on())
        .await?)
}

/// Writes down that a life forked: how many copies of it were used, and what it held where they parted;
/// figures only grow. How many copies that makes.
pub(super) async fn note(
    work: &Work,
    device: &str,
    epoch: i32,
    by_whom: &str,
) -> Result<i32, ServiceError> {
    let branched = quarantined::Entity::find()
        .filter(quarantined::Column::DeviceId.eq(device))
        .filter(quarantined::Column::Epoch.eq(epoch))
        .filter(quarantined::Column::State.ne("main"))
        .all(work.on())
        .await?;
    let mut befores = HashSet::new();
    let mut parted: Option<i64> = None;
    for row in &branched {
        let op: Operation = serde_json::from_str(&row.document)?;
        befores.insert(op.prev_hash.to_string());
        parted = Some(parted.map_or(row.seq, |seq| seq.min(row.seq)));
    }
    let (_, head) = devices::old_head(work.on(), device, epoch).await?;
    let ends = branched.iter().map(|row| row.hash.clone());
    let ends = ends.chain([head.to_string()]).collect::<HashSet<_>>();
    let ends = ends.iter().filter(|hash| !befores.contains(*hash)).count();
    let branches = i32::try_from(ends.max(1)).unwrap_or(i32::MAX);
    let held = devices::outstanding(work.on(), device, epoch).await?;
    let since = match parted {
        Some(seq) => {
            let of_branches = branched.iter().map(|row| row.op_id.clone()).collect();
            left_since(work, device, epoch, seq, of_branches).await?
        }
        None => 0,
    };
    let escrow = held + since;
    let key = (device.to_owned(), epoch, Cause::Fork.word().to_owned());
    let Some(known) = life_end::Entity::find_by_id(key).one(work.on()).await? else {
        let row = devices::find(work, device).await?;
        let ended = Ending {
            device,
            epoch,
            cause: Cause::Fork,
            escrow,
            branches,
            by_whom,
            known: devices::holds_are_known(work.on(), &row).await?,
        };
        ended.write(work.on()).await?;
        return Ok(branches);
    };
    life_end::ActiveModel {
        device_id: Set(known.device_id),
        epoch: Set(known.epoch),
        cause: Set(known.cause),
        at: Set(time::now().timestamp_millis()),
        escrow: Set(known.escrow.max(escrow)),
        branches: Set(known.branches.max(branches)),
        ..Default::default()
    }
    .update(work.on())
    .await?;
    Ok(known.branches.max(branches))
}

/// Points that left the device's escrow by operations of the main chain from a number on, or of its
/// branches: the copies had them still when they parted.
async fn left_since(
    work: &Work,
    device: &str,
    epoch: i32,
    seq: i64,
    of_branches: Vec<String>,
) -> Result<i64, ServiceError> {
    #[derive(FromQueryResult)]
    struct Sum {
        value: i64,
    }
    let ops: Vec<String> = operation::Entity::find()
        .filter(operation::Column::DeviceId.eq(device))
        .filter(operation::Column::Epoch.eq(epoch))
        .filter(operation::Column::Seq.gte(seq))
        .all(work.on())
        .await?
        .into_iter()
        .map(|row| row.op_id)
        .chain(of_branches)
        .collect();
    let mut sum = 0;
    for some in ops.chunks(500) {
        let marks: Vec<String> = (2..some.len() + 2).map(|n| format!("${n}")).collect();
        let sql = format!(
            "SELECT CAST(COALESCE(SUM(points), 0) AS BIGINT) AS value FROM transfer \
             WHERE from_account = $1 AND op_id IN ({})",
            marks.join(", ")
        );
        let mut values: Vec<sea_orm::Value> = vec![ledger_accounts::escrow(device).into()];
        values.extend(some.iter().map(|id| id.clone().into()));
        let statement =
            Statement::from_sql_and_values(work.on().get_database_backend(), sql, values);
        let found = Sum::find_by_statement(statement).one(work.on()).await?;
        sum += found.map_or(0, |s| s.value);
    }
    Ok(sum)
}
