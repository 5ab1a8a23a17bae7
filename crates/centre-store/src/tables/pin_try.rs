//! Tries of a clerk's PIN from a device that were not right.

use chrono::{DateTime, Utc};
use protocol::{ClerkId, DeviceId};
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// Tries of a clerk's PIN from a device that were not right.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "pin_try")]
pub struct Model {
    /// From which device.
    #[sea_orm(primary_key, auto_increment = false)]
    pub device_id: Col<DeviceId>,
    /// Whose PIN.
    #[sea_orm(primary_key, auto_increment = false)]
    pub clerk_id: Col<ClerkId>,
    /// How many.
    pub failed: Col<u32>,
    /// None is taken before this.
    pub until_at: Option<Col<DateTime<Utc>>>,
    /// When the last one was.
    pub last_at: Col<DateTime<Utc>>,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
