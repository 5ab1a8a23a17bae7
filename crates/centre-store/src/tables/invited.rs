//! How far those have come who use a sign-up code.

use sea_orm::entity::prelude::*;

/// How far those have come who use a sign-up code.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "invited")]
pub struct Model {
    /// The code's nonce, hex.
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
    /// The counter that made it.
    pub device_id: String,
    /// Last moment of the code.
    pub expires_at: i64,
    /// When the page was opened.
    pub opened_at: Option<i64>,
    /// When a message was sent.
    pub sent_at: Option<i64>,
    /// When the phone was proved.
    pub proven_at: Option<i64>,
    /// When somebody joined last.
    pub joined_at: Option<i64>,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
