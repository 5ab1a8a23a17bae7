//! The program as it is written down: JSON or TOML, every field optional, unknown fields refused.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::person::{PresenceTerms, Retention};
use crate::ids::{BehaviourKind, Category, TierId};
use crate::money::Money;
use crate::points::Points;
use crate::rate::{Rate, Rounding};
use crate::refusal::Malformed;
use crate::shape;

/// The brand's rules as one document. [`Program`](crate::Program) is the same, proved sound.
///
/// Fields left out take the defaults, which are the product's: one point a yuan, twelve months to the
/// month's end, a point worth five fen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(deny_unknown_fields, default)]
pub struct ProgramDoc {
    /// Which edition of the brand's rules this is, from 1; a published edition never changes.
    pub version: u32,
    /// What the brand calls the program.
    pub name: String,
    /// The business timezone (IANA): where days, months and member days begin and end.
    pub timezone: String,
    /// How purchases earn.
    pub earn: Earn,
    /// How long points last.
    pub expiry: Expiry,
    /// Days that points get which are given back after their date.
    pub grace_days: u32,
    /// How points are spent.
    pub redeem: Redeem,
    /// The tiers; the one with the lowest `from` is everybody's.
    pub tiers: Vec<Tier>,
    /// What counts towards a tier.
    pub tier_basis: TierBasis,
    /// How growth value comes, where it is the basis.
    pub growth: Growth,
    /// Months over which spend or growth value counts towards a tier, and after which a tier is reviewed.
    pub tier_window_months: u32,
    /// Factors on earning; all that match a line multiply.
    pub factors: Vec<Factor>,
    /// What earns points without a purchase, by kind.
    pub behaviours: BTreeMap<BehaviourKind, Behaviour>,
    /// How many points counters may hold to spend offline.
    pub allowance: Allowance,
    /// How far points of sales can be spent that no till has confirmed.
    #[serde(skip_serializing_if = "is_default")]
    pub awards: Awards,
    /// From when on what happens at counters is looked at.
    #[serde(skip_serializing_if = "is_default")]
    pub watch: Watch,
    /// How long what is personal is kept. Left out where it is the product's own: counters of before do not know it.
    #[serde(skip_serializing_if = "is_default")]
    pub retention: Retention,
    /// When a member who invited a friend is rewarded, and the friend with her; nobody is where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invite: Option<Invite>,
}

impl Default for ProgramDoc {
    fn default() -> Self {
        Self {
            version: 1,
            name: String::new(),
            timezone: "Asia/Shanghai".to_owned(),
            earn: Earn::default(),
            expiry: Expiry::default(),
            grace_days: 30,
            redeem: Redeem::default(),
            tiers: vec![Tier::default()],
            tier_basis: TierBasis::default(),
            growth: Growth::default(),
            tier_window_months: 12,
            factors: Vec::new(),
            behaviours: BTreeMap::new(),
            allowance: Allowance::default(),
            awards: Awards::default(),
            watch: Watch::default(),
            retention: Retention::default(),
            invite: None,
        }
    }
}

/// How purchases earn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(deny_unknown_fields, default)]
pub struct Earn {
    /// Points for each yuan.
    pub points_per_yuan: Rate,
    /// How a receipt's points are rounded, once.
    pub rounding: Rounding,
    /// Whether the part paid with points earns too.
    pub on_points_paid: bool,
}

impl Default for Earn {
    fn default() -> Self {
        Self {
            points_per_yuan: Rate::ONE,
            rounding: Rounding::Floor,
            on_points_paid: false,
        }
    }
}

/// How long points last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(deny_unknown_fields, default)]
pub struct Expiry {
    /// Months from the earning date, 0 to 1200.
    pub months: u32,
    /// On which day then.
    pub at: ExpiryAt,
    /// How many days before their last day points are spoken of; at most eight, each 1 to 366.
    pub warn_days: Vec<u32>,
}

impl Default for Expiry {
    fn default() -> Self {
        Self {
            months: 12,
            at: ExpiryAt::MonthEnd,
            warn_days: vec![30, 7],
        }
    }
}

/// On which day points expire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum ExpiryAt {
    /// The last day of that month.
    MonthEnd,
    /// That very day.
    Day,
    /// Never.
    Never,
}

/// How points are spent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(deny_unknown_fields, default)]
pub struct Redeem {
    /// What a point is worth when it pays, in yuan.
    pub yuan_per_point: Rate,
    /// The fewest points at a time.
    pub minimum: Points,
    /// Points go in whole multiples of this, 1 or more.
    pub step: Points,
    /// The share of a bill that points may pay, 0 to 1.
    pub max_share: Rate,
    /// What shows that it is she who spends them. Left out where it is the product's own: counters of before do not know it.
    #[serde(skip_serializing_if = "is_default")]
    pub presence: PresenceTerms,
}

