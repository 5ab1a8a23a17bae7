//! A member by the hash of who she is at a provider.

use chrono::{DateTime, Utc};
use protocol::MemberId;
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// A member by the hash of who she is at a provider.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "open_id")]
pub struct Model {
    /// Hash of the open id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub open_id: String,
    /// Which provider.
    pub provider: String,
    /// Who.
    pub member_id: Col<MemberId>,
    /// When it was kept.
    pub at: Col<DateTime<Utc>>,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
