//! What came from a counter whose outbox forked: kept whole, applied when a manager resolves it.

use chrono::{DateTime, Utc};
use protocol::{DeviceId, Epoch, Hash, MemberId, OpId, Seq};
use sea_orm::entity::prelude::*;

use crate::column::{BranchState, Col, Sealed};

/// What came from a counter whose outbox forked: kept whole, applied when a manager resolves it.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "quarantined")]
pub struct Model {
    /// Which counter.
    #[sea_orm(primary_key, auto_increment = false)]
    pub device_id: Col<DeviceId>,
    /// Life of its outbox.
    #[sea_orm(primary_key, auto_increment = false)]
    pub epoch: Col<Epoch>,
    /// Place in it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: Col<Seq>,
    /// Its hash: forks differ here.
    #[sea_orm(primary_key, auto_increment = false)]
    pub hash: Col<Hash>,
    /// The whole operation as JSON.
    pub document: Col<Sealed>,
    /// When it came first.
    pub arrived_at: Col<DateTime<Utc>>,
    /// `kept`, or after the fork was resolved `applied`, `held`, `set_aside`, or `main`: it stands in the
    /// operations themselves.
    pub state: BranchState,
    /// The operation's id.
    pub op_id: String,
    /// The operation's id, where this row has its one effect.
    pub owns_id: Option<Col<OpId>>,
    /// JSON of `protocol::push::Outcome`; empty while kept.
    pub outcome: String,
    /// Whose, where that is known.
    pub member_id: Option<Col<MemberId>>,
    /// What it waits for, where it is held; as in `held`.
    pub waits_kind: String,
    /// Which.
    pub waits_for: String,
    /// When what is personal was taken out of it.
    pub erased_at: Option<Col<DateTime<Utc>>>,
    /// Hash of what it said, where the document no longer says all of it.
    pub content_hash: Option<Col<Hash>>,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
