//! What a provider told of somebody, until her page has used it.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::column::{Col, Sealed};

/// What a provider told of somebody, until her page has used it.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "authorised")]
pub struct Model {
    /// Hash of what the page has.
    #[sea_orm(primary_key, auto_increment = false)]
    pub handle: String,
    /// Which provider.
    pub provider: String,
    /// Hash of what the page is known by.
    pub ticket: String,
    /// Hash of the open id.
    pub open_id: String,
    /// Her number; empty where none was told.
    pub phone: Col<Sealed>,
    /// Until when it counts.
    pub expires_at: Col<DateTime<Utc>>,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
