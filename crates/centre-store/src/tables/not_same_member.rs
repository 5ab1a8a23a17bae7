//! Two members who were looked at and are two people.

use chrono::{DateTime, Utc};
use protocol::MemberId;
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// Two members who were looked at and are two people.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "not_same_member")]
pub struct Model {
    /// The lesser id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub one_id: Col<MemberId>,
    /// The greater.
    #[sea_orm(primary_key, auto_increment = false)]
    pub other_id: Col<MemberId>,
    /// When.
    pub at: Col<DateTime<Utc>>,
    /// Who said so.
    pub by_whom: String,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
