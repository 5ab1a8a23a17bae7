//! A number that a member had before.

use chrono::{DateTime, Utc};
use protocol::MemberId;
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// A number that a member had before.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "former_phone")]
pub struct Model {
    /// Whose it was.
    #[sea_orm(primary_key, auto_increment = false)]
    pub member_id: Col<MemberId>,
    /// Mobile number, 11 digits.
    #[sea_orm(primary_key, auto_increment = false)]
    pub phone: String,
    /// Until when.
    pub until: Col<DateTime<Utc>>,
    /// Why no longer: `changed`, or `new_owner` who proved it.
    pub why: String,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
