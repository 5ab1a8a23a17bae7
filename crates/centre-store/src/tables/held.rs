//! An operation that waits for something that has not arrived.

use chrono::{DateTime, Utc};
use protocol::{DeviceId, Epoch, Seq};
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// An operation that waits for something that has not arrived.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "held")]
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
    /// `phone`, `code`, `receipt`, `kind`, `program`.
    pub waits_kind: String,
    /// Which one; erased with the member.
    pub waits_for: String,
    /// Since when.
    pub since: Col<DateTime<Utc>>,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
