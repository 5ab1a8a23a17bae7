//! Requests for allowances that were answered, so that a repeated one gets the same reply.

use chrono::{DateTime, Utc};
use protocol::chain::Hash;
use protocol::{DeviceId, Epoch};
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// Requests for allowances that were answered, so that a repeated one gets the same reply.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "grant_request")]
pub struct Model {
    /// Which counter.
    #[sea_orm(primary_key, auto_increment = false)]
    pub device_id: Col<DeviceId>,
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub request_id: String,
    /// JSON of `protocol::grant::GrantReply`.
    pub reply: String,
    /// When.
    pub at: Col<DateTime<Utc>>,
    /// The life of the outbox that asked.
    pub epoch: Col<Epoch>,
    /// How many allowances it brought.
    pub given: Col<u32>,
    /// Where the chain of such answers stood after this one; none where it gave nothing.
    pub chain: Option<Col<Hash>>,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
