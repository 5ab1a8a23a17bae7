//! A line of a sale.

use loyalty::{Money, OpId, Sku};
use protocol::MemberId;
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// A line of a sale.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "receipt_line")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub member_id: Col<MemberId>,
    /// The sale.
    #[sea_orm(primary_key, auto_increment = false)]
    pub op_id: Col<OpId>,
    /// Place on the receipt, from 0.
    #[sea_orm(primary_key, auto_increment = false)]
    pub n: Col<u32>,
    /// Product.
    pub sku: Col<Sku>,
    /// Its name on that day.
    pub name: String,
    /// Its category on that day.
    pub category: Option<String>,
    /// Pieces; 0 only from imports.
    pub qty: Col<u32>,
    /// Pieces brought back.
    pub returned: Col<u32>,
    /// Before coupons.
    pub amount_fen: Col<Money>,
    /// After coupons.
    pub net_fen: Col<Money>,
    /// The part of it that points paid.
    pub by_points_fen: Col<Money>,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
