//! The member's page.

use super::{AllergyView, Millis, SkinView, StoreCard, Words};
use loyalty::{Money, Points};
use serde::{Deserialize, Serialize};

/// All that the member's page shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct MemberPage {
    /// Id.
    pub id: String,
    /// Number on the card.
    pub no: String,
    /// Masked name; empty where she gave none.
    pub masked_name: String,
    /// What she likes to be called; empty where she did not say.
    pub called: String,
    /// Masked phone number.
    pub masked_phone: String,
    /// The last four digits of a new number that she has still to prove.
    pub phone_waits: Option<String>,
    /// She was signed up here without the network, and the centre has not heard of her yet.
    pub provisional: bool,
    /// Month of birth, 1 to 12.
    pub birthday_month: Option<u32>,
    /// Date of joining, `YYYY-MM-DD`.
    pub joined: String,
    /// Name of her advisor.
    pub advisor: Option<String>,
    /// Home store.
    pub home_store: StoreCard,
    /// Tier.
    pub tier: TierView,
    /// Skin; none where it was not tested or not consented to.
    pub skin: Option<SkinView>,
    /// Whether she agreed to her skin being recorded.
    pub consent_skin: bool,
    /// What she is allergic to or avoids, in Chinese, each once; what the table of ingredients does not know, as it
    /// was said.
    pub allergies: Vec<String>,
    /// The same with all that is known of each.
    pub allergy_views: Vec<AllergyView>,
    /// What she wants to improve.
    pub concerns: Vec<String>,
    /// What clerks noted last, newest first.
    pub notes: Vec<super::NoteView>,
    /// Points.
    pub points: PointsView,
    /// What to do or say next, most useful first.
    pub next: Vec<NextStep>,
    /// Net spend in the last twelve months.
    pub spend_12_months: Money,
    /// Net spend per month, oldest of twelve first, in yuan for drawing.
    pub months: Vec<f64>,
    /// Receipts, newest first, pending ones of this counter included.
    pub history: Vec<ReceiptView>,
    /// How many coupons she may still use.
    pub open_coupons: u32,
    /// Samples that she was given, newest first, pending ones of this counter included.
    pub samples: Vec<super::SampleView>,
}

/// A tier in words and on the way to the next.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct TierView {
    /// The program's id.
    pub id: String,
    /// Its place, lowest 0.
    pub rank: u32,
    /// Name in Chinese.
    pub name_zh: String,
    /// Name in English.
    pub name_en: String,
    /// Whether tiers go by growth value instead of spend.
    pub by_growth: bool,
    /// What her earnings are multiplied by, as a decimal.
    pub multiplier: String,
    /// What the tier has besides, in the order in which people read it.
    pub benefits: Vec<Words>,
    /// Day of the next review, `YYYY-MM-DD`; none for the lowest tier.
    pub review: Option<String>,
    /// The next tier, where there is one.
    pub next: Option<NextTier>,
}

/// A tier by its names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct TierName {
    /// The program's id.
    pub id: String,
    /// Its place among the tiers, 0 = the lowest.
    pub rank: u32,
    /// Name in Chinese.
    pub name_zh: String,
    /// Name in English.
    pub name_en: String,
}

/// The way to the next tier.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct NextTier {
    /// Name in Chinese.
    pub name_zh: String,
    /// Name in English.
    pub name_en: String,
    /// Spend that is missing; none where no spend brings it nearer.
    pub gap: Option<Money>,
    /// What is missing of what counts: yuan, or growth value.
    pub missing: Money,
    /// How far, from 0 to 1.
    pub climb: f64,
}

/// Points, with confirmed, pending and usable offline told apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PointsView {
    /// 已到账: what the centre has on record.
    pub confirmed: Points,
    /// When the centre worked that out.
    pub as_of: Millis,
    /// 待确认: earned here and not confirmed, above zero.
    pub pending_earned: Points,
    /// Spent here and not confirmed, above zero.
    pub pending_spent: Points,
    /// 断网可用: the most that this counter may redeem with no network.
    pub offline_usable: Points,
    /// What was set aside for this counter in all allowances that are not used up.
    pub set_aside_here: Points,
    /// Of that, spent.
    pub used_here: Points,
    /// What she has once everything is confirmed, by the same rules as the centre's.
    pub once_confirmed: Points,
    /// What she could redeem with the network: confirmed less what is pending.
    pub online_usable: Points,
    /// Debt to be settled by the next points.
    pub debt: Points,
    /// 待收银核对: points of sales that no till has confirmed, not in what she has.
    pub waiting: Points,
    /// True while her points are frozen.
    pub frozen: bool,
    /// What expires next.
    pub expiring: Option<Expiring>,
    /// What the program says to speak of now.
    pub warning: Option<ExpiryWarning>,
}

