//! The account of one member: lots, debt, tier, coupons, and what devices hold in escrow.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::coupon::Coupon;
use crate::ids::{BehaviourKind, CouponId, GrantId, LotId, TierId};
use crate::money::Money;
use crate::points::Points;
use crate::refusal::Malformed;

/// Points that came together, with one expiry date. Lots are never merged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lot {
    /// Its number in the account.
    pub id: LotId,
    /// What of it is free to be spent, zero or more; what devices hold of it stands in the grants.
    pub points: Points,
    /// The business date on which it came.
    pub earned: NaiveDate,
    /// Its last day; `None` for never.
    pub expires: Option<NaiveDate>,
}

impl Lot {
    /// Whether its last day lies before `today`.
    #[must_use]
    pub fn has_passed(&self, today: NaiveDate) -> bool {
        self.expires.is_some_and(|last| last < today)
    }

    /// The order of spending: soonest expiry first, never-expiring last, then the oldest.
    #[must_use]
    pub fn spending_order(&self) -> impl Ord + use<> {
        (self.expires.is_none(), self.expires, self.earned, self.id)
    }
}

/// A part of a grant: what is left in it of one lot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// The lot.
    pub lot: LotId,
    /// Points left, zero or more.
    pub points: Points,
}

/// An allowance: points of the member that one device may spend offline.
///
/// What was granted in all = `spent` + `released` + what is left in `held`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// Its id.
    pub id: GrantId,
    /// What is left, by lot.
    pub held: Vec<Held>,
    /// Points spent from it so far.
    pub spent: Points,
    /// Points released from it so far.
    pub released: Points,
}

impl Grant {
    /// What is left to be spent.
    #[must_use]
    pub fn left(&self) -> Points {
        self.held.iter().map(|held| held.points).sum()
    }
}

/// The member's tier.
///
/// The own tier is what spending reached; the floor is what a manager set. Shown, and earned at, is the higher.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TierState {
    /// The own tier; `None` for the program's lowest.
    pub own: Option<TierId>,
    /// When the own tier was last reached: at its upgrade, and anew at each review. `None` for the lowest.
    pub reached: Option<DateTime<Utc>>,
    /// When the own tier is reviewed next. `None` for the lowest.
    pub review: Option<DateTime<Utc>>,
    /// Not below this tier, by hand.
    pub floor: Option<TierId>,
}

/// Net money of the purchases of one instant: paid, less what was refunded of them since.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetPaid {
    /// When the purchases were.
    pub at: DateTime<Utc>,
    /// Paid less refunded, zero or more.
    pub net: Money,
}

/// A valued behaviour of the member, for tiers by growth value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Behaved {
    /// When.
    pub at: DateTime<Utc>,
    /// What kind; what it is worth is the program's to say.
    pub kind: BehaviourKind,
}

/// An account as plain rows, as a database keeps them: the way in and out of [`Account`].
///
/// Not every row need be there. Lots with neither free points nor any in a grant matter only to a return or
/// reversal that gives back into them ([`Receipt::lots`](crate::Receipt::lots),
/// [`Redemption::lots`](crate::Redemption::lots)) and to `unfreeze`, which moves every lot's date;
/// `paid` only back to [`paid_since`](crate::paid_since), coupons only where the purchase names them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AccountRows {
    /// The month of the member's birthday, 1 to 12: all of the birthday that the rules look at.
    pub birth_month: Option<u32>,
    /// The lots, in any order.
    pub lots: Vec<Lot>,
    /// The number that the next lot gets; above every lot's.
    pub next_lot: u64,
    /// Points that wait until the till confirms their sales, zero or more: neither free nor held.
    pub waiting: Points,
    /// Points owed, zero or more; zero where any lot has free points.
    pub debt: Points,
    /// The business date since which the account is frozen.
    pub frozen_since: Option<NaiveDate>,
    /// The tier.
    pub tier: TierState,
    /// Net money of purchases, in any order, at most one entry an instant.
    pub paid: Vec<NetPaid>,
    /// Behaviours as far back as `paid`, in any order; they matter where growth value is the tiers' basis.
    pub behaved: Vec<Behaved>,
    /// The member's coupons.
    pub coupons: Vec<Coupon>,
    /// What devices hold.
    pub grants: Vec<Grant>,
    /// The latest moment that the account was brought to.
    pub as_of: Option<DateTime<Utc>>,
    /// Version of the program that it was brought there under; 0 for none yet.
    pub program: u32,
}

impl Default for AccountRows {
    fn default() -> Self {
        Self {
            birth_month: None,
            lots: Vec::new(),
            next_lot: 1,
            waiting: Points::ZERO,
            debt: Points::ZERO,
            frozen_since: None,
            tier: TierState::default(),
            paid: Vec::new(),
            behaved: Vec::new(),
            coupons: Vec::new(),
            grants: Vec::new(),
            as_of: None,
            program: 0,
        }
    }
}

/// The account of one member, sound at every moment: no lot, debt or grant below zero, debt and free points
/// never both above zero, lots in spending order.
///
/// It changes only through the functions of this crate. In serde it is its [`AccountRows`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "AccountRows", into = "AccountRows")]
pub struct Account {
    rows: AccountRows,
}

impl TryFrom<AccountRows> for Account {
    type Error = Malformed;
    fn try_from(rows: AccountRows) -> Result<Self, Malformed> {
        Self::from_rows(rows)
    }
}

