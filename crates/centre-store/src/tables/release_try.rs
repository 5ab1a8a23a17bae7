//! How a version went on a device.

use chrono::{DateTime, Utc};
use protocol::DeviceId;
use protocol::check_in::UpdateStage;
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// How a version went on a device.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "release_try")]
pub struct Model {
    /// Which version.
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: String,
    /// Which device.
    #[sea_orm(primary_key, auto_increment = false)]
    pub device_id: Col<DeviceId>,
    /// How far it came.
    pub stage: Col<UpdateStage>,
    /// Why not, where it failed.
    pub reason: String,
    /// When it said so.
    pub at: Col<DateTime<Utc>>,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
