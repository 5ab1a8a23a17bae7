//! Signed statements about the log.

use chrono::{DateTime, Utc};
use protocol::Hash;
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// A signed statement about the log.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "log_checkpoint")]
pub struct Model {
    /// The entry that it is about.
    #[sea_orm(primary_key, auto_increment = false)]
    pub n: Col<u64>,
    /// What it says of it: `stood` or `removed`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: String,
    /// That entry's hash.
    pub hash: Col<Hash>,
    /// When it was said.
    pub at: Col<DateTime<Utc>>,
    /// The centre's signature, 128 hex digits.
    pub signature: String,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
