//! Receipt of one consent given or withdrawn; only ever added to.

use chrono::{DateTime, Utc};
use protocol::MemberId;
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// Receipt of one consent given or withdrawn; only ever added to.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "consent")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub member_id: Col<MemberId>,
    /// In order, from 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub n: Col<u32>,
    /// `terms`, `skin`, `marketing`, `guardian`.
    pub purpose: String,
    /// Given or withdrawn.
    pub given: bool,
    /// Version of the wording that she saw.
    pub text_version: String,
    /// When.
    pub at: Col<DateTime<Utc>>,
    /// Where: `phone`, `counter:<device>`, `import`.
    pub source: String,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