impl Default for Redeem {
    fn default() -> Self {
        Self {
            yuan_per_point: Rate::new(5, 2).unwrap_or(Rate::ZERO),
            minimum: Points::ZERO,
            step: Points(1),
            max_share: Rate::ONE,
            presence: PresenceTerms::default(),
        }
    }
}

/// What counts towards a tier.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum TierBasis {
    /// Net money paid.
    #[default]
    Spend,
    /// Growth value 成长值: from net money paid and from valued behaviour. It is never spent.
    Growth,
}

/// How growth value comes from spend; a [`Behaviour`] says its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(deny_unknown_fields, default)]
pub struct Growth {
    /// Growth value for each yuan of net money paid; the sum is floored to two decimals.
    pub per_yuan: Rate,
}

impl Default for Growth {
    fn default() -> Self {
        Self {
            per_yuan: Rate::ONE,
        }
    }
}

/// One tier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(deny_unknown_fields)]
pub struct Tier {
    /// Its id, unique in the program.
    pub id: TierId,
    /// The qualifying value from which it is reached: yuan, or growth value (see [`TierBasis`]).
    #[serde(default)]
    pub from: Money,
    /// What its members' earnings are multiplied by.
    #[serde(default = "one")]
    pub multiplier: Rate,
    /// What people read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Label>,
    /// What its members have besides, in the order in which people read it: presale, birthday gift,
    /// own advisor, care services.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub benefits: Vec<Label>,
}

