//! What members bought and redeemed, with what it was settled.

use super::left_out::{is_false, is_no_lot, no_money, no_points};
use super::{Entity, EntityKind, Meeting, Met};
use crate::ids::{ClerkId, MemberId, StoreId};
use chrono::{DateTime, NaiveDate, Utc};
use loyalty::{Money, Points};
use serde::{Deserialize, Serialize};

/// A receipt of a member, in any store or channel; keyed by its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The operation that recorded the sale: a counter's id, or the name of one from history. Empty from a centre
    /// that does not tell.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub id: String,
    /// The till's number, as it was written; one number may stand for several sales.
    pub no: String,
    /// Whose.
    pub member: MemberId,
    /// Which store sold; a member buys in any.
    pub store: StoreId,
    /// When.
    pub at: DateTime<Utc>,
    /// `store`, `mini_program`, …
    #[serde(default)]
    pub channel: String,
    /// What.
    pub lines: Vec<ReceiptLine>,
    /// Money paid.
    pub pay: Money,
    /// Money given back so far.
    #[serde(default)]
    pub refunded: Money,
    /// Points earned.
    pub earned: Points,
    /// Points that paid part of it.
    #[serde(default)]
    pub points_paid: Points,
    /// Points taken back by returns so far.
    #[serde(default)]
    pub taken_back: Points,
    /// Points given back by returns so far.
    #[serde(default)]
    pub given_back: Points,
    /// Where the points came from that paid part of it, in the order in which they were spent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub portions: Vec<PaidPortion>,
    /// Number of the lot that it earned; 0 = none, or a centre that does not tell.
    #[serde(default, skip_serializing_if = "is_no_lot")]
    pub own_lot: u64,
    /// Coupons used, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub coupons: Vec<CouponUse>,
    /// Who has the credit of it; none where nobody has, or the centre does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seller: Option<ClerkId>,
    /// Who assisted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second: Option<ClerkId>,
    /// A counter recorded it, and no till has confirmed it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub unconfirmed: bool,
    /// Of the lines after coupons, what counts while it is not confirmed.
    #[serde(default, skip_serializing_if = "no_money")]
    pub counted: Money,
    /// Points of it that wait for the till: earned, and not in the balance.
    #[serde(default, skip_serializing_if = "no_points")]
    pub waiting: Points,
    /// Of what was paid, what counts for no tier.
    #[serde(default, skip_serializing_if = "no_money")]
    pub waiting_pay: Money,
    /// Whether it stands on an account that was merged into hers: its points came to her with that.
    #[serde(default, skip_serializing_if = "is_false")]
    pub of_other_account: bool,
}

impl Entity for Receipt {
    const KIND: EntityKind = EntityKind::Receipt;

    fn key(&self) -> String {
        self.id.clone()
    }

    fn member(&self) -> Option<&MemberId> {
        Some(&self.member)
    }
}

/// Points that paid a redemption or part of a receipt, of one lot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaidPortion {
    /// The lot's number; 0 = points that the store bore.
    #[serde(default, skip_serializing_if = "is_no_lot")]
    pub lot: u64,
    /// How many.
    pub points: Points,
    /// Given back by returns so far.
    #[serde(default, skip_serializing_if = "no_points")]
    pub given_back: Points,
    /// The lot's last day; none = never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<NaiveDate>,
    /// When the lot came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earned: Option<NaiveDate>,
}

/// A coupon that a receipt used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CouponUse {
    /// What it took off.
    #[serde(default, skip_serializing_if = "no_money")]
    pub off: Money,
    /// Why the rules would have refused it; such a one may be another receipt's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overruled: Option<loyalty::Refusal>,
    /// What it is; who used it is not told here.
    pub coupon: loyalty::Coupon,
}

/// A line of a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptLine {
    /// Product number.
    pub sku: String,
    /// Its name on that day.
    pub name: String,
    /// Pieces; 0 is taken from imports and cannot be returned.
    pub qty: u32,
    /// Pieces brought back.
    #[serde(default)]
    pub returned: u32,
    /// After coupons.
    pub amount: Money,
    /// What coupons took off.
    #[serde(default, skip_serializing_if = "no_money")]
    pub off: Money,
    /// Of the amount, paid by points.
    #[serde(default, skip_serializing_if = "no_money")]
    pub by_points: Money,
}

/// A redemption of a member, at any counter; keyed by its operation's id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redemption {
    /// Its operation: a counter's id, or the name of one from history.
    pub id: loyalty::OpId,
    /// Whose points.
    pub member: MemberId,
    /// Where.
    pub store: StoreId,
    /// The counter that did it; none where it came before that was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<crate::ids::DeviceId>,
    /// When.
    pub at: DateTime<Utc>,
    /// How many points in all.
    pub points: Points,
    /// Of these, hers: what undoing it gives back to her. The rest the store bore.
    pub hers: Points,
    /// What for.
    pub what: crate::operation::Redeemed,
    /// When it was undone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reversed: Option<DateTime<Utc>>,
    /// Where the points came from, in the order in which they were spent; none from a centre that does not
    /// tell.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub portions: Vec<PaidPortion>,
    /// Whether it stands on an account that was merged into hers.
    #[serde(default, skip_serializing_if = "is_false")]
    pub of_other_account: bool,
}

impl Entity for Redemption {
    const KIND: EntityKind = EntityKind::Redemption;

    fn key(&self) -> String {
        self.id.to_string()
    }

    fn member(&self) -> Option<&MemberId> {
        Some(&self.member)
    }
}

impl Met for Redemption {
    fn meetings(self) -> Vec<Meeting> {
        vec![Meeting {
            at: self.at,
            clerk: None,
        }]
    }
}

/// A coupon of a member, used once; keyed by its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coupon {
    /// Whose.
    pub member: MemberId,
    /// What it does, as `loyalty::Coupon` reads it.
    pub coupon: loyalty::Coupon,
    /// The counter that alone may use it now, where one holds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_by: Option<crate::ids::DeviceId>,
}

impl Entity for Coupon {
    const KIND: EntityKind = EntityKind::Coupon;

    fn key(&self) -> String {
        self.coupon.id.to_string()
    }

    fn member(&self) -> Option<&MemberId> {
        Some(&self.member)
    }
}
