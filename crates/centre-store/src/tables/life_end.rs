//! How a life of a counter's outbox ended.

use chrono::{DateTime, Utc};
use loyalty::Points;
use protocol::{DeviceId, Epoch};
use sea_orm::entity::prelude::*;

use crate::column::{Col, EndCause};

/// How a life of a counter's outbox ended.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "life_end")]
pub struct Model {
    /// Which counter.
    #[sea_orm(primary_key, auto_increment = false)]
    pub device_id: Col<DeviceId>,
    /// Which life.
    #[sea_orm(primary_key, auto_increment = false)]
    pub epoch: Col<Epoch>,
    /// `restored`, `write_off`, `fork` or `revoked`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub cause: EndCause,
    /// When.
    pub at: Col<DateTime<Utc>>,
    /// Points that it held at that moment: the most that may be lost by it, times its branches.
    pub escrow: Col<Points>,
    /// Copies of it that were used: 1, but for a fork.
    pub branches: Col<u32>,
    /// Who did it: a manager's id, or empty where it came about by itself.
    pub by_whom: String,
    /// Whether all that it held was known: not where this database had been put back from a backup, and the counter
    /// had not reported since.
    pub known: bool,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
