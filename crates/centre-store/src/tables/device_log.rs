//! The last lines of a device's log, where headquarters asked for them.

use chrono::{DateTime, Utc};
use protocol::{DeviceId, RequestId};
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// The last lines of a device's log, where headquarters asked for them.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "device_log")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub device_id: Col<DeviceId>,
    /// By which request.
    pub request_id: Col<RequestId>,
    /// When it was asked.
    pub asked_at: Col<DateTime<Utc>>,
    /// When the lines came; none as long as they are awaited.
    pub told_at: Option<Col<DateTime<Utc>>>,
    /// The lines.
    pub lines: String,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