impl Default for Tier {
    fn default() -> Self {
        Self {
            id: TierId::from("member"),
            from: Money::ZERO,
            multiplier: Rate::ONE,
            label: None,
            benefits: Vec::new(),
        }
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
const fn is_none(value: &Money) -> bool {
    value.is_zero()
}

const fn one() -> Rate {
    Rate::ONE
}

/// A name in the languages of the screens.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(deny_unknown_fields, default)]
pub struct Label {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// A factor on earning: it counts for a line where everything that it names matches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(deny_unknown_fields)]
pub struct Factor {
    /// What the line's points are multiplied by.
    pub factor: Rate,
    /// Only on this day of each month, 1 to 31; a month without that day has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day_of_month: Option<u32>,
    /// Only in the member's birth month.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub birth_month: bool,
    /// Only lines of this category.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<Category>,
}

/// What one kind of behaviour earns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(deny_unknown_fields)]
pub struct Behaviour {
    /// Points each time.
    pub points: Points,
    /// How often it counts on one business day; without it, once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_day: Option<u32>,
    /// Growth value each time, where that is the tiers' basis.
    #[serde(default, skip_serializing_if = "is_none")]
    pub growth: Money,
}

impl Behaviour {
    /// How often it counts where a document does not say.
    pub const DEFAULT_PER_DAY: u32 = 1;

    /// How often it counts on one business day.
    #[must_use]
    pub fn limit(&self) -> u32 {
        self.per_day.unwrap_or(Self::DEFAULT_PER_DAY)
    }
}

/// How many points counters may hold to spend offline (points in escrow).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(deny_unknown_fields, default)]
pub struct Allowance {
    /// The share of a member's balance handed ahead of time to the checkout counters of the member's store, 0 to 1.
    pub store_share: Rate,
    /// The most that one device holds, of all members together.
    pub device_cap: Points,
    /// The most of one member that all devices hold together.
    pub member_cap: Points,
    /// Hours after which a counter out of contact stops spending what it holds, 1 to 8784.
    pub lease_hours: u32,
    /// Hours after which a counter gives back what it was given on demand and has not touched since, 1 to 8784.
    pub idle_hours: u32,
    /// Hours after which a counter out of contact shows no members any more, 1 to 8784. Written only where it is not
    /// the usual: a build that does not know it could not read the program.
    #[serde(skip_serializing_if = "is_usual_offline")]
    pub offline_hours: u32,
}

/// What a program has that says nothing of it: seven days.
const OFFLINE_HOURS: u32 = 168;

#[allow(clippy::trivially_copy_pass_by_ref)] // as serde calls it
const fn is_usual_offline(hours: &u32) -> bool {
    *hours == OFFLINE_HOURS
}

impl Default for Allowance {
    fn default() -> Self {
        Self {
            store_share: Rate::new(3, 1).unwrap_or(Rate::ZERO),
            device_cap: Points(20_000),
            member_cap: Points(5_000),
            lease_hours: 168,
            idle_hours: 24,
            offline_hours: OFFLINE_HOURS,
        }
    }
}

/// How much of sales counts, for points that can be spent and for tiers, as long as no till has confirmed them; the rest
/// waits. In money of the lines after coupons, so that it holds whatever a tier or a factor multiplies by.
///
/// The defaults are far above what an honest day comes to, so that a brand whose till exports nothing never meets them;
/// they are low enough that what a clerk makes up in a day is worth little.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(deny_unknown_fields, default)]
pub struct Awards {
    /// Of one receipt.
    pub per_receipt: Money,
    /// Of a member's receipts of one business day.
    pub per_member_day: Money,
    /// Of the receipts that one clerk records on one business day.
    pub per_clerk_day: Money,
    /// Days after which points that still wait are dropped, 1 to 3660; without it they stay.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drop_after_days: Option<u32>,
}

impl Default for Awards {
    fn default() -> Self {
        Self {
            per_receipt: Money::from_fen(2_000_000),
            per_member_day: Money::from_fen(3_000_000),
            per_clerk_day: Money::from_fen(20_000_000),
            drop_after_days: None,
        }
    }
}

/// From when on what happens at counters is suspicious. A count of zero turns its rule off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(deny_unknown_fields, default)]
pub struct Watch {
    /// So many sales of one clerk …
    pub velocity_sales: u32,
    /// … within so many minutes, 1 to 1440.
    pub velocity_minutes: u32,
    /// So many sales of whole hundreds of yuan by one clerk on one day.
    pub round_sums: u32,
    /// So many members by one clerk on one day.
    pub members_a_day: u32,
    /// So many sales of one member by one clerk on one day.
    pub same_member_a_day: u32,
    /// So many of them in seven days.
    pub same_member_a_week: u32,
    /// So many sales in a night by one clerk, where a store hardly sells by night.
    pub night_sales: u32,
    /// The hour in which a night begins, 0 to 23.
    pub night_from: u32,
    /// The hour in which it ends, 0 to 23.
    pub night_until: u32,
    /// So many sales of one clerk that no till confirmed, where the till confirms most others of the store.
    pub unmatched: u32,
    /// Days that a till's record may take.
    pub unmatched_days: u32,
    /// So many returns of whole receipts by one clerk on one day.
    pub returns_a_day: u32,
    /// How far a line's price may be from the catalogue's, as a share of that: 0.7 lets 30 % to 170 % pass; zero turns
    /// the rule off.
    pub price_off: Rate,
}

impl Default for Watch {
    fn default() -> Self {
        Self {
            velocity_sales: 6,
            velocity_minutes: 10,
            round_sums: 5,
            members_a_day: 40,
            same_member_a_day: 5,
            same_member_a_week: 8,
            night_sales: 1,
            night_from: 0,
            night_until: 6,
            unmatched: 5,
            unmatched_days: 3,
            returns_a_day: 6,
            price_off: Rate::new(7, 1).unwrap_or(Rate::ZERO),
        }
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Where a program document has objects.
const OBJECTS: [&str; 16] = [
    "",
    "earn",
    "expiry",
    "redeem",
    "redeem.presence",
    "growth",
    "allowance",
    "awards",
    "watch",
    "retention",
    "invite",
    "tiers[]",
    "tiers[].label",
    "tiers[].benefits[]",
    "factors[]",
    "behaviours{}",
];

/// Proves that a document has objects where it must: an array in place of one would be read as its fields in
/// order.
///
/// # Errors
/// The first place that has an array.
pub(crate) fn objects(document: &serde_json::Value) -> Result<(), Malformed> {
    shape::objects(document, &OBJECTS)
}

/// When inviting a friend is rewarded. What it brings, the behaviours [`REFERRAL`](crate::REFERRAL) and
/// [`INVITED`](crate::INVITED) say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(deny_unknown_fields, default)]
pub struct Invite {
    /// Money that the friend's purchase comes to at least, less what was brought back.
    pub from: Money,
    /// Days after that purchase until which goods may be brought back: the reward waits for their end.
    pub after_days: u32,
    /// Days after joining within which the friend buys.
    pub within_days: u32,
    /// Friends for whom one member is rewarded in 365 days.
    pub most_a_year: u32,
}

impl Default for Invite {
    fn default() -> Self {
        Self {
            from: Money::ZERO,
            after_days: 14,
            within_days: 90,
            most_a_year: 12,
        }
    }
}
