//! Counters: enrolling them, knowing them, what they may read, and the lives of their outboxes.

pub mod command;
mod enrol;
mod hello;
mod lives;
mod standing;
mod write_off;

use protocol::ErrorCode;
use protocol::chain::Hash;
use protocol::ids::{DeviceId, StoreId};
use protocol::pull::{BRAND_SCOPE, DEVICE_SCOPE, store_scope};
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QuerySelect};

use crate::entities::device;
use crate::error::ServiceError;

pub use enrol::{EnrolCode, enrol, new_enrol_code};
pub use hello::hello;
pub(crate) use lives::{Cause, end_with, ended_by, old_head, outstanding};
pub(crate) use standing::holder_is_silent;
pub use standing::standings;
pub use write_off::{WrittenOff, move_to, revoke, write_off};
pub(crate) use write_off::{find, free};

/// A device's id as it goes over the wire.
///
/// # Errors
/// Where the row is broken.
pub fn id_of(row: &device::Model) -> Result<DeviceId, ServiceError> {
    row.id
        .parse()
        .map_err(|_| ServiceError::broken("a device whose id is none"))
}

/// What a device may read.
pub fn scopes(row: &device::Model) -> Vec<String> {
    vec![
        BRAND_SCOPE.to_owned(),
        store_scope(&StoreId::from(row.store_id.as_str())),
        format!("{DEVICE_SCOPE}{}", row.id),
    ]
}

/// A device's row, locked until the transaction ends.
///
/// # Errors
/// Where the database fails.
pub async fn lock<C: ConnectionTrait>(db: &C, id: &str) -> Result<device::Model, ServiceError> {
    device::Entity::find_by_id(id)
        .lock_exclusive()
        .one(db)
        .await?
        .ok_or_else(|| ServiceError::refused(ErrorCode::NotAuthenticated, "no such device"))
}

/// Writes a locked row back.
///
/// # Errors
/// Where the database fails.
pub async fn keep<C: ConnectionTrait>(db: &C, row: device::Model) -> Result<(), ServiceError> {
    row.into_active_model().reset_all().update(db).await?;
    Ok(())
}

/// The hash of the last operation of a device.
///
/// # Errors
/// Where the row is broken.
pub fn head_hash(row: &device::Model) -> Result<Hash, ServiceError> {
    Hash::from_hex(&row.head_hash).map_err(|_| ServiceError::broken("a head that is no hash"))
}
