//! A store.

use protocol::StoreId;
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// A store.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "store")]
pub struct Model {
    /// The brand's own number.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Col<StoreId>,
    /// What people call it.
    pub name: String,
    /// Its city.
    pub city: String,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
