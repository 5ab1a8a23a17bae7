//! A one-time code that lets one device in.

use chrono::{DateTime, Utc};
use protocol::{DeviceId, StoreId};
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// A one-time code that lets one device in.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "enrol_code")]
pub struct Model {
    /// SHA-256 of the code, hex; the code itself is nowhere.
    #[sea_orm(primary_key, auto_increment = false)]
    pub code_hash: String,
    /// For which store.
    pub store_id: Col<StoreId>,
    /// Whether the device will check customers out.
    pub checkout: bool,
    /// Last moment.
    pub expires_at: Col<DateTime<Utc>>,
    /// When it was used.
    pub used_at: Option<Col<DateTime<Utc>>>,
    /// By which device.
    pub used_by: Option<Col<DeviceId>>,
    /// Whose place the device takes.
    pub replaces: Option<Col<DeviceId>>,
    /// What the device will be called; empty where whoever enrols it says so.
    pub device_name: String,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
