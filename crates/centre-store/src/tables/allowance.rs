//! Points of one member in escrow for one counter.

use chrono::{DateTime, Utc};
use loyalty::{GrantId, Points};
use protocol::{DeviceId, Epoch, MemberId};
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// Points of one member in escrow for one counter.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "allowance")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub member_id: Col<MemberId>,
    /// The grant's id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Col<GrantId>,
    /// Which counter.
    pub device_id: Col<DeviceId>,
    /// Life of its outbox that may spend it.
    pub epoch: Col<Epoch>,
    /// The request that it answered.
    pub request_id: String,
    /// How many at first.
    pub granted: Col<Points>,
    /// How many were spent.
    pub spent: Col<Points>,
    /// How many were given back.
    pub released: Col<Points>,
    /// How many are left, as far as the centre knows.
    pub outstanding: Col<Points>,
    /// When.
    pub granted_at: Col<DateTime<Utc>>,
    /// Until when a silent counter may spend it.
    pub lease_until: Col<DateTime<Utc>>,
    /// How many were freed by a write-off or a resolved fork.
    pub written_off: Col<Points>,
    /// Since when it is asked back.
    pub recalled_at: Option<Col<DateTime<Utc>>>,
    /// Given ahead of time: it stays while idle.
    pub ahead: bool,
    /// How many of it made a debt when it was set up again after a restore of the centre.
    pub reinstated: Col<Points>,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
