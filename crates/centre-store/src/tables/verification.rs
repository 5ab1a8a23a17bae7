//! A code sent to a phone by SMS; one per number.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// A code sent to a phone by SMS; one per number.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "verification")]
pub struct Model {
    /// Which number.
    #[sea_orm(primary_key, auto_increment = false)]
    pub phone: String,
    /// SHA-256 of number and code, hex.
    pub code_hash: String,
    /// When the last was sent.
    pub sent_at: Col<DateTime<Utc>>,
    /// Last moment.
    pub expires_at: Col<DateTime<Utc>>,
    /// Wrong tries at the last one.
    pub attempts: Col<u32>,
    /// Date (UTC) that `sent_today` counts.
    pub day: Col<NaiveDate>,
    /// How many were sent on that day.
    pub sent_today: Col<u32>,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
