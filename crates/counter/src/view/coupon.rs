//! Coupons, and members of other stores.

use super::Millis;
use loyalty::Benefit;
use serde::{Deserialize, Serialize};

/// A coupon of a member that may still be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CouponView {
    /// Its id.
    pub id: String,
    /// What it does.
    pub benefit: Benefit,
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
