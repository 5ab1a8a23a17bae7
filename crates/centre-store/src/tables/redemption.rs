//! Points given for something.

use chrono::{DateTime, Utc};
use loyalty::{OpId, Points};
use protocol::{DeviceId, MemberId, StoreId};
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// Points given for something.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "redemption")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub member_id: Col<MemberId>,
    /// What recorded it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub op_id: Col<OpId>,
    /// Where.
    pub store_id: Col<StoreId>,
    /// How many.
    pub points: Col<Points>,
    /// JSON of `protocol::operation::Redeemed`.
    pub what: String,
    /// When.
    pub at: Col<DateTime<Utc>>,
    /// When it was given back.
    pub reversed_at: Option<Col<DateTime<Utc>>>,
    /// Which counter did it; none from history.
    pub device_id: Option<Col<DeviceId>>,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