impl From<Account> for AccountRows {
    fn from(account: Account) -> Self {
        account.rows
    }
}

impl Account {
    /// A new member's: nothing in it.
    #[must_use]
    pub fn new(birthday: Option<NaiveDate>) -> Self {
        let birth_month = birthday.map(|day| chrono::Datelike::month(&day));
        Self {
            rows: AccountRows {
                birth_month,
                ..AccountRows::default()
            },
        }
    }

    /// Takes rows as loaded, in any order, and proves them.
    ///
    /// # Errors
    /// The row that cannot be, such as a lot below zero or free points beside debt.
    pub fn from_rows(mut rows: AccountRows) -> Result<Self, Malformed> {
        prove(&rows)?;
        rows.lots.sort_unstable_by_key(Lot::spending_order);
        rows.paid.sort_unstable_by_key(|paid| paid.at);
        Ok(Self { rows })
    }

    /// The rows, lots in spending order.
    #[must_use]
    pub const fn rows(&self) -> &AccountRows {
        &self.rows
    }

    /// The rows, taken out.
    #[must_use]
    pub fn into_rows(self) -> AccountRows {
        self.rows
    }

    /// The month of the member's birthday becomes known, or another.
    pub(crate) fn set_birth_month(&mut self, month: u32) -> Result<(), Malformed> {
        if !(1..=12).contains(&month) {
            return Err(Malformed::new("birth_month", "must be 1 to 12"));
        }
        self.rows_mut().birth_month = Some(month);
        Ok(())
    }

    pub(crate) const fn rows_mut(&mut self) -> &mut AccountRows {
        &mut self.rows
    }

    /// Points free to be spent: the sum of the lots.
    #[must_use]
    pub fn available(&self) -> Points {
        self.rows.lots.iter().map(|lot| lot.points).sum()
    }

    /// Points that devices hold.
    #[must_use]
    pub fn escrow(&self) -> Points {
        self.rows.grants.iter().map(Grant::left).sum()
    }

    /// Points that wait until the till confirms their sales.
    #[must_use]
    pub const fn waiting(&self) -> Points {
        self.rows.waiting
    }

    /// Points owed.
    #[must_use]
    pub const fn debt(&self) -> Points {
        self.rows.debt
    }

    /// Lots + escrow − debt: what waits is not in it.
    #[must_use]
    pub fn balance(&self) -> Points {
        self.available() + self.escrow() - self.rows.debt
    }

    /// Whether nothing expires and nothing can be spent.
    #[must_use]
    pub const fn is_frozen(&self) -> bool {
        self.rows.frozen_since.is_some()
    }

    /// The lots in spending order, empty ones too.
    #[must_use]
    pub fn lots(&self) -> &[Lot] {
        &self.rows.lots
    }

    /// A lot by its number.
    #[must_use]
    pub fn lot(&self, id: LotId) -> Option<&Lot> {
        self.rows.lots.iter().find(|lot| lot.id == id)
    }

    /// A grant by its id.
    #[must_use]
    pub fn grant(&self, id: &GrantId) -> Option<&Grant> {
        self.rows.grants.iter().find(|grant| grant.id == *id)
    }

    /// A coupon by its id.
    #[must_use]
    pub fn coupon(&self, id: &CouponId) -> Option<&Coupon> {
        self.rows.coupons.iter().find(|coupon| coupon.id == *id)
    }
}

fn prove(rows: &AccountRows) -> Result<(), Malformed> {
    let check = |holds: bool, place: &dyn Fn() -> String, reason: &str| {
        if holds {
            Ok(())
        } else {
            Err(Malformed::new(place(), reason))
        }
    };
    check(
        rows.birth_month
            .is_none_or(|month| (1..=12).contains(&month)),
        &|| "birth_month".into(),
        "must be 1 to 12",
    )?;
    check(rows.debt >= Points::ZERO, &|| "debt".into(), "below zero")?;
    check(
        rows.waiting >= Points::ZERO,
        &|| "waiting".into(),
        "below zero",
    )?;
    let mut ids: Vec<LotId> = rows.lots.iter().map(|lot| lot.id).collect();
    ids.sort_unstable();
    for (i, pair) in ids.windows(2).enumerate() {
        check(
            pair[0] != pair[1],
            &|| format!("lots[{i}].id"),
            "two lots of the same number",
        )?;
    }
    check(
        ids.last().is_none_or(|last| last.0 < rows.next_lot),
        &|| "next_lot".into(),
        "not above every lot's number",
    )?;
    let mut free = false;
    for (i, lot) in rows.lots.iter().enumerate() {
        check(
            lot.points >= Points::ZERO,
            &|| format!("lots[{i}].points"),
            "below zero",
        )?;
        free |= lot.points.is_positive();
    }
    check(
        !free || rows.debt.is_zero(),
        &|| "debt".into(),
        "free points and debt at once",
    )?;
    for (i, grant) in rows.grants.iter().enumerate() {
        let place = |what: &str| format!("grants[{i}].{what}");
        check(
            grant.spent >= Points::ZERO,
            &|| place("spent"),
            "below zero",
        )?;
        check(
            grant.released >= Points::ZERO,
            &|| place("released"),
            "below zero",
        )?;
        for held in &grant.held {
            check(held.points >= Points::ZERO, &|| place("held"), "below zero")?;
            let known = held.points.is_zero() || ids.binary_search(&held.lot).is_ok();
            check(known, &|| place("held"), "a lot that is not there")?;
        }
    }
    Ok(())
}
