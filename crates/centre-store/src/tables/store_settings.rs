//! What headquarters sets for the counters of a store.

use chrono::{DateTime, Utc};
use protocol::StoreId;
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// What headquarters sets for the counters of a store.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "store_settings")]
pub struct Model {
    /// Which store.
    #[sea_orm(primary_key, auto_increment = false)]
    pub store_id: Col<StoreId>,
    /// [`protocol::store_settings::StoreSettings`] as JSON.
    pub document: String,
    /// Since when it is so.
    pub changed_at: Col<DateTime<Utc>>,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
