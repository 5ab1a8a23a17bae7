//! Members who were erased.

use chrono::{DateTime, Utc};
use protocol::MemberId;
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// A member who was erased, and what was taken out of the operations.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "erasure")]
pub struct Model {
    /// Who.
    #[sea_orm(primary_key, auto_increment = false)]
    pub member_id: Col<MemberId>,
    /// When.
    pub at: Col<DateTime<Utc>>,
    /// Why.
    pub why: String,
    /// JSON: ids of operations whose personal values were taken out.
    pub op_ids: String,
    /// JSON: of whose texts something was taken out, though the chain covers them, by operation: the hash of what is left.
    pub bodies: String,
    /// The centre's signature over all of it, 128 hex digits.
    pub signature: String,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
