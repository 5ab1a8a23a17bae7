//! An operation that is kept for a manager and had no effect.

use sea_orm::entity::prelude::*;

/// An operation that is kept for a manager and had no effect.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "set_aside")]
pub struct Model {
    /// Which counter.
    #[sea_orm(primary_key, auto_increment = false)]
    pub device_id: String,
    /// Life of its outbox.
    #[sea_orm(primary_key, auto_increment = false)]
    pub epoch: i32,
    /// Place in it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    /// Stable code.
    pub reason: String,
    /// When.
    pub at: i64,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
