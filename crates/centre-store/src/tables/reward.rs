//! Something that points are given for.

use loyalty::{Points, TierId};
use protocol::entity::RewardKind;
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// Something that points are given for.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "reward")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// Name in Chinese.
    pub name: String,
    /// Name in English.
    pub name_en: String,
    /// Size or shade.
    pub size: String,
    /// `sample`, `product`, `service`.
    pub kind: Col<RewardKind>,
    /// Points for one piece.
    pub points: Col<Points>,
    /// Lowest tier that may have it.
    pub min_tier: Option<Col<TierId>>,
    /// Texture picture by kind.
    pub swatch: String,
    /// JSON array of ingredients.
    pub allergens: String,
    /// False once it is no longer given.
    pub active: bool,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
