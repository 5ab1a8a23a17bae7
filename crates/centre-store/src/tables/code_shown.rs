//! How many codes a device has shown on a business day.

use chrono::NaiveDate;
use protocol::sign_up::Channel;
use protocol::{ClerkId, DeviceId, StoreId};
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// How many codes a device has shown on a business day.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "code_shown")]
pub struct Model {
    /// Which device.
    #[sea_orm(primary_key, auto_increment = false)]
    pub device_id: Col<DeviceId>,
    /// Which day.
    #[sea_orm(primary_key, auto_increment = false)]
    pub day: Col<NaiveDate>,
    /// In which store.
    pub store_id: Col<StoreId>,
    /// Whose codes.
    #[sea_orm(primary_key, auto_increment = false)]
    pub clerk: Col<ClerkId>,
    /// By what.
    #[sea_orm(primary_key, auto_increment = false)]
    pub channel: Col<Channel>,
    /// For which campaign; empty = none.
    #[sea_orm(primary_key, auto_increment = false)]
    pub campaign: String,
    /// How many.
    pub n: i64,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
