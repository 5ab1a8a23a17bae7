//! What a job has done and must not do again.

use sea_orm::entity::prelude::*;

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
    pub at: i64,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
