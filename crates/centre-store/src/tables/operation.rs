//! One operation of a counter, as it came.

use sea_orm::entity::prelude::*;

/// One operation of a counter, as it came.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "operation")]
pub struct Model {
    /// Which counter.
    #[sea_orm(primary_key, auto_increment = false)]
    pub device_id: String,
    /// Life of its outbox.
    #[sea_orm(primary_key, auto_increment = false)]
    pub epoch: i32,
    /// Place in it, from 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    /// The id that the counter gave it.
    pub op_id: String,
    /// The id again where this row has its one effect; none where another came first with it.
    pub owns_id: Option<String>,
    /// Kind of body.
    pub kind: String,
    /// Who did it.
    pub clerk_id: String,
    /// Version of the rules that it was made under.
    pub program: i32,
    /// Generation of the centre that the counter knew.
    pub generation: i32,
    /// When, by the counter.
    pub at: i64,
    /// Last time of the centre that the counter had seen.
    pub contact: i64,
    /// The body as it was hashed.
    pub body: String,
    /// JSON of the personal values, by commitment.
    pub personal: String,
    /// Hash before it.
    pub prev_hash: String,
    /// Its hash.
    pub hash: String,
    /// Hash of what it says, without its place: the same in another epoch.
    pub content_hash: String,
    /// `applied`, `held`, `set_aside`.
    pub state: String,
    /// JSON of `protocol::push::Outcome`.
    pub outcome: String,
    /// Whose, once known.
    pub member_id: Option<String>,
    /// When it came.
    pub arrived_at: i64,
    /// Its time as it counts: clamped between contact and arrival.
    pub effective_at: i64,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
