//! Who did what about whom, and why.

use chrono::{DateTime, Utc};
use protocol::{DeviceId, Hash, MemberId, StoreId};
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// An entry of the log. Words of kinds, people and places that a later build wrote are texts here.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "log_entry")]
pub struct Model {
    /// Its number, from 1, without gaps.
    #[sea_orm(primary_key, auto_increment = false)]
    pub n: Col<u64>,
    /// When it was noted, by the centre's clock.
    pub at: Col<DateTime<Utc>>,
    /// When it happened.
    pub happened_at: Col<DateTime<Utc>>,
    /// What kind of thing.
    pub kind: String,
    /// What kind of person or thing did it.
    pub who_kind: String,
    /// Who: a clerk's id, a user's name.
    pub who: String,
    /// Where: at a counter, on the command line.
    pub place: String,
    /// In which store.
    pub store_id: Option<Col<StoreId>>,
    /// On which device.
    pub device_id: Option<Col<DeviceId>>,
    /// About whom.
    pub member_id: Option<Col<MemberId>>,
    /// The operation that says so.
    pub op_id: Option<String>,
    /// What precisely: words and figures, nobody's name or number.
    pub what: String,
    /// Why.
    pub why: String,
    /// Hash of the entry before.
    pub prev_hash: Col<Hash>,
    /// Its own.
    pub hash: Col<Hash>,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
