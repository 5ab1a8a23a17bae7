//! What a member can have for her points, and what a redemption would come to before it is confirmed.

use super::{AllergyCheck, PointsView, PresenceGiven};
use loyalty::{Money, Points};
use serde::{Deserialize, Serialize};

/// The redeem screen for a member.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct RedeemOptions {
    /// Her points.
    pub points: PointsView,
    /// Whether the centre was reached at the last try.
    pub online: bool,
    /// The most that may be redeemed now: online her balance, offline this counter's allowance.
    pub possible_now: Points,
    /// Where that is less than she has, the stable word of why; of `held_elsewhere`, more can be had
    /// by asking: the other counter then gives back.
    pub limit: Option<String>,
    /// Rewards, cheapest first within a kind.
    pub rewards: Vec<RewardView>,
    /// Terms of money off.
    pub cash: CashTerms,
}

/// Terms of money off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CashTerms {
    /// Worth of one point in yuan, as a decimal.
    pub yuan_per_point: String,
    /// Least points.
    pub minimum: Points,
    /// Step.
    pub step: Points,
    /// Worth of one step.
    pub step_worth: Money,
    /// Largest share of a bill, 0 to 1, as a decimal.
    pub max_share: String,
    /// The same in whole per cent.
    pub max_percent: u32,
}

/// A reward and whether she can have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct RewardView {
    /// Id.
    pub id: String,
    /// Name in Chinese.
    pub name: String,
    /// Name in English.
    pub name_en: String,
    /// Size or shade.
    pub size: String,
    /// `sample`, `product`, `service`.
    pub kind: String,
    /// Points for one.
    pub points: Points,
    /// Texture picture.
    pub swatch: String,
    /// What she is allergic to and it has or may have, in Chinese.
    pub allergens: Vec<String>,
    /// The same with what was found of it, in both languages. A service has no list of ingredients to miss.
    pub allergy: AllergyCheck,
    /// Pieces left in this store; none where they are not counted.
    pub stock: Option<u32>,
    /// Whether she can have it now.
    pub status: RewardStatus,
}

/// Whether a reward is possible now, and what is in the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case", tag = "status")]
pub enum RewardStatus {
    /// Yes.
    Possible,
    /// None is left in this store.
    OutOfStock,
    /// Once online: it needs more than this counter may spend offline.
    OnlineOnly {
        /// How many more.
        more: Points,
    },
    /// She has not enough.
    NotEnough {
        /// How many more.
        more: Points,
    },
    /// For a higher tier.
    Tier {
        /// Name in Chinese.
        name_zh: String,
        /// Name in English.
        name_en: String,
    },
}

/// A redemption to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct RedeemRequest {
    /// Whose points.
    pub member_id: String,
    /// What for.
    pub what: RedeemWhat,
    /// What shows that she is there, where she was asked.
    #[serde(default)]
    pub presence: Option<PresenceGiven>,
}

/// What points are given for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum RedeemWhat {
    /// Pieces of a reward.
    Reward {
        /// Its id.
        id: String,
        /// Pieces, 1 to 99.
        qty: u32,
    },
    /// Money off a bill at the till.
    Cash {
        /// Points.
        points: Points,
        /// The bill before it.
        bill: Money,
    },
}

/// What a redemption would come to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct RedeemQuote {
    /// Points that it takes. Of points that were asked for off a bill, as many as may be used.
    pub points: Points,
    /// Her points before it: confirmed and not yet spent here.
    pub before: Points,
    /// Her points after it.
    pub after: Points,
    /// What this counter may still redeem for her with no network after it.
    pub offline_after: Points,
    /// Whether that is more than this counter has for her now: another one gives back for it.
    pub asks: bool,
    /// Stable code of why it cannot be done; none where it can.
    pub refused: Option<String>,
    /// What it is for.
    pub what: RedeemQuoteOf,
}

/// What a quoted redemption is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum RedeemQuoteOf {
    /// Pieces of a reward.
    Reward {
        /// The most pieces that her points and the store's stock allow; at least 1.
        most: u32,
    },
    /// Money off a bill.
    Cash {
        /// What the points are worth on it.
        worth: Money,
        /// What is left to be paid of the bill.
        due: Money,
        /// The most points that may be used on it.
        most: Points,
        /// What those are worth.
        most_worth: Money,
        /// Whether those are more than this counter has for her now.
        most_asks: bool,
        /// Points one step below.
        less: Points,
        /// Points one step above, as far as may be.
        more: Points,
    },
}
