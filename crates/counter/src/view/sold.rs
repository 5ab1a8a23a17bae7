//! Sales that stand under a till's number, for the clerk to choose from.

use super::{Millis, StoreCard};
use loyalty::Money;
use serde::{Deserialize, Serialize};

/// What the clerk says of a number under which a sale stands already.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum UnderNumber {
    /// Nothing: she is asked where there is doubt.
    #[default]
    Ask,
    /// It is another sale. Where one of the same day stands, a manager approves.
    NewSale,
    /// The one that stands was keyed wrongly: it is taken back whole, and this one is right. A manager approves.
    Corrects,
}

/// A sale that stands under a number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SoldView {
    /// By what it is known.
    pub id: String,
    /// The till's number, as it was written.
    pub no: String,
    /// When.
    pub at: Millis,
    /// The business day of that, `YYYY-MM-DD`.
    pub date: String,
    /// Whether that is the present one.
    pub today: bool,
    /// The store that sold.
    pub store: StoreCard,
    /// Whether that is this store.
    pub here: bool,
    /// Masked name or phone of the member; empty where this counter does not know.
    pub who: String,
    /// What was sold: names with pieces.
    pub goods: String,
    /// Money paid.
    pub pay: Money,
    /// Money given back.
    pub refunded: Money,
}

/// A line of a receipt that a return may be about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct LineChoice {
    /// Its place on the receipt, from 1.
    pub line: u32,
    /// Product number.
    pub sku: String,
    /// Name on that day.
    pub name: String,
    /// Pieces left to return.
    pub left: u32,
    /// The line's amount after coupons, all its pieces.
    pub amount: Money,
    /// Its pieces.
    pub qty: u32,
}
