//! Sum of the ledger by account: what came in less what went out. The sources `earned`, `debt` and `loss:<store>` are never above zero, `adjusted` may be either, all others are never below; a member's sum to zero.

use loyalty::Points;
use protocol::MemberId;
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// Sum of the ledger by account: what came in less what went out. The sources `earned`, `debt` and `loss:<store>` are never above zero, `adjusted` may be either, all others are never below; a member's sum to zero.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "balance")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub member_id: Col<MemberId>,
    /// Which account.
    #[sea_orm(primary_key, auto_increment = false)]
    pub account: String,
    /// In less out.
    pub points: Col<Points>,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
