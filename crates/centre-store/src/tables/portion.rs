//! From which lots a purchase or redemption was paid, in spending order: a return gives back to the same.

use loyalty::{LotId, OpId, Points};
use protocol::MemberId;
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// From which lots a purchase or redemption was paid, in spending order: a return gives back to the same.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "portion")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub member_id: Col<MemberId>,
    /// The purchase or redemption.
    #[sea_orm(primary_key, auto_increment = false)]
    pub op_id: Col<OpId>,
    /// In spending order, from 0.
    #[sea_orm(primary_key, auto_increment = false)]
    pub n: Col<u32>,
    /// Which lot; none = borne by the store.
    pub lot: Option<Col<LotId>>,
    /// How many.
    pub points: Col<Points>,
    /// How many were given back.
    pub given_back: Col<Points>,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
