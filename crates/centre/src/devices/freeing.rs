//! Freeing what a device holds: it goes back to the members.

use chrono::{DateTime, Utc};
use loyalty::{OpId, Points};
use protocol::{DeviceId, Epoch, ErrorCode};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::ending::{self, Cause, Ending};
use super::{lives, lives::next, lock};
use crate::Centre;
use crate::coupons;
use crate::error::ServiceError;
use crate::feed::Changed;
use crate::generation;
use crate::ledger::{Ledger, Need};
use crate::unit_of_work::UnitOfWork;
use centre_store::column::Col;
use centre_store::tables::{allowance, coupon, device};

/// What a write-off freed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct WrittenOff {
    /// Points that are their members' again.
    pub points: Points,
    /// Members whose points they are.
    pub members: u32,
    /// Coupons that may be used elsewhere again.
    pub coupons: u32,
    /// Whether it may have held more than was known: this database had been put back from a backup, and the counter had
    /// not reported since. What it spent of that is its store's loss.
    pub unreported: bool,
}

pub(crate) async fn find(
    work: &UnitOfWork,
    device: DeviceId,
) -> Result<device::Model, ServiceError> {
    lock(work.on(), device).await.map_err(|e| match e {
        ServiceError::Refused(_) => {
            ServiceError::refused(ErrorCode::NotFound, format!("no device {device}"))
        }
        other => other,
    })
}

/// Frees everything that a device holds, writes down how its life ended, and makes the next epoch
/// current, claimed by nobody.
pub(crate) async fn free(
    centre: &Centre,
    work: &mut UnitOfWork,
    row: &mut device::Model,
    cause: Cause,
    by_whom: &str,
) -> Result<WrittenOff, ServiceError> {
    let now = work.now();
    let held = allowance::Entity::find()
        .filter(allowance::Column::DeviceId.eq(row.id))
        .filter(allowance::Column::Outstanding.gt(0))
        .order_by_asc(allowance::Column::MemberId)
        .all(work.on())
        .await?;
    let mut epochs: Vec<Epoch> = held.iter().map(|a| *a.epoch).collect();
    epochs.push(*row.epoch);
    epochs.sort_unstable();
    epochs.dedup();
    let known = ending::holds_are_known(work.on(), row).await?;
    for epoch in epochs {
        let escrow = ending::outstanding(work.on(), *row.id, epoch).await?;
        let ended = Ending {
            device: *row.id,
            epoch,
            cause,
            escrow,
            branches: 1,
            by_whom,
            known,
        };
        ended.write(work.on(), now).await?;
    }
    let mut freed = free_points(centre, work, row, &held, cause, now).await?;
    freed.unreported = !known;
    freed.coupons = free_coupons(work, *row.id).await?;
    lives::begin(row, next(*row.epoch));
    row.reported_generation = generation::current(work.on()).await?.into();
    work.changed(Changed::device(*row.id));
    Ok(freed)
}

async fn free_points(
    centre: &Centre,
    work: &mut UnitOfWork,
    row: &device::Model,
    held: &[allowance::Model],
    cause: Cause,
    now: DateTime<Utc>,
) -> Result<WrittenOff, ServiceError> {
    let program = centre.current_program().await?;
    let mut freed = WrittenOff::default();
    for of_member in held.chunk_by(|a, b| a.member_id == b.member_id) {
        let Some(first) = of_member.first() else {
            continue;
        };
        let need = Need::default();
        let mut ledger = Ledger::load(work.on(), &program, &first.member_id, now, &need)
            .await?
            .ok_or_else(|| ServiceError::missing("account", &first.member_id))?;
        let (moment, _) = ledger.advance(&program, now);
        for one in of_member {
            let op_id = OpId::new(format!("{}:{}:{}", cause.word(), row.id, one.epoch));
            freed.points += ledger.write_off(&moment, &one.id, &op_id)?;
        }
        freed.members += 1;
        ledger.save(work, &program).await?;
    }
    Ok(freed)
}

/// Lets go of every coupon that a device holds.
pub(super) async fn free_coupons(
    work: &mut UnitOfWork,
    device: DeviceId,
) -> Result<u32, ServiceError> {
    let held = coupon::Entity::find()
        .filter(coupon::Column::HolderDevice.eq(Col(device)))
        .all(work.on())
        .await?;
    let count = u32::try_from(held.len()).unwrap_or(u32::MAX);
    for one in held {
        coupons::let_go(work, one).await?;
    }
    Ok(count)
}
