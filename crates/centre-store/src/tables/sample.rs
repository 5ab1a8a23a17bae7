//! Samples that members were given.

use chrono::{DateTime, Utc};
use loyalty::{OpId, Sku};
use protocol::{ClerkId, MemberId, StoreId};
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// A sample or a welcome gift that a member was given.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sample")]
pub struct Model {
    /// The operation that says so.
    #[sea_orm(primary_key, auto_increment = false)]
    pub op_id: Col<OpId>,
    /// To whom.
    pub member_id: Col<MemberId>,
    /// Where.
    pub store_id: Col<StoreId>,
    /// Who gave it.
    pub clerk_id: Col<ClerkId>,
    /// When.
    pub at: Col<DateTime<Utc>>,
    /// The product that it is a sample of.
    pub sku: Option<Col<Sku>>,
    /// Its name on that day.
    pub name: String,
    /// Pieces.
    pub qty: Col<u32>,
    /// Why.
    pub reason: String,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
