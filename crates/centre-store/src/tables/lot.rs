//! Points of a member that were added together.

use chrono::NaiveDate;
use loyalty::{LotId, OpId, Points};
use protocol::MemberId;
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// Points of a member that were added together.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "lot")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub member_id: Col<MemberId>,
    /// Number within the member, from 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub n: Col<LotId>,
    /// How many are left outside allowances.
    pub available: Col<Points>,
    /// How many of it counters hold.
    pub in_escrow: Col<Points>,
    /// Last day, ISO date; none = never.
    pub expires_on: Option<Col<NaiveDate>>,
    /// Business date of earning, ISO.
    pub earned_on: Col<NaiveDate>,
    /// What brought it: an operation, or `welcome:…`, `import:…`.
    pub op_id: Col<OpId>,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
