//! Wordings of consents.

use sea_orm::entity::prelude::*;

/// A wording as members saw it.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "consent_text")]
pub struct Model {
    /// Its version, as consents name it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: String,
    /// To what.
    #[sea_orm(primary_key, auto_increment = false)]
    pub purpose: String,
    /// `zh-CN` or `en`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub language: String,
    /// The words.
    pub wording: String,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
