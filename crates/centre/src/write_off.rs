//! Writing a device off: what it holds goes back to the members, and what it brings later of it is the
//! store's loss.

use centre_store::boxed;
use protocol::{DeviceId, ErrorCode, StoreId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::Centre;
use crate::clerks;
use crate::devices::{Cause, WrittenOff, find, free, keep};
use crate::error::ServiceError;
use crate::feed::Changed;
use crate::log::{Entry, Kind};
use centre_store::column::Col;
use centre_store::tables::{allowance, device, store};

/// Writes a device off: frees all that it holds, in whichever life, and ends its current life. It may
/// come back and begin a new one, with nothing; what it still brings of the old one counts, but points
/// and coupons that it spent are the store's loss.
///
/// # Errors
/// [`ErrorCode::NotFound`] where there is no such device; where the database fails.
#[boxed]
pub async fn write_off(
    centre: &Centre,
    device: DeviceId,
    by_whom: &str,
) -> Result<WrittenOff, ServiceError> {
    resolve_first(centre, device, by_whom).await?;
    let mut work = centre.work().await?;
    let mut row = find(&work, device).await?;
    let freed = free(centre, &mut work, &mut row, Cause::WriteOff, by_whom).await?;
    row.quarantined_at = None;
    keep(work.on(), row).await?;
    work.note(Entry::of(Kind::DeviceWrittenOff).what(told(device, &freed)));
    work.commit().await?;
    tracing::warn!(
        %device,
        points = freed.points.get(),
        "a device was written off"
    );
    Ok(freed)
}

/// Writes a device off and never lets it in again. What it still delivers is taken.
///
/// # Errors
/// As [`write_off`].
#[boxed]
pub async fn revoke(
    centre: &Centre,
    device: DeviceId,
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
    row.revoked_at = Some(work.now().into());
    keep(work.on(), row).await?;
    work.note(Entry::of(Kind::DeviceRevoked).what(told(device, &freed)));
    work.commit().await?;
    tracing::warn!(%device, points = freed.points.get(), "a device was revoked");
    Ok(freed)
}

/// Puts a device into another store, or changes whether it checks out. What it holds ahead of time is
/// asked back: it is no longer the counter that it was given to.
///
/// # Errors
/// [`ErrorCode::NotFound`] where there is no such device or store; where the database fails.
#[boxed]
pub async fn move_to(
    centre: &Centre,
    device: DeviceId,
    store_id: Option<&StoreId>,
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
        crate::devices::note_former_store(work.on(), &row).await?;
        if row.store_id != *store_id {
            // its clerks work elsewhere
            clerks::end_of_device(&work, device).await?;
        }
        row.store_id = store_id.into();
    }
    row.checkout = checkout.unwrap_or(row.checkout);
    let held = allowance::Entity::find()
        .filter(allowance::Column::DeviceId.eq(Col(device)))
        .filter(allowance::Column::Outstanding.gt(0))
        .all(work.on())
        .await?;
    crate::recall::ask_back(&mut work, &held).await?;
    work.changed(Changed::device(*row.id));
    let what = format!(
        "device {device}, store {}, checkout {}",
        row.store_id, row.checkout
    );
    keep(work.on(), row).await?;
    work.note(Entry::of(Kind::DeviceMoved).what(what));
    work.commit().await?;
    Ok(())
}

/// What a write-off freed, for the log.
fn told(device: DeviceId, freed: &WrittenOff) -> String {
    format!(
        "device {device}: {} points of {} members, {} coupons",
        freed.points, freed.members, freed.coupons
    )
}

/// What a fork of it brought counts before the device is let go.
async fn resolve_first(
    centre: &Centre,
    device: DeviceId,
    by_whom: &str,
) -> Result<(), ServiceError> {
    let row = device::Entity::find_by_id(device)
        .one(centre.db().read())
        .await?;
    if row.is_some_and(|row| row.quarantined_at.is_some()) {
        crate::operations::resolve(centre, device, by_whom).await?;
    }
    Ok(())
}
