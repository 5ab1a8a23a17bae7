//! One operation of a counter, as it came.

use chrono::{DateTime, Utc};
use protocol::{ClerkId, DeviceId, Epoch, Generation, Hash, MemberId, OpId, Seq};
use sea_orm::entity::prelude::*;

use crate::column::{Claimed, Col, OpState, Proof, Sealed};

/// One operation of a counter, as it came.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "operation")]
pub struct Model {
    /// Which counter.
    #[sea_orm(primary_key, auto_increment = false)]
    pub device_id: Col<DeviceId>,
    /// Life of its outbox.
    #[sea_orm(primary_key, auto_increment = false)]
    pub epoch: Col<Epoch>,
    /// Place in it, from 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: Col<Seq>,
    /// The id that the counter gave it.
    pub op_id: Col<OpId>,
    /// The id again where this row has its one effect; none where another came first with it.
    pub owns_id: Option<Col<OpId>>,
    /// Kind of body.
    pub kind: String,
    /// Who did it.
    pub clerk_id: Col<ClerkId>,
    /// Version of the rules that it was made under.
    pub program: Col<u32>,
    /// Generation of the centre that the counter knew.
    pub generation: Col<Generation>,
    /// When, by the counter.
    pub at: Col<Claimed>,
    /// Last time of the centre that the counter had seen.
    pub contact: Col<Claimed>,
    /// The body as it was hashed; sealed where it says what is sensitive, as those of older counters do.
    pub body: Col<Sealed>,
    /// JSON of what the personal values were committed to; in rows of before the values too.
    pub personal: String,
    /// JSON array of what opens these, in their order; empty where nothing does.
    pub openings: Col<Sealed>,
    /// Hash before it.
    pub prev_hash: Col<Hash>,
    /// Its hash.
    pub hash: Col<Hash>,
    /// Hash of what it says, without its place: the same in another epoch.
    pub content_hash: Col<Hash>,
    /// `applied`, `held`, `set_aside`.
    pub state: OpState,
    /// JSON of `protocol::push::Outcome`.
    pub outcome: String,
    /// Whose, once known.
    pub member_id: Option<Col<MemberId>>,
    /// When it came.
    pub arrived_at: Col<DateTime<Utc>>,
    /// Its time as it counts: clamped between contact and arrival.
    pub effective_at: Col<DateTime<Utc>>,
    /// Its clerk's signature, as it came.
    pub clerk_signature: Option<String>,
    /// The signature of the manager who approved it, as it came.
    pub approval_signature: Option<String>,
    /// Whether its clerk was proven.
    pub clerk_proof: Proof,
    /// Whether the manager who approved it was.
    pub approval_proof: Proof,
    /// When what is personal was taken out of it.
    pub erased_at: Option<Col<DateTime<Utc>>>,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
