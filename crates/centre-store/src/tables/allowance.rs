//! Points of one member in escrow for one counter.

use sea_orm::entity::prelude::*;

/// Points of one member in escrow for one counter.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "allowance")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub member_id: String,
    /// The grant's id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// Which counter.
    pub device_id: String,
    /// Life of its outbox that may spend it.
    pub epoch: i32,
    /// The request that it answered.
    pub request_id: String,
    /// How many at first.
    pub granted: i64,
    /// How many were spent.
    pub spent: i64,
    /// How many were given back.
    pub released: i64,
    /// How many are left, as far as the centre knows.
    pub outstanding: i64,
    /// When.
    pub granted_at: i64,
    /// Until when a silent counter may spend it.
    pub lease_until: i64,
    /// How many were freed by a write-off or a resolved fork.
    pub written_off: i64,
    /// Since when it is asked back.
    pub recalled_at: Option<i64>,
    /// Given ahead of time: it stays while idle.
    pub ahead: bool,
    /// How many of it made a debt when it was set up again after a restore of the centre.
    pub reinstated: i64,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
