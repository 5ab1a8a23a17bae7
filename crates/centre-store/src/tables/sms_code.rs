//! A code that was sent to a phone and may still be used.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// A code that was sent to a phone and may still be used.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sms_code")]
pub struct Model {
    /// Which number.
    #[sea_orm(primary_key, auto_increment = false)]
    pub phone: String,
    /// SHA-256 of number and code, hex.
    #[sea_orm(primary_key, auto_increment = false)]
    pub code_hash: String,
    /// Last moment.
    pub expires_at: Col<DateTime<Utc>>,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
