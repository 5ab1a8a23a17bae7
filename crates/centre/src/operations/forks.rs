//! How many copies of one disk were used, and what they held where they parted.

use std::collections::HashSet;

use loyalty::Points;
use protocol::operation::Operation;
use protocol::{DeviceId, Epoch, Seq};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult,
    QueryFilter, Statement,
};

use crate::devices::{self, Cause, Ending};
use crate::error::ServiceError;
use crate::ledger_accounts;
use crate::unit_of_work::UnitOfWork;
use centre_store::column::{BranchState, Col};
use centre_store::tables::{life_end, operation, quarantined};

/// Writes down that a life forked: how many copies of it were used, and what it held where they parted;
/// figures only grow. How many copies that makes.
pub(super) async fn note(
    work: &UnitOfWork,
    device: DeviceId,
    epoch: Epoch,
    by_whom: &str,
) -> Result<u32, ServiceError> {
    let branched = quarantined::Entity::find()
        .filter(quarantined::Column::DeviceId.eq(Col(device)))
        .filter(quarantined::Column::Epoch.eq(Col(epoch)))
        .filter(quarantined::Column::State.ne(BranchState::Main))
        .all(work.on())
        .await?;
    let mut befores = HashSet::new();
    let mut parted: Option<Col<Seq>> = None;
    for row in &branched {
        let op: Operation = serde_json::from_str(row.document.text())?;
        befores.insert(op.prev_hash);
        parted = Some(parted.map_or(row.seq, |seq| seq.min(row.seq)));
    }
    let (_, head) = devices::old_head(work.on(), device, epoch).await?;
    let ends = branched.iter().map(|row| *row.hash);
    let ends = ends.chain([head]).collect::<HashSet<_>>();
    let ends = ends.iter().filter(|hash| !befores.contains(*hash)).count();
    let branches = u32::try_from(ends.max(1)).unwrap_or(u32::MAX);
    let held = devices::outstanding(work.on(), device, epoch).await?;
    let since = match parted {
        Some(seq) => {
            let of_branches = branched.iter().map(|row| row.op_id.clone()).collect();
            left_since(work, device, epoch, *seq, of_branches).await?
        }
        None => Points::ZERO,
    };
    let escrow = held + since;
    let key = (device.into(), epoch.into(), Cause::Fork);
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
        ended.write(work.on(), work.now()).await?;
        return Ok(branches);
    };
    life_end::ActiveModel {
        device_id: Set(known.device_id),
        epoch: Set(known.epoch),
        cause: Set(known.cause),
        at: Set(work.now().into()),
        escrow: Set(known.escrow.max(escrow.into())),
        branches: Set(known.branches.max(branches.into())),
        ..Default::default()
    }
    .update(work.on())
    .await?;
    Ok(*known.branches.max(branches.into()))
}

/// Points that left the device's escrow by operations of the main chain from a number on, or of its
/// branches: the copies had them still when they parted.
async fn left_since(
    work: &UnitOfWork,
    device: DeviceId,
    epoch: Epoch,
    seq: Seq,
    of_branches: Vec<String>,
) -> Result<Points, ServiceError> {
    #[derive(FromQueryResult)]
    struct Sum {
        value: Col<Points>,
    }
    let ops: Vec<String> = operation::Entity::find()
        .filter(operation::Column::DeviceId.eq(Col(device)))
        .filter(operation::Column::Epoch.eq(Col(epoch)))
        .filter(operation::Column::Seq.gte(Col(seq)))
        .all(work.on())
        .await?
        .into_iter()
        .map(|row| row.op_id.to_string())
        .chain(of_branches)
        .collect();
    let mut sum = Points::ZERO;
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
        sum += found.map_or(Points::ZERO, |s| *s.value);
    }
    Ok(sum)
}
