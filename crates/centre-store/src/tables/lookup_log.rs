//! Who looked a member of another store up, when and why.

use chrono::{DateTime, Utc};
use protocol::{ClerkId, DeviceId, MemberId, StoreId};
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// A look-up. What was typed is not kept: who was not found is nobody's business.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "lookup_log")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// When.
    pub at: Col<DateTime<Utc>>,
    /// At which counter.
    pub device_id: Col<DeviceId>,
    /// Of which store.
    pub store_id: Col<StoreId>,
    /// Who, as the counter says; none from one that does not.
    pub clerk_id: Option<Col<ClerkId>>,
    /// A word of `protocol::lookup::LookupWhy`.
    pub why: String,
    /// What the number was said to be.
    pub number_of: String,
    /// `found`, `own_store`, `several`, `nobody`, `beyond_pace`.
    pub outcome: String,
    /// Whom.
    pub member_id: Option<Col<MemberId>>,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
