//! What is to be entered in a member's books: a sale, a redemption, with what stands beside what the rules keep.

use chrono::{DateTime, Utc};
use loyalty::{GrantId, Money, OpId, Points, ReceiptNo, RecorderId};
use protocol::ids::{ClerkId, StoreId};

use crate::ledger_accounts::Holder;

/// Who has the credit of a sale.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Credited {
    /// Id of who has it; none = nobody.
    pub seller: Option<ClerkId>,
    /// Id of who assisted.
    pub second: Option<ClerkId>,
}

/// A sale to be entered, by a counter or from history.
#[derive(Debug, Clone)]
pub struct Purchase {
    /// The operation's id, by which the sale is known; `import:<store>/<number>@<date>` for history.
    pub op_id: OpId,
    /// Which store sold.
    pub store: StoreId,
    /// The till's number.
    pub receipt_no: ReceiptNo,
    /// When.
    pub at: DateTime<Utc>,
    /// `store`, `import`, …
    pub channel: String,
    /// What was sold.
    pub lines: Vec<PurchaseLine>,
    /// Points that paid part of it.
    pub pay_points: Points,
    /// From which allowances, by id; empty = from what is available.
    pub spends: Vec<(GrantId, Points)>,
    /// Whose allowances they are.
    pub holder: Option<Holder>,
    /// Coupons in order.
    pub coupons: Vec<String>,
    /// What the counter showed as paid; none = what the rules say.
    pub shown_pay: Option<Money>,
    /// Whose credit it is.
    pub credited: Credited,
    /// Who recorded it at a counter; none where it is the till's own record.
    pub recorded: Option<Recorded>,
}

/// Who recorded a sale at a counter, and in the name of which store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Who.
    pub by: RecorderId,
    /// The store that was named: where the counter is not of it, another bears the sale.
    pub named_store: StoreId,
    /// It came after that counter was revoked: nothing of it counts until it is confirmed.
    pub all_waits: bool,
}

/// A line of a sale to be entered.
#[derive(Debug, Clone)]
pub struct PurchaseLine {
    /// Product.
    pub sku: String,
    /// Its name on that day.
    pub name: String,
    /// Its category on that day.
    pub category: Option<String>,
    /// Pieces; 0 only from history, and then it cannot be returned.
    pub qty: u32,
    /// Before coupons.
    pub amount: Money,
}

/// A redemption to be entered.
#[derive(Debug, Clone)]
pub struct Redeeming {
    /// The operation's id.
    pub op_id: OpId,
    /// Where.
    pub store: StoreId,
    /// When.
    pub at: DateTime<Utc>,
    /// How many points.
    pub points: Points,
    /// From which allowances.
    pub spends: Vec<(GrantId, Points)>,
    /// Whose allowances they are; none = from what is available.
    pub holder: Option<Holder>,
    /// JSON of `protocol::operation::Redeemed`.
    pub what: String,
}
