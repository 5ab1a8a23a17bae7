//! A counter that was enrolled.

use chrono::{DateTime, Utc};
use protocol::token::Rotation;
use protocol::{DeviceId, Epoch, Generation, Hash, LifeId, Seq, StoreId};
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// A counter that was enrolled.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "device")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Col<DeviceId>,
    /// Its store.
    pub store_id: Col<StoreId>,
    /// What people call it, its own.
    pub name: String,
    /// Ed25519, 64 hex digits.
    pub public_key: String,
    /// Whether it checks customers out, and so holds allowances ahead of time.
    pub checkout: bool,
    /// Life of its outbox that is current.
    pub epoch: Col<Epoch>,
    /// Last operation of this epoch that is here; 0 = none.
    pub head_seq: Col<Seq>,
    /// Hash of that operation.
    pub head_hash: Col<Hash>,
    /// When it was enrolled.
    pub enrolled_at: Col<DateTime<Utc>>,
    /// When it was last heard.
    pub last_contact_at: Col<DateTime<Utc>>,
    /// Since when a fork of its outbox waits for a manager.
    pub quarantined_at: Option<Col<DateTime<Utc>>>,
    /// When it was revoked.
    pub revoked_at: Option<Col<DateTime<Utc>>>,
    /// Which outbox claimed the epoch; none = the next that asks.
    pub life: Option<Col<LifeId>>,
    /// The centre's generation that it has reported its allowances to.
    pub reported_generation: Col<Generation>,
    /// Where the chain of the answers that gave allowances to its epoch stands; zeros where none did.
    pub given_chain: Col<Hash>,
    /// Since when its operations are signed by its clerks; none of a build that signs nothing. It never ends: what can
    /// sign is not believed without.
    pub signs_since: Option<Col<DateTime<Utc>>>,
    /// The epoch of the last operation that it had made when it first said so: those after it are signed.
    pub signs_after_epoch: Col<Epoch>,
    /// The number of that operation.
    pub signs_after_seq: Col<Seq>,
    /// How often the current life was given a token.
    pub rotation: Col<Rotation>,
    /// By which asking it was the last time; empty before the first.
    pub rotation_request: String,
    /// Whether somebody showed an older word about that than the newest: whoever says hello next begins another life.
    pub rotation_copied: bool,
    /// Since when it asks by tokens. It never ends: what can is not believed without.
    pub tokens_since: Option<Col<DateTime<Utc>>>,
    /// Whether headquarters wants something of it that a check-in brings.
    pub check_in_due: bool,
    /// Which device has taken its place: it delivers what it has, gives back what it holds, and gets nothing.
    pub replaced_by: Option<Col<DeviceId>>,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
