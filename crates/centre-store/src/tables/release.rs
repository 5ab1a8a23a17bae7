//! A version of the counters' program that may be given out.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// A version of the counters' program that may be given out.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "release")]
pub struct Model {
    /// Which, as semantic versioning writes it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: String,
    /// Since when it is here.
    pub added_at: Col<DateTime<Utc>>,
    /// What is new in it.
    pub notes: String,
    /// Since when nobody gets it any more.
    pub held_at: Option<Col<DateTime<Utc>>>,
    /// Why.
    pub held_why: String,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
