//! The ledger: points move from one account of a member to another. Never changed.

use chrono::{DateTime, Utc};
use loyalty::{LotId, OpId, Points};
use protocol::MemberId;
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// The ledger: points move from one account of a member to another. Never changed.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "transfer")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub member_id: Col<MemberId>,
    /// In order, from 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub n: Col<u64>,
    /// What moved them: an operation, a grant, or `advance:<date>`, `import:…`.
    pub op_id: Col<OpId>,
    /// From: `earned`, `available`, `escrow:<device>`, `waiting`, `redeemed`, `expired`, `taken_back`, `adjusted`, `debt`, `loss:<store>`.
    pub from_account: String,
    /// To.
    pub to_account: String,
    /// Which lot; none where no lot is concerned (debt, loss).
    pub lot: Option<Col<LotId>>,
    /// How many; above zero.
    pub points: Col<Points>,
    /// When it counts.
    pub at: Col<DateTime<Utc>>,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
