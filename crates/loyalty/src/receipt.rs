//! What stays of a purchase and of a redemption: enough to return or reverse it exactly.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::awards::Awarded;
use crate::ids::{Category, CouponId, LotId, OpId, ReceiptNo, Sku};
use crate::money::Money;
use crate::points::Points;
use crate::refusal::Refusal;

/// One line of a sale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptLine {
    /// The product.
    pub sku: Sku,
    /// Its category, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<Category>,
    /// How many, 1 or more.
    pub qty: u32,
    /// The line's total before coupons.
    pub amount: Money,
    /// The line's total after coupons.
    pub net: Money,
    /// The part of `net` that points paid.
    pub by_points: Money,
    /// How many came back so far, at most `qty`.
    pub returned: u32,
}

impl ReceiptLine {
    /// What coupons took off.
    #[must_use]
    pub fn discount(&self) -> Money {
        self.amount - self.net
    }

    /// How many are left to return.
    #[must_use]
    pub const fn left(&self) -> u32 {
        self.qty.saturating_sub(self.returned)
    }
}

/// Points spent at once from one source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Portion {
    /// The lot that they came from; `None` for points borne by the store.
    pub lot: Option<LotId>,
    /// How many; above zero.
    pub points: Points,
    /// How many were given back since, at most `points`.
    #[serde(default)]
    pub given_back: Points,
}

/// A coupon that was used on a sale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsedCoupon {
    /// Which.
    pub id: CouponId,
    /// What it took off; zero for one that takes nothing off.
    pub discount: Money,
    /// Why the rules would have refused it, had the sale not happened already: then `discount` is the store's loss.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overruled: Option<Refusal>,
}

/// One sale, and what has come back of it so far.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Its number.
    pub no: ReceiptNo,
    /// When it was.
    pub at: DateTime<Utc>,
    /// Its lines.
    pub lines: Vec<ReceiptLine>,
    /// N: the sum of the lines after coupons.
    pub net: Money,
    /// Money paid: N less what the points were worth.
    pub pay: Money,
    /// Points that paid.
    pub points_paid: Points,
    /// Where those came from, in the order in which they were spent.
    pub portions: Vec<Portion>,
    /// Points that it earned.
    pub earned: Points,
    /// Its own lot; `None` where it earned nothing, or all of it settled debt.
    pub own_lot: Option<LotId>,
    /// Coupons used, in the order in which they were given.
    pub coupons: Vec<UsedCoupon>,
    /// Points given back so far.
    pub given_back: Points,
    /// Points taken back so far.
    pub taken_back: Points,
    /// Money refunded so far.
    pub refunded: Money,
    /// How it stands with the till.
    #[serde(default)]
    pub awarded: Awarded,
}

impl Receipt {
    /// The lots that a return may give back into or take from first; load them with the account, empty or not.
    pub fn lots(&self) -> impl Iterator<Item = LotId> {
        self.portions
            .iter()
            .filter_map(|portion| portion.lot)
            .chain(self.own_lot)
    }

    /// Whether everything has come back.
    #[must_use]
    pub fn is_returned(&self) -> bool {
        self.lines.iter().all(|line| line.left() == 0)
    }
}

/// One redemption outside a sale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redemption {
    /// Its operation.
    pub id: OpId,
    /// Points spent.
    pub points: Points,
    /// Where they came from, in the order in which they were spent.
    pub portions: Vec<Portion>,
    /// Whether it was given back.
    pub reversed: bool,
}

impl Redemption {
    /// The lots that a reversal may give back into; load them with the account, empty or not.
    pub fn lots(&self) -> impl Iterator<Item = LotId> {
        self.portions.iter().filter_map(|portion| portion.lot)
    }
}
