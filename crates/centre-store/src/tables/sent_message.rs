//! A message that was sent to a member.

use chrono::{DateTime, Utc};
use protocol::MemberId;
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// A message that was sent to a member.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sent_message")]
pub struct Model {
    /// Our own name for it, as the provider has it too.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// To whom.
    pub member_id: Col<MemberId>,
    /// Which kind, by its word.
    pub kind: String,
    /// When.
    pub at: Col<DateTime<Utc>>,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
