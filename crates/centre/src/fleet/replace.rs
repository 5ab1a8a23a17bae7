//! One device in another's place, within minutes: a code that names the old one, and what becomes of that.

use protocol::{DeviceId, ErrorCode};
use sea_orm::EntityTrait;

use crate::Centre;
use crate::error::ServiceError;
use crate::sync::enrol::{EnrolCode, Wanted, new_enrol_codes};
use centre_store::boxed;
use centre_store::tables::device;

/// Makes a code for a device that takes the place of another: with its name, its store and its use. Until the code is
/// used the old one goes on as it is.
///
/// # Errors
/// [`ErrorCode::NotFound`] where there is no such device; [`ErrorCode::Revoked`] where it was let go already; where the
/// database fails.
#[boxed]
pub async fn replace(centre: &Centre, old: DeviceId) -> Result<EnrolCode, ServiceError> {
    let row = device::Entity::find_by_id(old)
        .one(centre.db().read())
        .await?
        .ok_or_else(|| ServiceError::refused(ErrorCode::NotFound, format!("no device {old}")))?;
    if row.revoked_at.is_some() || row.replaced_by.is_some() {
        return Err(ServiceError::refused(
            ErrorCode::Revoked,
            "its place was taken already, or it was revoked",
        ));
    }
    let wanted = Wanted {
        checkout: row.checkout,
        name: row.name.clone(),
        replaces: Some(old),
        ..Wanted::in_store(&row.store_id)
    };
    let made = new_enrol_codes(centre, &[wanted]).await?;
    made.into_iter()
        .next()
        .ok_or_else(|| ServiceError::corrupt("enrol_code", old, "was not made"))
}
