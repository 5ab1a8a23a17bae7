//! Baskets that stand aside, as the screens hear of them.

use super::{CreditRequest, LineRequest, MemberTarget, Millis, ProductHit};
use loyalty::{Money, Points};
use serde::{Deserialize, Serialize};

/// A basket to be put aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ParkRequest {
    /// Where it was taken up before, the id that it had: it is the same basket still.
    #[serde(default)]
    pub id: Option<String>,
    /// The one that is taken up in its place right after: it does not count any more.
    #[serde(default)]
    pub instead: Option<String>,
    /// Whose, where that is known.
    pub member: Option<MemberTarget>,
    /// What the clerk calls her, where it is not; up to 40 characters.
    #[serde(default)]
    pub description: String,
    /// Why it stands aside; up to 40 characters.
    #[serde(default)]
    pub why: String,
    /// What is in it; at least one line.
    pub lines: Vec<LineRequest>,
    /// The till's receipt number, where it was typed already.
    #[serde(default)]
    pub receipt: String,
    /// Points that were to pay part of it. They are held for nobody.
    pub pay_points: Points,
    /// Coupons that were chosen.
    #[serde(default)]
    pub coupons: Vec<String>,
    /// The best coupons were proposed, not chosen by hand.
    #[serde(default)]
    pub propose: bool,
    /// Who gets the credit, where it was chosen by hand.
    #[serde(default)]
    pub credit: Option<CreditRequest>,
}

/// What stands aside at this counter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ParkedList {
    /// Today's, in the order in which they were parked.
    pub today: Vec<ParkedView>,
    /// Those that a night has closed, oldest first.
    pub before: Vec<ParkedView>,
    /// Most that may stand aside on one day.
    pub most: u32,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ParkedView {
    /// Its id.
    pub id: String,
    /// Her id, where she is a member held here.
    pub member_id: Option<String>,
    /// Her masked name, else her masked phone number or the end of her code; empty where nobody was said.
    pub who: String,
    /// What the clerk called her.
    pub description: String,
    /// Why it stands aside.
    pub why: String,
    /// Pieces in it.
    pub pieces: u32,
    /// What it came to before coupons; none where an amount was missing.
    pub total: Option<Money>,
    /// When it was parked.
    pub at: Millis,
}

/// A basket that was taken up again, at today's prices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct TakenUp {
    /// Its id: to be said when it is parked again or recorded.
    pub id: String,
    /// Whose.
    pub member: Option<MemberTarget>,
    /// What the clerk called her.
    pub description: String,
    /// What is in it.
    pub lines: Vec<TakenLine>,
    /// The till's receipt number.
    pub receipt: String,
    /// Points that were to pay part of it; what is possible now may be less.
    pub pay_points: Points,
    /// Coupons that were chosen.
    pub coupons: Vec<String>,
    /// The best coupons are to be proposed.
    pub propose: bool,
    /// Who gets the credit, where it was chosen by hand, by whomever.
    pub credit: Option<CreditRequest>,
    /// What is not as it was when it was parked.
    pub changes: Vec<BasketChange>,
}

/// A line of a basket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct TakenLine {
    /// The product, as it is sold now.
    pub product: ProductHit,
    /// Pieces.
    pub qty: u32,
    /// The till's amount, where the clerk had typed one.
    pub amount: Option<Money>,
}

/// What changed while a basket stood aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case", tag = "change")]
pub enum BasketChange {
    /// Another list price.
    Price {
        /// Of what.
        name: String,
        /// The same in English.
        name_en: String,
        /// Then; none where the till alone knew it.
        was: Option<Money>,
        /// Now.
        now: Option<Money>,
    },
    /// Sold no more, and no longer in the basket.
    Gone {
        /// What.
        name: String,
        /// The same in English.
        name_en: String,
    },
}

/// What was entered where a till's receipt number belongs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case", tag = "entered")]
pub enum ReceiptEntry {
    /// A number that may be a receipt's.
    Number {
        /// As it is recorded.
        receipt: String,
    },
    /// The bar code of a product that is sold here.
    Product {
        /// Which.
        product: ProductHit,
    },
}
