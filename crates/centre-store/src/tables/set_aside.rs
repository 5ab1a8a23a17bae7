//! An operation that is kept for a manager and had no effect.

use chrono::{DateTime, Utc};
use protocol::{DeviceId, Epoch, Seq};
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// An operation that is kept for a manager and had no effect.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "set_aside")]
pub struct Model {
    /// Which counter.
    #[sea_orm(primary_key, auto_increment = false)]
    pub device_id: Col<DeviceId>,
    /// Life of its outbox.
    #[sea_orm(primary_key, auto_increment = false)]
    pub epoch: Col<Epoch>,
    /// Place in it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: Col<Seq>,
    /// Stable code.
    pub reason: String,
    /// When.
    pub at: Col<DateTime<Utc>>,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
