//! A device says how it is, and is told what headquarters wants of it.

use protocol::ErrorCode;
use protocol::check_in::{CheckInReply, CheckInRequest, DeviceHealth};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect,
};

use super::{logs, offers, settings};
use crate::Centre;
use crate::error::ServiceError;
use crate::joining;
use crate::unit_of_work::UnitOfWork;
use crate::write_off::revoke;
use centre_store::boxed;
use centre_store::tables::{allowance, device, device_health};

/// Takes down how a device is.
///
/// # Errors
/// [`ErrorCode::NotAuthenticated`] where it is gone meanwhile; where the database fails.
#[boxed]
pub async fn check_in(
    centre: &Centre,
    signer: &device::Model,
    request: &CheckInRequest,
) -> Result<CheckInReply, ServiceError> {
    let health = request.health.clone().bounded();
    let mut work = centre.work().await?;
    let device = device::Entity::find_by_id(signer.id)
        .lock_exclusive()
        .one(work.on())
        .await?
        .ok_or_else(|| ServiceError::refused(ErrorCode::NotAuthenticated, "no such device"))?;
    keep(&work, &device, &health).await?;
    joining::keep_shown(&work, &device, &request.codes_shown).await?;
    if device.check_in_due {
        let seen = device::ActiveModel {
            id: Set(device.id),
            check_in_due: Set(false),
            ..Default::default()
        };
        device::Entity::update(seen).exec(work.on()).await?;
    }
    if let Some(update) = &health.update {
        offers::note_try(&mut work, &device, update).await?;
    }
    let served = device.revoked_at.is_none() && device.replaced_by.is_none();
    let reply = CheckInReply {
        settings: settings::of_store(work.on(), &device.store_id).await?,
        log_wanted: logs::wanted(work.on(), *device.id).await?,
        release: if served {
            offers::offer(work.on(), &device, &health).await?
        } else {
            None
        },
    };
    work.commit().await?;
    if device.replaced_by.is_some() && device.revoked_at.is_none() && health.waiting == 0 {
        end_replaced(centre, &device).await?;
    }
    Ok(reply)
}

/// One whose place was taken, that has delivered all and holds nothing, is let go for good: it forgets its members then.
async fn end_replaced(centre: &Centre, device: &device::Model) -> Result<(), ServiceError> {
    let holds = allowance::Entity::find()
        .filter(allowance::Column::DeviceId.eq(device.id))
        .filter(allowance::Column::Outstanding.gt(0))
        .count(centre.db().read())
        .await?;
    if holds == 0 {
        revoke(centre, *device.id, "replaced").await?;
    }
    Ok(())
}

async fn keep(
    work: &UnitOfWork,
    device: &device::Model,
    health: &DeviceHealth,
) -> Result<(), ServiceError> {
    let now = work.now();
    let row = device_health::ActiveModel {
        device_id: Set(device.id),
        told_at: Set(now.into()),
        clock_off_ms: Set((health.clock - now).num_milliseconds()),
        document: Set(serde_json::to_string(health)?),
    };
    device_health::Entity::insert(row)
        .on_conflict(
            OnConflict::column(device_health::Column::DeviceId)
                .update_columns([
                    device_health::Column::ToldAt,
                    device_health::Column::ClockOffMs,
                    device_health::Column::Document,
                ])
                .to_owned(),
        )
        .exec_without_returning(work.on())
        .await?;
    Ok(())
}
