//! What a clerk asks for, and what it would come to before it is confirmed.

use super::{
    AllergyCheck, Approver, ClerkCard, CouponChoice, CouponView, CreditRequest, MemberPage,
    ReceiptView, TierName, UnderNumber,
};
use loyalty::{Money, Points, Reaction};
use serde::{Deserialize, Serialize};

/// Whose operation it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case", tag = "by")]
pub enum MemberTarget {
    /// A member that this counter holds.
    Member {
        /// Her id.
        id: String,
    },
    /// A phone number that was not found here; credited at sync.
    Phone {
        /// 11 digits.
        phone: String,
    },
    /// A member number or member code that was not found here; credited at sync.
    Code {
        /// As typed or scanned.
        code: String,
    },
}

/// A sale to be quoted or recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SaleRequest {
    /// The till's receipt number; 1 to 40 characters. Empty while it is only quoted.
    pub receipt: String,
    /// Whose purchase.
    pub member: MemberTarget,
    /// What.
    pub lines: Vec<LineRequest>,
    /// Points to pay part of it with; 0 = none.
    pub pay_points: Points,
    /// Coupons of hers to be used, by id, in order.
    #[serde(default)]
    pub coupons: Vec<String>,
    /// For a quote: use the coupons that are best for her in place of those named. A sale is recorded with
    /// those named.
    #[serde(default)]
    pub propose: bool,
    /// For a quote: of the points asked for, use as many as may be used now. A sale is recorded with all of them.
    #[serde(default)]
    pub fit_points: bool,
    /// Who gets the credit; none = as the shop's rule has it.
    #[serde(default)]
    pub credit: Option<CreditRequest>,
    /// What the clerk says of the number, where she was asked.
    #[serde(default)]
    pub number: UnderNumber,
    /// The manager who approves that.
    #[serde(default)]
    pub approver: Option<Approver>,
    /// What shows that she is there, where her points pay and she was asked.
    #[serde(default)]
    pub presence: Option<PresenceGiven>,
}

/// What shows that a member is there whose points are spent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PresenceGiven {
    /// The last four digits of her phone number, as she says them; empty where she has none.
    #[serde(default)]
    pub last_four: String,
    /// The manager who approves, where that is asked.
    #[serde(default)]
    pub approver: Option<Approver>,
}

/// What is still to show that she is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PresenceMissing {
    /// The last four digits of her phone number.
    pub last_four: bool,
    /// A manager's approval.
    pub manager: bool,
}

/// A line of a sale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct LineRequest {
    /// Product number or bar code.
    pub sku: String,
    /// Pieces, 1 to 999.
    pub qty: u32,
    /// The till's amount for the line; none = price times pieces.
    pub amount: Option<Money>,
    /// How many pieces that amount was for, where it was for another number: the line is at its rate.
    #[serde(default)]
    pub amount_of: Option<u32>,
}

/// What a line of a basket comes to, whoever it is for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct LineAmount {
    /// Price times pieces; none where the price is not known.
    pub list: Option<Money>,
    /// What the line comes to; none where only the till knows.
    pub amount: Option<Money>,
    /// Whether that is the till's own amount, other than the list's.
    pub till: bool,
}

/// What a sale would come to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SaleQuote {
    /// Lines with names and amounts.
    pub lines: Vec<LineQuote>,
    /// Pieces in all.
    pub pieces: u32,
    /// Sum of the lines, what coupons take off taken off.
    pub total: Money,
    /// What coupons take off.
    pub coupons_off: Money,
    /// Points that pay part of it.
    pub pay_points: Points,
    /// Worth of the points that pay part of it.
    pub points_worth: Money,
    /// To be paid.
    pub pay: Money,
    /// Points earned; an estimate where the member is not held here.
    pub earned: Points,
    /// Of these, points that wait for the till: the sale is beyond what counts without it.
    pub waiting: Points,
    /// The most points that could pay part of this sale, by the rules and her balance.
    pub max_points: Points,
    /// Of these, possible with no network.
    pub max_points_offline: Points,
    /// The most points that may pay part of this sale on this counter now.
    pub most_points: Points,
    /// Points one step below those that pay part of it.
    pub less_points: Points,
    /// Points one step above them, as far as may be.
    pub more_points: Points,
    /// Smallest step of points.
    pub step: Points,
    /// Least points that may be used.
    pub minimum: Points,
    /// Balance after it, once confirmed; none where the member is not held here.
    pub balance_after: Option<Points>,
    /// Stable code of why the points asked for are not possible.
    pub points_refused: Option<String>,
    /// Sum of the lines before coupons.
    pub before_coupons: Money,
    /// Her coupons and what each would do to this basket; those that are used here first, then those that
    /// could be, then those that do not apply.
    pub coupons: Vec<CouponChoice>,
    /// Those that this quote uses, in order. Of those asked for, the ones that do not apply are left out.
    pub chosen: Vec<String>,
    /// Whether that is the best that may be used now.
    pub best: bool,
    /// The tier that she reaches by it, where it is a higher one.
    pub tier_up: Option<TierName>,
}

