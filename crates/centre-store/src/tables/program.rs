//! The brand's rules by version.

use sea_orm::entity::prelude::*;

/// The brand's rules by version.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "program")]
pub struct Model {
    /// From 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i32,
    /// The document as JSON, as `loyalty` reads it.
    pub document: String,
    /// From when new operations are made under it.
    pub effective_from: i64,
    /// When it was published.
    pub published_at: i64,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
