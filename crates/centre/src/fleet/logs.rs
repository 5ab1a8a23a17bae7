//! The log of a device, when headquarters asks for it: causes and codes, nobody's name or number.

use chrono::{DateTime, TimeDelta, Utc};
use protocol::check_in::{DeviceLog, LOG_BYTES};
use protocol::{DeviceId, ErrorCode, RequestId};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use serde::Serialize;

use crate::Centre;
use crate::devices::find;
use crate::error::ServiceError;
use crate::log::{Entry, Kind};
use centre_store::boxed;
use centre_store::column::Col;
use centre_store::tables::{device, device_log};

/// How long lines are kept, in days: they are for the trouble of the day.
const KEPT: i64 = 30;

/// Lines that are here, or awaited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeptLog {
    /// By which request.
    pub request: RequestId,
    /// When it was asked.
    pub asked: DateTime<Utc>,
    /// When the lines came; none as long as they are awaited.
    pub told: Option<DateTime<Utc>>,
    /// The lines.
    pub lines: String,
}

/// Asks a device for its log: it brings it at its next contact. Lines of before are forgotten.
///
/// # Errors
/// [`ErrorCode::NotFound`] where there is no such device; where the database fails.
#[boxed]
pub async fn ask_for_log(centre: &Centre, device: DeviceId) -> Result<RequestId, ServiceError> {
    let mut work = centre.work().await?;
    let row = find(&work, device).await?;
    let request = RequestId::fresh();
    let asked = device_log::ActiveModel {
        device_id: Set(row.id),
        request_id: Set(request.into()),
        asked_at: Set(work.now().into()),
        told_at: Set(None),
        lines: Set(String::new()),
    };
    device_log::Entity::insert(asked)
        .on_conflict(
            OnConflict::column(device_log::Column::DeviceId)
                .update_columns([
                    device_log::Column::RequestId,
                    device_log::Column::AskedAt,
                    device_log::Column::ToldAt,
                    device_log::Column::Lines,
                ])
                .to_owned(),
        )
        .exec_without_returning(work.on())
        .await?;
    let due = device::ActiveModel {
        id: Set(row.id),
        check_in_due: Set(true),
        ..Default::default()
    };
    device::Entity::update(due).exec(work.on()).await?;
    work.note(Entry::of(Kind::DeviceLogAsked).what(format!("device {device}")));
    work.commit().await?;
    Ok(request)
}

/// By which request a device's log is awaited.
pub(super) async fn wanted<C: ConnectionTrait>(
    db: &C,
    device: DeviceId,
) -> Result<Option<RequestId>, ServiceError> {
    let row = device_log::Entity::find_by_id(device)
        .filter(device_log::Column::ToldAt.is_null())
        .one(db)
        .await?;
    Ok(row.map(|row| *row.request_id))
}

/// Keeps the lines that a device brought. What nobody asked for, or asked for anew meanwhile, is dropped.
///
/// # Errors
/// [`ErrorCode::TooLarge`]; where the database fails.
#[boxed]
pub async fn keep_log(
    centre: &Centre,
    signer: &device::Model,
    log: &DeviceLog,
) -> Result<(), ServiceError> {
    if log.lines.len() > LOG_BYTES {
        return Err(ServiceError::refused(
            ErrorCode::TooLarge,
            "more of a log than is taken",
        ));
    }
    let work = centre.work().await?;
    let kept = device_log::ActiveModel {
        told_at: Set(Some(work.now().into())),
        // PostgreSQL takes no zero byte in a text
        lines: Set(log.lines.replace('\0', "")),
        ..Default::default()
    };
    device_log::Entity::update_many()
        .set(kept)
        .filter(device_log::Column::DeviceId.eq(signer.id))
        .filter(device_log::Column::RequestId.eq(Col(log.request)))
        .filter(device_log::Column::ToldAt.is_null())
        .exec(work.on())
        .await?;
    work.commit().await?;
    Ok(())
}

/// The lines that a device brought, or that they are awaited; none where nobody asked. Who reads them is noted.
///
/// # Errors
/// [`ErrorCode::NotFound`] where there is no such device; where the database fails.
#[boxed]
pub async fn kept_log(centre: &Centre, device: DeviceId) -> Result<Option<KeptLog>, ServiceError> {
    let mut work = centre.work().await?;
    find(&work, device).await?;
    let found = device_log::Entity::find_by_id(device)
        .one(work.on())
        .await?;
    if found.as_ref().is_some_and(|row| row.told_at.is_some()) {
        work.note(Entry::of(Kind::DeviceLogRead).what(format!("device {device}")));
        work.commit().await?;
    } else {
        work.rollback().await?;
    }
    Ok(found.map(|row| KeptLog {
        request: *row.request_id,
        asked: *row.asked_at,
        told: row.told_at.map(|at| *at),
        lines: row.lines,
    }))
}

/// Forgets lines that were asked for long before `now`. How many devices'.
///
/// # Errors
/// Where the database fails.
#[boxed]
pub async fn forget_old(centre: &Centre, now: DateTime<Utc>) -> Result<u64, ServiceError> {
    let before = now - TimeDelta::days(KEPT);
    let work = centre.work().await?;
    let old = device_log::Entity::delete_many()
        .filter(device_log::Column::AskedAt.lt(Col(before)))
        .exec(work.on())
        .await?;
    work.commit().await?;
    Ok(old.rows_affected)
}
