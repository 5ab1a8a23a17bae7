//! Phones of those who work in the stores, as far as the brand told them.

use protocol::ClerkId;
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// A phone of a clerk.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "clerk_phone")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub clerk_id: Col<ClerkId>,
    /// Its 11 digits.
    #[sea_orm(primary_key, auto_increment = false)]
    pub phone: String,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
