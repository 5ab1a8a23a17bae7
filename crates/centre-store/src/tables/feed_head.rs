//! Last number given out in a scope.

use sea_orm::entity::prelude::*;

use crate::column::Col;

/// Last number given out in a scope.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "feed_head")]
pub struct Model {
    /// Which scope.
    #[sea_orm(primary_key, auto_increment = false)]
    pub scope: String,
    /// The number; 0 = none yet.
    pub n: Col<u64>,
    /// Sum of the digests of the scope's entities, 32 hex digits; empty = not yet worked out.
    pub digest: String,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
