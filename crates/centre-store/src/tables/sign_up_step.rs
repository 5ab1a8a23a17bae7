//! How many guests came how far on a business day.

use chrono::NaiveDate;
use protocol::StoreId;
use protocol::sign_up::Channel;
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// How many guests came how far on a business day.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sign_up_step")]
pub struct Model {
    /// Which day.
    #[sea_orm(primary_key, auto_increment = false)]
    pub day: Col<NaiveDate>,
    /// In which store.
    #[sea_orm(primary_key, auto_increment = false)]
    pub store_id: Col<StoreId>,
    /// By whose codes; empty = nobody's.
    #[sea_orm(primary_key, auto_increment = false)]
    pub clerk: String,
    /// By what.
    #[sea_orm(primary_key, auto_increment = false)]
    pub channel: Col<Channel>,
    /// For which campaign; empty = none.
    #[sea_orm(primary_key, auto_increment = false)]
    pub campaign: String,
    /// How far: `opened`, `sent`, `proven`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub step: String,
    /// How many.
    pub n: i64,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
