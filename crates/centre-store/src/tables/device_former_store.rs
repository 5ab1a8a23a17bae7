//! A store that a device belonged to before.

use protocol::{DeviceId, StoreId};
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// A store that a device belonged to before: what it did there may come late.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "device_former_store")]
pub struct Model {
    /// Which device.
    #[sea_orm(primary_key, auto_increment = false)]
    pub device_id: Col<DeviceId>,
    /// Where it was.
    #[sea_orm(primary_key, auto_increment = false)]
    pub store_id: Col<StoreId>,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
