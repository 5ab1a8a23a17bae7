//! A member's coupon: one use.

use chrono::{DateTime, NaiveDate, Utc};
use loyalty::{CouponId, GrantId};
use protocol::{DeviceId, Epoch, MemberId};
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// A member's coupon: one use.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "coupon")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub member_id: Col<MemberId>,
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Col<CouponId>,
    /// JSON of the coupon as `loyalty` reads it.
    pub document: String,
    /// Last day, ISO date.
    pub expires_on: Option<Col<NaiveDate>>,
    /// The operation that used it.
    pub used_by: Option<String>,
    /// When.
    pub used_at: Option<Col<DateTime<Utc>>>,
    /// The counter that alone may use it.
    pub holder_device: Option<Col<DeviceId>>,
    /// Life of that counter's outbox.
    pub holder_epoch: Option<Col<Epoch>>,
    /// Id of the grant by which it holds it.
    pub holder_grant: Option<Col<GrantId>>,
    /// Since when it is asked back.
    pub recalled_at: Option<Col<DateTime<Utc>>>,
    /// Whose it was before two members were merged.
    pub came_from: Option<Col<MemberId>>,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
