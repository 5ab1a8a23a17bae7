//! Operations that branch off the main chain, as they are kept.

use chrono::{DateTime, Utc};
use protocol::chain::Hash;
use protocol::operation::Operation;
use protocol::{OpId, Seq};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, Iterable, QueryFilter};

use super::store;
use super::verdict::Verdict;
use crate::error::ServiceError;
use crate::unit_of_work::UnitOfWork;
use centre_store::column::{BranchState, Col};
use centre_store::tables::{device, operation, quarantined};

/// Whether the operation before it is here, in whichever branch.
pub async fn follows<C: ConnectionTrait>(
    db: &C,
    device: &device::Model,
    op: &Operation,
) -> Result<bool, ServiceError> {
    if op.seq == Seq(1) {
        return Ok(op.prev_hash == Hash::ZERO);
    }
    let before = Seq(op.seq.0.saturating_sub(1));
    let (epoch, seq, hash) = (Col(op.epoch), Col(before), Col(op.prev_hash));
    let main = operation::Entity::find_by_id((device.id, epoch, seq))
        .one(db)
        .await?;
    if main.is_some_and(|row| row.hash == hash) {
        return Ok(true);
    }
    let branch = quarantined::Entity::find_by_id((device.id, epoch, seq, hash))
        .one(db)
        .await?;
    Ok(branch.is_some_and(|row| !row.outcome.is_empty()))
}

/// Writes an operation of a branch with what became of it.
pub(super) async fn keep(
    work: &UnitOfWork,
    device: &device::Model,
    op: &Operation,
    owns_id: Option<Col<OpId>>,
    verdict: &Verdict,
    arrived: DateTime<Utc>,
) -> Result<(), ServiceError> {
    let (waits_kind, waits_for) = verdict.waits.clone().unwrap_or_default();
    let row = quarantined::ActiveModel {
        device_id: Set(device.id),
        epoch: Set(op.epoch.into()),
        seq: Set(op.seq.into()),
        hash: Set(op.hash.into()),
        document: Set(Col::secret(serde_json::to_string(op)?)),
        arrived_at: Set(arrived.into()),
        state: Set(store::state(&verdict.outcome).into()),
        op_id: Set(op.op_id.to_string()),
        owns_id: Set(owns_id),
        outcome: Set(serde_json::to_string(&verdict.outcome)?),
        member_id: Set(verdict.member.clone().map(Col)),
        waits_kind: Set(waits_kind.to_owned()),
        waits_for: Set(waits_for),
        erased_at: Set(None),
        content_hash: Set(None),
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
            state: Set(BranchState::Main),
            ..Default::default()
        })
        .filter(quarantined::Column::DeviceId.eq(device.id))
        .filter(quarantined::Column::Epoch.eq(Col(op.epoch)))
        .filter(quarantined::Column::Seq.eq(Col(op.seq)))
        .filter(quarantined::Column::Hash.eq(Col(op.hash)))
        .exec(db)
        .await?;
    Ok(())
}

/// An operation of a branch that is kept.
pub async fn kept<C: ConnectionTrait>(
    db: &C,
    device: &device::Model,
    op: &Operation,
) -> Result<Option<quarantined::Model>, ServiceError> {
    let key = (device.id, op.epoch.into(), op.seq.into(), op.hash.into());
    Ok(quarantined::Entity::find_by_id(key).one(db).await?)
}

fn primary_key() -> [quarantined::Column; 4] {
    [
        quarantined::Column::DeviceId,
        quarantined::Column::Epoch,
        quarantined::Column::Seq,
        quarantined::Column::Hash,
    ]
}