/// Points that are about to expire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ExpiryWarning {
    /// Within how many days they do.
    pub within: u32,
    /// How many.
    pub points: Points,
    /// The soonest of their last days, `YYYY-MM-DD`.
    pub first: String,
    /// Days to it from today.
    pub days: i32,
    /// Whether it is the last warning before they go.
    pub last: bool,
}

/// Points that expire on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Expiring {
    /// How many.
    pub points: Points,
    /// Last day, `YYYY-MM-DD`.
    pub date: String,
    /// Days from today.
    pub days: i32,
}

/// One thing to do or say, with its reason.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum NextStep {
    /// A product that she bought is about to be used up.
    RunningOut {
        /// Product.
        sku: String,
        /// Name in Chinese.
        name: String,
        /// Name in English; empty where there is none.
        name_en: String,
        /// Size.
        size: String,
        /// Price, where known.
        price: Option<Money>,
        /// Texture picture.
        swatch: String,
        /// When she bought it.
        bought: Millis,
        /// Days it usually lasts.
        lasts_days: u32,
        /// True where the days are her own rhythm, not the product's usual.
        own_rhythm: bool,
        /// She has an allergy and the product has no list of ingredients.
        unlisted: bool,
    },
    /// A product that suits her skin or concerns, without what she is allergic to.
    Suits {
        /// Product.
        sku: String,
        /// Name in Chinese.
        name: String,
        /// Name in English; empty where there is none.
        name_en: String,
        /// Size.
        size: String,
        /// Price, where known.
        price: Option<Money>,
        /// Texture picture.
        swatch: String,
        /// The words of hers that it suits.
        because: Vec<String>,
        /// She has an allergy and the product has no list of ingredients.
        unlisted: bool,
    },
    /// Points expire soon.
    PointsExpire {
        /// What and when.
        warning: ExpiryWarning,
    },
    /// Her birthday is in this month.
    BirthdayMonth,
    /// A little more spend reaches the next tier.
    NearTier {
        /// Name in Chinese.
        name_zh: String,
        /// Name in English.
        name_en: String,
        /// Spend that is missing.
        gap: Money,
    },
    /// No purchase for long.
    Dormant {
        /// Days since the last one.
        days: u32,
    },
    /// Skin not tested yet.
    TestSkin,
    /// She did not agree to her skin being recorded.
    NoSkinConsent,
}

/// A receipt in the history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ReceiptView {
    /// By what the sale is known.
    pub id: String,
    /// The till's number, as it was written.
    pub no: String,
    /// When.
    pub at: Millis,
    /// Store.
    pub store: StoreCard,
    /// Whether it was sold in this store.
    pub here: bool,
    /// `store`, `mini_program`, …
    pub channel: String,
    /// Lines.
    pub lines: Vec<LineView>,
    /// Money paid.
    pub pay: Money,
    /// Money given back.
    pub refunded: Money,
    /// Points earned.
    pub earned: Points,
    /// Of these, points that wait for the till.
    pub waiting: Points,
    /// Points that paid part of it.
    pub points_paid: Points,
    /// Confirmed, or recorded here and not confirmed yet.
    pub state: ReceiptState,
}

/// Whether the centre has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum ReceiptState {
    /// At the centre.
    Confirmed,
    /// On this counter's disk.
    Pending,
}

/// A line of a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct LineView {
    /// Product number.
    pub sku: String,
    /// Name on that day.
    pub name: String,
    /// Name in English; empty where there is none.
    pub name_en: String,
    /// Size or shade.
    pub size: String,
    /// Texture picture.
    pub swatch: String,
    /// Pieces.
    pub qty: u32,
    /// Brought back, pending returns of this counter included.
    pub returned: u32,
    /// Amount after coupons.
    pub amount: Money,
}
