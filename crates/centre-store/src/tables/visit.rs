//! A member whom a counter of another store keeps for the day.

use chrono::{DateTime, Utc};
use protocol::{DeviceId, MemberId};
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// A member whom a counter of another store keeps for the day.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "visit")]
pub struct Model {
    /// Which counter.
    #[sea_orm(primary_key, auto_increment = false)]
    pub device_id: Col<DeviceId>,
    /// Whom.
    #[sea_orm(primary_key, auto_increment = false)]
    pub member_id: Col<MemberId>,
    /// Last moment.
    pub until: Col<DateTime<Utc>>,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
