//! A product.

use loyalty::{Money, Sku};
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// A product.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "product")]
pub struct Model {
    /// Its number.
    #[sea_orm(primary_key, auto_increment = false)]
    pub sku: Col<Sku>,
    /// Bar code (EAN-13).
    pub barcode: Option<String>,
    /// Name in Chinese.
    pub name: String,
    /// Name in English.
    pub name_en: String,
    /// Size or shade.
    pub size: String,
    /// Category by the brand's id.
    pub category: String,
    /// Price.
    pub price_fen: Option<Col<Money>>,
    /// Texture picture by kind.
    pub swatch: String,
    /// JSON array of ingredients.
    pub allergens: String,
    /// JSON array of concerns and skin kinds.
    pub suits: String,
    /// Days one piece usually lasts; 0 = not known.
    pub lasts_days: Col<u32>,
    /// False once it is no longer sold.
    pub active: bool,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
