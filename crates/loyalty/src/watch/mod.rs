//! What is suspicious (异常) in what counters recorded: sales that somebody may have made up, and returns without goods.
//!
//! Pure, as all rules: [`find`] is given what happened and says what stands out, each finding with who, what and the
//! figures that it goes by. From when on something stands out is the program's to say
//! ([`Watch`](crate::program::Watch)). A finding proves nothing: it is where somebody looks.
//!
//! Chosen where nothing else says so: a night is looked at only in a store that sells next to nothing by night; sales
//! that no till confirmed stand out only where the till confirms most others of the store, so that a brand whose till
//! exports nothing has none; the returns that count are of whole receipts.

mod one_by_one;
mod together;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::ids::{OpId, RecorderId, Sku};
use crate::money::Money;
use crate::points::Points;
use crate::program::Program;

/// Why something stands out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Suspicion {
    /// Many sales within minutes.
    Velocity,
    /// Many sales of whole hundreds of yuan.
    RoundSums,
    /// One clerk, many members.
    ManyMembers,
    /// One member, again and again, by one clerk.
    SameMember,
    /// By night.
    Night,
    /// Many sales that no till confirmed.
    Unmatched,
    /// Many whole receipts taken back.
    Returns,
    /// The till has another amount.
    TillDiffers,
    /// More than counts without the till: points of it wait.
    OverCeiling,
    /// A product that is not in the catalogue.
    UnknownProduct,
    /// In the name of a store that the counter is not of.
    OtherStore,
    /// A price far from the catalogue's.
    OddAmount,
    /// A clerk recorded an own purchase.
    OwnPurchase,
    /// A rule that this build does not know.
    #[serde(other)]
    Other,
}

impl Suspicion {
    /// Every one that this build knows.
    pub const ALL: [Self; 13] = [
        Self::Velocity,
        Self::RoundSums,
        Self::ManyMembers,
        Self::SameMember,
        Self::Night,
        Self::Unmatched,
        Self::Returns,
        Self::TillDiffers,
        Self::OverCeiling,
        Self::UnknownProduct,
        Self::OtherStore,
        Self::OddAmount,
        Self::OwnPurchase,
    ];

    /// Its stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Velocity => "velocity",
            Self::RoundSums => "round_sums",
            Self::ManyMembers => "many_members",
            Self::SameMember => "same_member",
            Self::Night => "night",
            Self::Unmatched => "unmatched",
            Self::Returns => "returns",
            Self::TillDiffers => "till_differs",
            Self::OverCeiling => "over_ceiling",
            Self::UnknownProduct => "unknown_product",
            Self::OtherStore => "other_store",
            Self::OddAmount => "odd_amount",
            Self::OwnPurchase => "own_purchase",
            Self::Other => "other",
        }
    }
}

/// What the catalogue says of a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listed {
    /// It is not there.
    Unknown,
    /// It is there, without a price.
    Unpriced,
    /// A piece costs so much.
    At(Money),
}

/// A line of a sale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineFact {
    /// The product.
    pub sku: Sku,
    /// Pieces.
    pub qty: u32,
    /// The line's total before coupons.
    pub amount: Money,
    /// What the catalogue says.
    pub listed: Listed,
}

/// A sale that a counter recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaleFact {
    /// By what it is known.
    pub id: OpId,
    /// The number on its receipt.
    pub number: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Which store bears it: the counter's own.
    pub store: String,
    /// The store that the counter named; none where that is not on record.
    pub named_store: Option<String>,
    /// Who recorded it.
    pub clerk: RecorderId,
    /// Whose purchase.
    pub member: String,
    /// N: the lines after coupons.
    pub net: Money,
    /// What was sold.
    pub lines: Vec<LineFact>,
    /// Whether nobody has confirmed it.
    pub unconfirmed: bool,
    /// What the till has, where it said.
    pub till: Option<Money>,
    /// Whether that is another amount.
    pub till_differs: bool,
    /// Points of it that wait.
    pub waiting: Points,
    /// Whether the member is the clerk, by the phone.
    pub own: bool,
}

/// A receipt that came back whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnFact {
    /// By what the return is known.
    pub id: OpId,
    /// When.
    pub at: DateTime<Utc>,
    /// Which store took it back.
    pub store: String,
    /// Who did.
    pub clerk: RecorderId,
    /// Whose.
    pub member: String,
    /// What was refunded.
    pub refund: Money,
}

/// What happened, in any order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Sales.
    pub sales: Vec<SaleFact>,
    /// Returns of whole receipts.
    pub returns: Vec<ReturnFact>,
}

/// Something that stands out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Why.
    pub rule: Suspicion,
    /// Where.
    pub store: String,
    /// Who.
    pub clerk: RecorderId,
    /// The business day; the last of them where it is about several.
    pub day: NaiveDate,
    /// The member, where it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<String>,
    /// How many: sales, members, returns.
    pub count: u32,
    /// From how many on it stands out; zero where each one does.
    #[serde(default)]
    pub limit: u32,
    /// What they came to together.
    pub amount: Money,
    /// What stands against it: the catalogue's price, the till's amount.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub against: Option<Money>,
    /// The product, or the store that was named, where it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub what: Option<String>,
    /// The sales or returns that it goes by, in order of time.
    pub ops: Vec<OpId>,
    /// Numbers of the first of those receipts, as people know them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub receipts: Vec<String>,
}

/// Numbers of receipts that a finding names at most.
const NAMED: usize = 12;

/// What stands out until `now`, the newest first.
#[must_use]
pub fn find(program: &Program, facts: &Facts, now: DateTime<Utc>) -> Vec<Finding> {
    let mut sales: Vec<&SaleFact> = facts.sales.iter().collect();
    sales.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
    let mut found = Vec::new();
    for sale in &sales {
        one_by_one::look(program, sale, &mut found);
    }
    together::look(program, &sales, now, &mut found);
    together::returns(program, &facts.returns, &mut found);
    found.sort_by(|a, b| (b.day, a.rule, &a.clerk, &a.ops).cmp(&(a.day, b.rule, &b.clerk, &b.ops)));
    found
}
