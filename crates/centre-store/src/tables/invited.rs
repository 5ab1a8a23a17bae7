//! How far those have come who use a sign-up code.

use chrono::{DateTime, Utc};
use protocol::DeviceId;
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// How far those have come who use a sign-up code.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "invited")]
pub struct Model {
    /// The code's nonce, hex.
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
    /// The counter that made it.
    pub device_id: Col<DeviceId>,
    /// Last moment of the code.
    pub expires_at: Col<DateTime<Utc>>,
    /// When the page was opened.
    pub opened_at: Option<Col<DateTime<Utc>>>,
    /// When a message was sent.
    pub sent_at: Option<Col<DateTime<Utc>>>,
    /// When the phone was proved.
    pub proven_at: Option<Col<DateTime<Utc>>>,
    /// When somebody joined last.
    pub joined_at: Option<Col<DateTime<Utc>>>,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
