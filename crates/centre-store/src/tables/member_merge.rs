//! Two members who were merged, and whether that was undone.

use chrono::{DateTime, Utc};
use protocol::MemberId;
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// Two members who were merged, and whether that was undone.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "member_merge")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// Who went.
    pub member_id: Col<MemberId>,
    /// Who stayed.
    pub into_id: Col<MemberId>,
    /// When.
    pub at: Col<DateTime<Utc>>,
    /// Who said so: `manager:<id>`, `headquarters`.
    pub by_whom: String,
    /// Why: the stable word of what they have in common, or `asked`.
    pub why: String,
    /// JSON array: names of what was taken over of her profile.
    pub taken: String,
    /// How many parts went over so far.
    pub parts: Col<u32>,
    /// When it was undone.
    pub undone_at: Option<Col<DateTime<Utc>>>,
    /// Who undid it.
    pub undone_by: Option<String>,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
