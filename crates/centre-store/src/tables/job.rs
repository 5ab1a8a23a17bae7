//! A job: when it is due, who runs it, and how it ended last.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// A job: when it is due, who runs it, and how it ended last.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "job")]
pub struct Model {
    /// Its name. One that this build does not know is another build's.
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    /// When it is to run next.
    pub due_at: Col<DateTime<Utc>>,
    /// Which process runs it; none where none does.
    pub holder: Option<String>,
    /// Until when nobody else may run it, unless the holder renews this.
    pub lease_until: Option<Col<DateTime<Utc>>>,
    /// When the holder took it.
    pub taken_at: Option<Col<DateTime<Utc>>>,
    /// When the last run that ended began.
    pub started_at: Option<Col<DateTime<Utc>>>,
    /// When the last run ended.
    pub finished_at: Option<Col<DateTime<Utc>>>,
    /// How the last run ended.
    pub outcome: Option<Outcome>,
    /// How many things the last run did or found.
    pub things: Col<u64>,
    /// Why the last run failed, or what it found; empty where there is nothing to say.
    pub message: String,
    /// How many runs have ended.
    pub runs: Col<u64>,
    /// How many of them have failed since the last that did not.
    pub failures: Col<u64>,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Outcome {
    /// It did its work.
    #[sea_orm(string_value = "done")]
    Done,
    /// It could not; it is tried again at its next time.
    #[sea_orm(string_value = "failed")]
    Failed,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
