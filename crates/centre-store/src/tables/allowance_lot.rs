//! Which points an allowance is made of.

use loyalty::{GrantId, LotId, Points};
use protocol::MemberId;
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// Which points an allowance is made of.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "allowance_lot")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub member_id: Col<MemberId>,
    /// Which allowance.
    #[sea_orm(primary_key, auto_increment = false)]
    pub allowance_id: Col<GrantId>,
    /// In spending order, from 0.
    #[sea_orm(primary_key, auto_increment = false)]
    pub n: Col<u32>,
    /// Which lot of hers.
    pub lot: Col<LotId>,
    /// How many at first.
    pub granted: Col<Points>,
    /// How many are left.
    pub outstanding: Col<Points>,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
