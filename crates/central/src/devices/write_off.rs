//! Writing a device off: what it holds goes back to the members, and what it brings later of it is the
//! store's loss.

use chrono::{DateTime, Utc};
use loyalty::Points;
use protocol::ErrorCode;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::ending::{self, Cause, Ending};
use super::lives;
use super::{keep, lock};
use crate::centre::Centre;
use crate::coupons;
use crate::entities::{allowance, coupon, device, store};
use crate::error::ServiceError;
use crate::feed::Changed;
use crate::ledger::{Ledger, Need};
use crate::time;
use crate::work::Work;

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

/// Writes a device off: frees all that it holds, in whichever life, and ends its current life. It may
/// come back and begin a new one, with nothing; what it still brings of the old one counts, but points
/// and coupons that it spent are the store's loss.
///
/// # Errors
/// [`ErrorCode::NotFound`] where there is no such device; where the database fails.
pub async fn write_off(
    centre: &Centre,
    device: &str,
    by_whom: &str,
) -> Result<WrittenOff, ServiceError> {
    resolve_first(centre, device, by_whom).await?;
    let mut work = centre.work().await?;
    let mut row = find(&work, device).await?;
    let freed = free(centre, &mut work, &mut row, Cause::WriteOff, by_whom).await?;
    row.quarantined_at = None;
    keep(work.on(), row).await?;
    work.commit().await?;
    tracing::warn!(
        device,
        points = freed.points.get(),
        "a device was written off"
    );
    Ok(freed)
}

/// Writes a device off and never lets it in again. What it still delivers is taken.
///
/// # Errors
/// As [`write_off`].
pub async fn revoke(
    centre: &Centre,
    device: &str,
    by_whom: &str,
) -> Result<WrittenOff, ServiceError> {
    resolve_first(centre, device, by_whom).await?;
    let mut work = centre.work().await?;
    let mut row = find(&work, device).await?;
    if row.revoked_at.is_some() {
        return Ok(WrittenOff::default());
    }
    let freed = free(centre, &mut work, &mut row, Cause::Revoked, by_whom).await?;
    row.quarantined_at = None;
    row.revoked_at = Some(time::now().timestamp_millis());
    keep(work.on(), row).await?;
    work.commit().await?;
    tracing::warn!(device, points = freed.points.get(), "a device was revoked");
    Ok(freed)
}

/// Puts a device into another store, or changes whether it checks out. What it holds ahead of time is
/// asked back: it is no longer the counter that it was given to.
///
/// # Errors
/// [`ErrorCode::NotFound`] where there is no such device or store; where the database fails.
pub async fn move_to(
    centre: &Centre,
    device: &str,
    store_id: Option<&str>,
    checkout: Option<bool>,
) -> Result<(), ServiceError> {
    let mut work = centre.work().await?;
    let mut row = find(&work, device).await?;
    if let Some(store_id) = store_id {
        if store::Entity::find_by_id(store_id)
            .one(work.on())
            .await?
            .is_none()
        {
            return Err(ServiceError::refused(
                ErrorCode::NotFound,
                format!("no store {store_id}"),
            ));
        }
        store_id.clone_into(&mut row.store_id);
    }
    row.checkout = checkout.unwrap_or(row.checkout);
    let held = allowance::Entity::find()
        .filter(allowance::Column::DeviceId.eq(device))
        .filter(allowance::Column::Outstanding.gt(0))
        .all(work.on())
        .await?;
    crate::recall::ask_back(&mut work, &held).await?;
    work.changed(Changed::Device(row.id.clone()));
    keep(work.on(), row).await?;
    work.commit().await?;
    Ok(())
}

/// What a fork of it brought counts before the device is let go.
async fn resolve_first(centre: &Centre, device: &str, by_whom: &str) -> Result<(), ServiceError> {
    let row = device::Entity::find_by_id(device)
        .one(centre.db().read())
        .await?;
    if row.is_some_and(|row| row.quarantined_at.is_some()) {
        crate::push::resolve(centre, device, by_whom).await?;
    }
    Ok(())
}

pub(crate) async fn find(work: &Work, device: &str) -> Result<device::Model, ServiceError> {
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
    work: &mut Work,
    row: &mut device::Model,
    cause: Cause,
    by_whom: &str,
) -> Result<WrittenOff, ServiceError> {
    let now = time::now();
    let held = allowance::Entity::find()
        .filter(allowance::Column::DeviceId.eq(&row.id))
        .filter(allowance::Column::Outstanding.gt(0))
        .order_by_asc(allowance::Column::MemberId)
        .all(work.on())
        .await?;
    let mut epochs: Vec<i32> = held.iter().map(|a| a.epoch).collect();
    epochs.push(row.epoch);
    epochs.sort_unstable();
    epochs.dedup();
    let known = ending::holds_are_known(work.on(), row).await?;
    for epoch in epochs {
        let escrow = ending::outstanding(work.on(), &row.id, epoch).await?;
        let ended = Ending {
            device: &row.id,
            epoch,
            cause,
            escrow,
            branches: 1,
            by_whom,
            known,
        };
        ended.write(work.on()).await?;
    }
    let mut freed = free_points(centre, work, row, &held, cause, now).await?;
    freed.unreported = !known;
    freed.coupons = free_coupons(work, &row.id).await?;
    lives::begin(row, row.epoch.saturating_add(1));
    row.reported_generation = crate::recovery::generation(work.on()).await?;
    work.changed(Changed::Device(row.id.clone()));
    Ok(freed)
}

async fn free_points(
    centre: &Centre,
    work: &mut Work,
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
            .ok_or_else(|| ServiceError::broken("an allowance of nobody"))?;
        let (moment, _) = ledger.advance(&program, now);
        for one in of_member {
            let op_id = format!("{}:{}:{}", cause.word(), row.id, one.epoch);
            freed.points += ledger.write_off(&moment, &one.id, &op_id)?;
        }
        freed.members += 1;
        ledger.save(work, &program).await?;
    }
    Ok(freed)
}

/// Lets go of every coupon that a device holds.
pub(super) async fn free_coupons(work: &mut Work, device: &str) -> Result<u32, ServiceError> {
    let held = coupon::Entity::find()
        .filter(coupon::Column::HolderDevice.eq(device))
        .all(work.on())
        .await?;
    let count = u32::try_from(held.len()).unwrap_or(u32::MAX);
    for one in held {
        coupons::let_go(work, one).await?;
    }
    Ok(count)
}
