//! Where the log ends.

use protocol::Hash;
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// Where the log ends.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "log_head")]
pub struct Model {
    /// Always 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub only_row: i32,
    /// Number of the last entry; 0 where there is none.
    pub n: Col<u64>,
    /// Its hash.
    pub hash: Col<Hash>,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
