//! A sale, under the till's number.

use chrono::{DateTime, Utc};
use loyalty::{LotId, Money, OpId, Points, ReceiptNo};
use protocol::{ClerkId, MemberId, StoreId};
use sea_orm::entity::prelude::*;

use crate::column::Col;

/// A sale, under the till's number.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "receipt")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub member_id: Col<MemberId>,
    /// What recorded it: by this the sale is known.
    #[sea_orm(primary_key, auto_increment = false)]
    pub op_id: Col<OpId>,
    /// Which store sold.
    pub store_id: Col<StoreId>,
    /// The till's number, as it was written.
    pub receipt_no: Col<ReceiptNo>,
    /// What the number is looked for by: `identity::receipt::ReceiptNumber::loose`.
    pub number_key: String,
    /// Its key in the feed.
    pub feed_key: String,
    /// Hash of what it says: the same receipt again changes nothing.
    pub content_hash: String,
    /// Version of the rules that it was made under.
    pub program: Col<u32>,
    /// When.
    pub at: Col<DateTime<Utc>>,
    /// `store`, `import`, …
    pub channel: String,
    /// Sum of the lines after coupons.
    pub net_fen: Col<Money>,
    /// Money paid, by the rules.
    pub pay_fen: Col<Money>,
    /// Money paid, as the counter showed it.
    pub shown_pay_fen: Col<Money>,
    /// Points earned.
    pub earned: Col<Points>,
    /// Points that paid part of it.
    pub points_paid: Col<Points>,
    /// Money given back so far.
    pub refunded_fen: Col<Money>,
    /// Points taken back so far.
    pub taken_back: Col<Points>,
    /// Points given back so far.
    pub given_back: Col<Points>,
    /// The lot of its points; none where it earned nothing or all of it settled debt.
    pub own_lot: Option<Col<LotId>>,
    /// JSON array of `loyalty::UsedCoupon`.
    pub coupons: String,
    /// Who has the credit of it; none = nobody, or one from an import.
    pub seller: Option<Col<ClerkId>>,
    /// Who assisted.
    pub second: Option<Col<ClerkId>>,
    /// Who recorded it at a counter; empty for one from history, and from before that was kept.
    pub recorded_by: String,
    /// The store that the counter named; empty as above.
    pub named_store: String,
    /// A counter recorded it, and nobody has confirmed it.
    pub unconfirmed: bool,
    /// What of it counts while it is not confirmed.
    pub counted_fen: Col<Money>,
    /// Points of it that wait for the till.
    pub waiting: Col<Points>,
    /// What was paid of it that counts for no tier.
    pub waiting_fen: Col<Money>,
    /// Points that it earned more than at first.
    pub earned_more: Col<Points>,
    /// Points that it earned less than at first.
    pub earned_less: Col<Points>,
    /// When it was confirmed.
    pub confirmed_at: Option<Col<DateTime<Utc>>>,
    /// By what: `till`, `manager:<clerk>`, `headquarters`.
    pub confirmed_by: String,
    /// What the till has, where it said.
    pub till_fen: Option<Col<Money>>,
}

/// None are declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
