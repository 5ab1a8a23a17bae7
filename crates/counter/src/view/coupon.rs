//! Coupons, and members of other stores.

use super::{Millis, StoreCard};
use loyalty::{Benefit, Money, Points, Refusal};
use serde::{Deserialize, Serialize};

/// A coupon of a member that may still be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CouponView {
    /// Its id.
    pub id: String,
    /// What it does.
    pub benefit: Benefit,
    /// What is handed over, in words; none where it is no gift.
    pub gift: Option<GiftName>,
    /// Only for these categories; all where empty.
    pub categories: Vec<String>,
    /// Only for these products; all where empty.
    pub skus: Vec<String>,
    /// Whether it goes together with others that say so too.
    pub stacks: bool,
    /// Its last day, `YYYY-MM-DD`; none = never.
    pub expires: Option<String>,
    /// Where it may be used.
    pub place: CouponPlace,
}

/// A gift as people call it: a product, a reward, or the number alone where neither is known here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct GiftName {
    /// In Chinese.
    pub name: String,
    /// In English; empty where there is none.
    pub name_en: String,
    /// Size or shade; empty where there is none.
    pub size: String,
}

/// All coupons of a member, for her page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct MemberCoupons {
    /// When the centre said so last.
    pub as_of: Millis,
    /// Those that may still be used, soonest expiry first.
    pub open: Vec<OpenCoupon>,
    /// Those that were used, newest first.
    pub used: Vec<UsedCoupon>,
}

/// A coupon that may still be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct OpenCoupon {
    /// What it is.
    pub coupon: CouponView,
    /// Days to its last day from today; none = it never expires.
    pub days: Option<i32>,
    /// Whether its last day is near.
    pub soon: bool,
}

/// A coupon that was used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct UsedCoupon {
    /// What it is.
    pub coupon: CouponView,
    /// When.
    pub at: Millis,
    /// Where.
    pub store: StoreCard,
    /// Whether in this store.
    pub here: bool,
    /// The till's number of the receipt.
    pub receipt: String,
    /// What it took off.
    pub off: Money,
    /// Whether the centre does not show it yet.
    pub pending: bool,
}

/// A coupon and a basket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CouponChoice {
    /// Which.
    pub coupon: CouponView,
    /// Whether the quote uses it.
    pub chosen: bool,
    /// What it takes off: among those that are used where it is one, by itself otherwise.
    pub off: Money,
    /// Points that it earns more, in the same way; below zero where what it takes off earns less.
    pub points: Points,
    /// Why the rules refuse it on this basket.
    pub refusal: Option<Refusal>,
    /// What the lines that it is for lack to its threshold; none where none of them is in the basket.
    pub missing: Option<Money>,
    /// Stable word of why it cannot be used on this counter now though the rules allow it: `offline`, or how
    /// the device stands.
    pub barred: Option<String>,
    /// The best that can be done with it: which coupons, in order.
    pub with: Vec<String>,
    /// What those take off together.
    pub with_off: Money,
    /// What those earn more.
    pub with_points: Points,
    /// How much less those take off than the ones that the quote uses; zero where they do not.
    pub with_less: Money,
}

/// Where a coupon may be used now; it is used once, so one counter has it at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum CouponPlace {
    /// On this counter, with no network too.
    Here,
    /// Nowhere in particular: this counter asks for it when it is used, with the network.
    Free,
    /// Another counter has it; asking for it makes that one give it back.
    Elsewhere,
}

/// A member who was looked up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct LookedUp {
    /// Her id; her page can be opened.
    pub member_id: String,
    /// Until when she is kept here; none for a member of this store.
    pub until: Option<Millis>,
}
