//! Operations that were applied as they happened although the rules would have refused: the store bears the cost and its manager looks at them.

use chrono::{DateTime, Utc};
use loyalty::{Money, OpId, Points};
use protocol::{MemberId, StoreId};
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// Operations that were applied as they happened although the rules would have refused: the store bears the cost and its manager looks at them.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "manager_list")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// Which store bears it.
    pub store_id: Col<StoreId>,
    /// Which operation.
    pub op_id: Col<OpId>,
    /// Whose points, where it is about points.
    pub member_id: Option<Col<MemberId>>,
    /// Stable code of the rule.
    pub reason: String,
    /// Points lost.
    pub points: Col<Points>,
    /// When it was applied.
    pub at: Col<DateTime<Utc>>,
    /// When a manager has dealt with it.
    pub seen_at: Option<Col<DateTime<Utc>>>,
    /// Money lost, in fen: refunded beyond what the receipt gives.
    pub fen: Col<Money>,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
