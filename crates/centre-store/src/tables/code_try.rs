//! How often codes were tried wrongly on one page.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// How often codes were tried wrongly on one page.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "code_try")]
pub struct Model {
    /// The sign-up code: its nonce, hex.
    #[sea_orm(primary_key, auto_increment = false)]
    pub invitation: String,
    /// Which number.
    #[sea_orm(primary_key, auto_increment = false)]
    pub phone: String,
    /// SHA-256 of the page's ticket, hex; empty where it has none.
    #[sea_orm(primary_key, auto_increment = false)]
    pub ticket: String,
    /// How often, at codes that were sent since.
    pub wrong: Col<u32>,
    /// Codes that were sent before are over.
    pub since: Col<DateTime<Utc>>,
    /// Last moment at which that counts.
    pub expires_at: Col<DateTime<Utc>>,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
