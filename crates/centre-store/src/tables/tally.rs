//! How often something was done that may be done so often.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// How often something was done that may be done so often.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tally")]
pub struct Model {
    /// What.
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: String,
    /// By whom, and when.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// How often.
    pub n: Col<u64>,
    /// Last moment at which that counts.
    pub until: Col<DateTime<Utc>>,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