/// A line of a quote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct LineQuote {
    /// Product number.
    pub sku: String,
    /// Name.
    pub name: String,
    /// Size or shade.
    pub size: String,
    /// Texture picture.
    pub swatch: String,
    /// Pieces.
    pub qty: u32,
    /// Price of one, where known.
    pub price: Option<Money>,
    /// The line's total.
    pub amount: Money,
    /// Of that, what coupons take off.
    pub off: Money,
    /// What she is allergic to and it has or may have, in Chinese.
    pub allergens: Vec<String>,
    /// The same with what was found of it, in both languages.
    pub allergy: AllergyCheck,
    /// Where it has something of her allergies, a product of the same category that has not.
    pub swap: Option<ProductHit>,
}

/// A product found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ProductHit {
    /// Product number.
    pub sku: String,
    /// Bar code.
    pub barcode: Option<String>,
    /// Name in Chinese.
    pub name: String,
    /// Name in English.
    pub name_en: String,
    /// Size or shade.
    pub size: String,
    /// Price, where known.
    pub price: Option<Money>,
    /// Texture picture.
    pub swatch: String,
    /// Ingredients that members may be allergic to, as the brand lists them.
    pub allergens: Vec<String>,
    /// How it stands with the allergies of the member for whom it was looked up.
    pub allergy: AllergyCheck,
}

/// A receipt opened for a return.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ReturnForm {
    /// The receipt with what is left to return.
    pub receipt: ReceiptView,
    /// Her page, where she is held here.
    pub member: Option<MemberPage>,
    /// Who sold, where this counter knows.
    pub sold_by: Option<ClerkCard>,
}

/// A return to be quoted or recorded.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ReturnRequest {
    /// The sale's receipt number.
    pub receipt: String,
    /// Which sale of that number, by its id; none = the one that it can be.
    #[serde(default)]
    pub sale: Option<String>,
    /// The store that sold; none = this one.
    #[serde(default)]
    pub store: Option<String>,
    /// The business day on which it was sold, `YYYY-MM-DD`; none = any.
    #[serde(default)]
    pub date: Option<String>,
    /// What; empty = all that is left.
    pub lines: Vec<ReturnLineRequest>,
    /// Why: `shade`, `reaction`, `surplus`, `damaged`, `other`.
    pub reason: String,
    /// For a receipt that this counter does not know: what was given back at the till.
    #[serde(default)]
    pub refund: Option<Money>,
    /// For a receipt that this counter does not know: the manager who approves.
    #[serde(default)]
    pub approver: Option<Approver>,
    /// What she told of a reaction to the goods; none where nothing was told, or she would not say.
    #[serde(default)]
    pub reaction: Option<Reaction>,
}

/// A line of a return.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ReturnLineRequest {
    /// Product number.
    pub sku: String,
    /// Pieces, at least 1.
    pub qty: u32,
    /// Which line of the receipt, from 1; none = the one that has the product.
    #[serde(default)]
    pub line: Option<u32>,
}

/// What a return would come to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ReturnQuote {
    /// Money back.
    pub refund: Money,
    /// Points given back that had paid part of it.
    pub given_back: Points,
    /// Points taken back that it had earned.
    pub taken_back: Points,
    /// Points before, pending ones included; none where she is not held here.
    pub balance_before: Option<Points>,
    /// Points after.
    pub balance_after: Option<Points>,
    /// True where the centre may still find that the receipt was returned elsewhere.
    pub checked_later: bool,
    /// What the goods were worth: the refund, and what points had paid of them.
    pub value: Money,
    /// What points had paid of them.
    pub paid_by_points: Money,
    /// Where the points that are given back go: how many, and their last day (`YYYY-MM-DD`, none = never).
    pub given_back_to: Vec<GivenBack>,
    /// Points that she owes after it.
    pub debt_after: Points,
    /// Her tier before; none where she is not held here.
    pub tier_before: Option<TierName>,
    /// Her tier after.
    pub tier_after: Option<TierName>,
    /// Coupons that she has again after it.
    pub coupons_back: Vec<CouponView>,
    /// Coupons of the receipt that stay used, because not all of it has come back.
    pub coupons_kept: Vec<CouponView>,
}

/// Points given back, by their last day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct GivenBack {
    /// How many.
    pub points: Points,
    /// Last day, `YYYY-MM-DD`; none = never.
    pub date: Option<String>,
}
