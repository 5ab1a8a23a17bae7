//! What a clerk noted of a member; notes only add.

use chrono::{DateTime, Utc};
use loyalty::OpId;
use protocol::{ClerkId, MemberId};
use sea_orm::entity::prelude::*;

use crate::column::{Col, Sealed};

/// What a clerk noted of a member; notes only add.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "member_note")]
pub struct Model {
    /// Of whom.
    #[sea_orm(primary_key, auto_increment = false)]
    pub member_id: Col<MemberId>,
    /// The operation.
    #[sea_orm(primary_key, auto_increment = false)]
    pub op_id: Col<OpId>,
    /// Who.
    pub clerk_id: Col<ClerkId>,
    /// When.
    pub at: Col<DateTime<Utc>>,
    /// The words.
    pub note: Col<Sealed>,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
