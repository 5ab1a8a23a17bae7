//! An allowance that the centre's signature says it gave, and that its books have forgotten.

use loyalty::{CouponId, GrantId};
use protocol::{DeviceId, Epoch, MemberId};
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// An allowance that the centre's signature says it gave, and that its books have forgotten.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "proven_allowance")]
pub struct Model {
    /// To which device it was given.
    #[sea_orm(primary_key, auto_increment = false)]
    pub device_id: Col<DeviceId>,
    /// To which life of its outbox.
    #[sea_orm(primary_key, auto_increment = false)]
    pub epoch: Col<Epoch>,
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub grant_id: Col<GrantId>,
    /// Whose points or coupon.
    pub member_id: Col<MemberId>,
    /// The coupon, where it is one.
    pub coupon_id: Option<Col<CouponId>>,
    /// JSON of `protocol::report::Reported`.
    pub body: String,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
