//! A code that was sent to a phone.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// A code that was sent to a phone.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sent_code")]
pub struct Model {
    /// The sign-up code that it belongs to: its nonce, hex.
    #[sea_orm(primary_key, auto_increment = false)]
    pub invitation: String,
    /// Which number.
    #[sea_orm(primary_key, auto_increment = false)]
    pub phone: String,
    /// SHA-256 of the page's ticket, hex; empty where it has none.
    #[sea_orm(primary_key, auto_increment = false)]
    pub ticket: String,
    /// SHA-256 of number and code, hex.
    #[sea_orm(primary_key, auto_increment = false)]
    pub code_hash: String,
    /// When.
    pub sent_at: Col<DateTime<Utc>>,
    /// Last moment.
    pub expires_at: Col<DateTime<Utc>>,
    /// SHA-256 of the sign-up that it was used for, hex.
    pub used_for: Option<String>,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
