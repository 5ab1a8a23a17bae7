//! How a device said that it is, the last time.

use chrono::{DateTime, Utc};
use protocol::DeviceId;
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// How a device said that it is, the last time.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "device_health")]
pub struct Model {
    /// Which.
    #[sea_orm(primary_key, auto_increment = false)]
    pub device_id: Col<DeviceId>,
    /// When it said so, by the centre's clock.
    pub told_at: Col<DateTime<Utc>>,
    /// How far its wall clock was ahead of the centre's, in milliseconds.
    pub clock_off_ms: i64,
    /// What it said: [`protocol::check_in::DeviceHealth`] as JSON.
    pub document: String,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
