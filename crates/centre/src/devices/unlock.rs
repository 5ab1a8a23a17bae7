//! Opening a counter that was silent for too long, with no network there.

use centre_store::boxed;
use chrono::{DateTime, Duration, Utc};
use protocol::{DeviceId, ErrorCode, StoreId};
use sea_orm::EntityTrait;
use serde::Serialize;

use crate::Centre;
use crate::error::ServiceError;
use crate::log::{Entry, Kind};
use centre_store::tables::device;

/// A code that was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unlocked {
    /// What is typed at the counter.
    pub code: String,
    /// Until when it opens it.
    pub until: DateTime<Utc>,
}

/// Gives a code for a device, of one store where that is said. Nothing of the device changes: the code is a statement,
/// and the counter takes each once. `by` is who gives it, for the log.
///
/// # Errors
/// [`ErrorCode::NotFound`] for a device that is not there or of another store; [`ErrorCode::Revoked`] for one that was
/// revoked: nothing opens that; where the database fails.
#[boxed]
pub async fn unlock(
    centre: &Centre,
    id: DeviceId,
    store: Option<&StoreId>,
    by: &str,
) -> Result<Unlocked, ServiceError> {
    let unknown = || ServiceError::refused(ErrorCode::NotFound, format!("no device {id}"));
    let found = device::Entity::find_by_id(id)
        .one(centre.db().read())
        .await?
        .filter(|d| store.is_none_or(|store| *d.store_id == *store))
        .ok_or_else(unknown)?;
    if found.revoked_at.is_some() {
        return Err(ServiceError::refused(
            ErrorCode::Revoked,
            "a device that was revoked is not opened again",
        ));
    }
    let code = centre
        .unlock_code(id, &found.public_key)
        .ok_or_else(|| ServiceError::corrupt("device", id, "has an invalid public_key"))?;
    // the code is told only once it is written down that it was given
    let mut work = centre.work().await?;
    work.note(Entry::of(Kind::UnlockCodeGiven).what(format!("device {id}")));
    work.commit().await?;
    tracing::info!(device = %id, by, "a code was given that opens it for a day");
    Ok(Unlocked {
        code,
        until: centre.now() + Duration::hours(loyalty::UNLOCK_HOURS),
    })
}
