//! What went over from one merged account to the other.

use sea_orm::entity::prelude::*;

use crate::column::Col;

/// What went over from one merged account to the other.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "member_merge_part")]
pub struct Model {
    /// Which merge.
    #[sea_orm(primary_key, auto_increment = false)]
    pub merge_id: String,
    /// Its number.
    #[sea_orm(primary_key, auto_increment = false)]
    pub n: Col<u32>,
    /// JSON of [`loyalty::Handed`].
    pub handed: String,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
