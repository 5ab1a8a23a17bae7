//! A clerk's key on a device.

use chrono::{DateTime, Utc};
use protocol::{ClerkId, DeviceId};
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// A clerk's key on a device.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "clerk_key")]
pub struct Model {
    /// On which device.
    #[sea_orm(primary_key, auto_increment = false)]
    pub device_id: Col<DeviceId>,
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub clerk_id: Col<ClerkId>,
    /// Ed25519, 64 hex digits.
    #[sea_orm(primary_key, auto_increment = false)]
    pub public_key: String,
    /// Mark of the PIN that the clerk was known by.
    pub pin_mark: String,
    /// Since when it is known.
    pub since: Col<DateTime<Utc>>,
    /// When it ended: the clerk has left, moved to another store, or has another PIN.
    pub ended_at: Option<Col<DateTime<Utc>>>,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
