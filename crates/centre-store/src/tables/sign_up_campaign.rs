//! A campaign by which people join.

use chrono::{DateTime, Utc};
use protocol::CampaignId;
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// A campaign by which people join.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sign_up_campaign")]
pub struct Model {
    /// The brand's own short name.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Col<CampaignId>,
    /// What people call it.
    pub name: String,
    /// What is given in the place of the welcome gift of the brand; empty = that.
    pub gift: String,
    /// The same in English; may be empty.
    pub gift_en: String,
    /// Whether the gift is given once by a code, however many join by it.
    pub single_use: bool,
    /// Since when.
    pub made_at: Col<DateTime<Utc>>,
    /// Since when nobody joins by it any more.
    pub ended_at: Option<Col<DateTime<Utc>>>,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
