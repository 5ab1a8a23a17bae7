//! What the rules keep for a member beside her lots. One row, and the lock under which her ledger changes.

use chrono::{DateTime, NaiveDate, Utc};
use loyalty::{Points, TierId};
use protocol::MemberId;
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// What the rules keep for a member beside her lots. One row, and the lock under which her ledger changes.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "account")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub member_id: Col<MemberId>,
    /// Own tier, by the program's id; none = the lowest.
    pub tier_own: Option<Col<TierId>>,
    /// When it was reached or last reviewed; none for the lowest.
    pub tier_reached_at: Option<Col<DateTime<Utc>>>,
    /// When it is reviewed next.
    pub tier_review_at: Option<Col<DateTime<Utc>>>,
    /// Manual floor.
    pub tier_floor: Option<Col<TierId>>,
    /// The tier that is shown and earned at.
    pub tier_shown: Col<TierId>,
    /// ISO date since which points are frozen.
    pub frozen_since: Option<Col<NaiveDate>>,
    /// Points owed.
    pub debt: Col<Points>,
    /// Number of the next lot.
    pub next_lot: Col<u64>,
    /// Number of the next transfer.
    pub next_transfer: Col<u64>,
    /// Time up to which expiry and review have been done.
    pub as_of: Option<Col<DateTime<Utc>>>,
    /// When time alone next changes something: a lot expires, a tier is reviewed.
    pub due_at: Option<Col<DateTime<Utc>>>,
    /// Version of the rules that she was last reckoned under.
    pub program: Col<u32>,
    /// What counts towards a tier, in the program's window at `as_of`: spend in fen, or growth value × 100.
    pub qualifying_fen: i64,
    /// Number of receipts in all.
    pub receipts: Col<u32>,
    /// Last purchase.
    pub last_purchase_at: Option<Col<DateTime<Utc>>>,
    /// Points that wait until the till confirms their sales.
    pub waiting: Col<Points>,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
