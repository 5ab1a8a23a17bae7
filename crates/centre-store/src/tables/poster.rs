//! A store's poster with a code that holds until it is revoked.

use chrono::{DateTime, Utc};
use protocol::{CampaignId, StoreId};
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// A store's poster with a code that holds until it is revoked.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "poster")]
pub struct Model {
    /// What its code carries, 32 hex digits.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// Whose.
    pub store_id: Col<StoreId>,
    /// For which campaign.
    pub campaign: Option<Col<CampaignId>>,
    /// What people call it.
    pub name: String,
    /// How many may join by it on a day.
    pub joins_a_day: i64,
    /// How many messages may be sent by it on a day.
    pub messages_a_day: i64,
    /// Since when.
    pub made_at: Col<DateTime<Utc>>,
    /// Since when it leads nowhere.
    pub revoked_at: Option<Col<DateTime<Utc>>>,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
