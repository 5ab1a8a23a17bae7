//! Codes that were sent to new phone numbers of members.

use chrono::{DateTime, Utc};
use protocol::MemberId;
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// The code that was sent last to a member's new number.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "phone_proof")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub member_id: Col<MemberId>,
    /// To which number.
    pub phone: String,
    /// Hash of number and code, hex.
    pub code_hash: String,
    /// When.
    pub sent_at: Col<DateTime<Utc>>,
    /// Last moment.
    pub expires_at: Col<DateTime<Utc>>,
    /// How often another was said.
    pub wrong: Col<u32>,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
