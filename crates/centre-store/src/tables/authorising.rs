//! A browser that was sent to a provider, until it comes back.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::column::{Col, Sealed};

/// A browser that was sent to a provider, until it comes back.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "authorising")]
pub struct Model {
    /// Hash of what comes back.
    #[sea_orm(primary_key, auto_increment = false)]
    pub state: String,
    /// Which provider.
    pub provider: String,
    /// The sign-up code whose page it is; empty = a member's own page.
    pub code: String,
    /// Hash of what the page is known by.
    pub ticket: String,
    /// What proves who began; empty where the provider knows none.
    pub verifier: Col<Sealed>,
    /// Until when it may come back.
    pub expires_at: Col<DateTime<Utc>>,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
