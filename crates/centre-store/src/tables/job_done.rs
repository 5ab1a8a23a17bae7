//! What a job has done and must not do again.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// What a job has done and must not do again.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "job_done")]
pub struct Model {
    /// Which job.
    #[sea_orm(primary_key, auto_increment = false)]
    pub job: String,
    /// What it did.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// When.
    pub at: Col<DateTime<Utc>>,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
