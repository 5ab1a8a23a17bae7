//! How many of the devices of a store, or of all stores, are to have a version.

use chrono::{DateTime, Utc};
use protocol::StoreId;
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// How many of the devices of a store, or of all stores, are to have a version.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "release_stage")]
pub struct Model {
    /// Which version.
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: String,
    /// Which store; empty for all that have no line of their own.
    #[sea_orm(primary_key, auto_increment = false)]
    pub store_id: Col<StoreId>,
    /// In hundredths: 0 to 100.
    pub share: Col<u32>,
    /// Since when.
    pub staged_at: Col<DateTime<Utc>>,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
