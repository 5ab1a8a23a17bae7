//! A member whom another invited, and what came of it.

use chrono::{DateTime, Utc};
use protocol::MemberId;
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// A member whom another invited, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "invited_friend")]
pub struct Model {
    /// Who was invited.
    #[sea_orm(primary_key, auto_increment = false)]
    pub member_id: Col<MemberId>,
    /// Who invited her.
    pub inviter_id: Col<MemberId>,
    /// When she joined.
    pub joined_at: Col<DateTime<Utc>>,
    /// A word: `waits`, `both`, `friend`, `household`, `too_late`.
    pub state: String,
    /// When that was decided.
    pub decided_at: Option<Col<DateTime<Utc>>>,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
