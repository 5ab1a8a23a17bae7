//! The code by which a member invites friends.

use chrono::{DateTime, Utc};
use protocol::MemberId;
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// The code by which a member invites friends.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "friend_code")]
pub struct Model {
    /// Its id, hex.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// Who invites.
    pub member_id: Col<MemberId>,
    /// When it was made.
    pub made_at: Col<DateTime<Utc>>,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
