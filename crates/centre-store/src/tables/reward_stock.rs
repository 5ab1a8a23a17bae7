//! Pieces of a reward that a store has.

use protocol::StoreId;
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// Pieces of a reward that a store has.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "reward_stock")]
pub struct Model {
    /// Which store.
    #[sea_orm(primary_key, auto_increment = false)]
    pub store_id: Col<StoreId>,
    /// Which reward.
    #[sea_orm(primary_key, auto_increment = false)]
    pub reward_id: String,
    /// How many are left, zero or more.
    pub pieces: Col<u32>,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
