//! How many copies of one disk were used, and what they held where they parted.

use std::collections::HashSet;

use protocol::operation::Operation;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult,
    QueryFilter, Statement,
};

use crate::devices::{self, Cause, Ending};
use crate::error::ServiceError;
use crate::ledger_accounts;
use crate::work::Work;
use centre_store::tables::{life_end, operation, quarantined};

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
        ended.write(work.on(), work.now()).await?;
        return Ok(branches);
    };
    life_end::ActiveModel {
        device_id: Set(known.device_id),
        epoch: Set(known.epoch),
        cause: Set(known.cause),
        at: Set(work.now().timestamp_millis()),
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
