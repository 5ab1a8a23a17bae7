//! Tiers: reached by net spend or growth value in a window, reviewed on a date, undone by returns, with a
//! floor by hand.
//!
//! Qualifying value at a moment: money paid less money refunded, over the purchases later than that moment
//! minus the window's months and not later than it. The windows are half open, so that a purchase counts
//! exactly once in successive ones. Where the basis is growth value, that money times growth per yuan,
//! floored to two decimals, and what the program says for each behaviour of the same window.
//!
//! Chosen where the rules are silent: time alone never upgrades, though on the last days of a month the window
//! may begin earlier than it did the day before (the next purchase does, whatever it pays); a tier that the
//! program no longer has counts as the lowest until it is reached anew; a return drops a tier only where its
//! purchase lies in the window that reached it, so that a threshold raised since by a new program never drops
//! anyone through an unrelated return; a tier reached by a drop is reviewed a window later, as any.

use chrono::{DateTime, Utc};

use crate::account::{Account, AccountRows, Behaved, NetPaid, TierState};
use crate::ids::{BehaviourKind, TierId};
use crate::money::Money;
use crate::movement::{Outcome, TierCause, TierChange};
use crate::program::{Program, Rank, Tier, TierBasis};
use crate::refusal::Malformed;
use crate::time::Moment;

/// The tier that is shown and earned at: the higher of the own one and the floor.
#[must_use]
pub fn shown_tier<'a>(program: &'a Program, account: &Account) -> &'a TierId {
    &program.tier(shown_rank(program, account.rows())).id
}

/// The qualifying value at a moment: net money paid, or growth value, in the window that ends then.
#[must_use]
pub fn qualifying(program: &Program, account: &Account, moment: DateTime<Utc>) -> Money {
    value(program, account.rows(), moment)
}

/// The moment after which payments still matter to the tier, now or later: load `paid` rows later than it.
///
/// `at` is the time of the operation to come; an earlier one than the account has seen is fine.
#[must_use]
pub fn paid_since(program: &Program, tier: &TierState, at: DateTime<Utc>) -> DateTime<Utc> {
    program.window_start(tier.reached.map_or(at, |reached| reached.min(at)))
}

/// Sets or lifts the floor; the own tier goes its way beneath it.
///
/// # Errors
/// [`Malformed`] where the program has no such tier.
pub fn set_tier(
    program: &Program,
    account: &mut Account,
    floor: Option<TierId>,
) -> Result<Outcome, Malformed> {
    if let Some(id) = &floor
        && program.rank_of(id).is_none()
    {
        return Err(Malformed::new(
            "tier",
            format!("the program has no tier {id:?}", id = id.as_str()),
        ));
    }
    let mut out = Outcome::default();
    changing(
        program,
        account.rows_mut(),
        TierCause::Floor,
        &mut out,
        |rows| rows.tier.floor = floor,
    );
    Ok(out)
}

fn own_rank(program: &Program, rows: &AccountRows) -> Rank {
    rows.tier
        .own
        .as_ref()
        .and_then(|id| program.rank_of(id))
        .unwrap_or(Rank::LOWEST)
}

pub(crate) fn shown_rank(program: &Program, rows: &AccountRows) -> Rank {
    let floor = rows
        .tier
        .floor
        .as_ref()
        .and_then(|id| program.rank_of(id))
        .unwrap_or(Rank::LOWEST);
    own_rank(program, rows).max(floor)
}

fn value(program: &Program, rows: &AccountRows, moment: DateTime<Utc>) -> Money {
    let growth = program.doc().tier_basis == TierBasis::Growth;
    if rows.paid.is_empty() && (!growth || rows.behaved.is_empty()) {
        return Money::ZERO;
    }
    let after = program.window_start(moment);
    let paid: Money = rows
        .paid
        .iter()
        .rev()
        .skip_while(|p| p.at > moment)
        .take_while(|p| p.at > after)
        .map(|p| p.net)
        .sum();
    if !growth {
        return paid;
    }
    let kinds = &program.doc().behaviours;
    let behaved: Money = rows
        .behaved
        .iter()
        .filter(|b| b.at > after && b.at <= moment)
        .filter_map(|b| kinds.get(&b.kind))
        .map(|b| b.growth)
        .sum();
    program.doc().growth.per_yuan.floor_of(paid) + behaved
}

/// The way to the next tier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NextTier<'a> {
    /// The tier above the one that is shown.
    pub tier: &'a Tier,
    /// Qualifying value that is missing; zero or more.
    pub missing: Money,
    /// Yuan that would bring it; `None` where spend brings no growth value.
    pub spend: Option<Money>,
}

/// How far it is from a shown tier with a qualifying value to the next; `None` from the highest, and from a
/// tier that the program does not have.
#[must_use]
pub fn next_tier<'a>(program: &'a Program, shown: &TierId, value: Money) -> Option<NextTier<'a>> {
    let above = program.rank_of(shown)?.above();
    if above > program.top() {
        return None;
    }
    let tier = program.tier(above);
    let missing = (tier.from - value).max(Money::ZERO);
    let spend = match program.doc().tier_basis {
        TierBasis::Spend => Some(missing),
        TierBasis::Growth => program.doc().growth.per_yuan.money_for(missing),
    };
    Some(NextTier {
        tier,
        missing,
        spend,
    })
}

/// Counts a behaviour, and upgrades at once where it qualifies.
pub(crate) fn behaved(
    program: &Program,
    rows: &mut AccountRows,
    now: &Moment,
    kind: &BehaviourKind,
    out: &mut Outcome,
) {
    rows.behaved.push(Behaved {
        at: now.at(),
        kind: kind.clone(),
    });
    if program.doc().tier_basis == TierBasis::Growth {
        upgrade(program, rows, now, out);
    }
}

/// Does a change, and lists it where another tier is shown then.
fn changing(
    program: &Program,
    rows: &mut AccountRows,
    cause: TierCause,
    out: &mut Outcome,
    change: impl FnOnce(&mut AccountRows),
) {
    let before = shown_rank(program, rows);
    change(rows);
    let after = shown_rank(program, rows);
    if before != after {
        let id = |rank| program.tier(rank).id.clone();
        out.tiers.push(TierChange {
            from: id(before),
            to: id(after),
            cause,
        });
    }
}

/// The own tier is reached, anew or another, at a moment.
fn reach(
    program: &Program,
    rows: &mut AccountRows,
    rank: Rank,
    moment: DateTime<Utc>,
    cause: TierCause,
    out: &mut Outcome,
) {
    changing(program, rows, cause, out, |rows| {
        if rank == Rank::LOWEST {
            (rows.tier.own, rows.tier.reached, rows.tier.review) = (None, None, None);
        } else {
            rows.tier.own = Some(program.tier(rank).id.clone());
            rows.tier.reached = Some(moment);
            rows.tier.review = Some(program.window_end(moment));
        }
    });
}

/// Counts a purchase's payment, which may be nothing, and upgrades at once where the value qualifies.
pub(crate) fn paid(
    program: &Program,
    rows: &mut AccountRows,
    now: &Moment,
    pay: Money,
    out: &mut Outcome,
) {
    if !pay.is_zero() {
        count(rows, now.at(), pay);
    }
    upgrade(program, rows, now, out);
}

/// Counts what was paid at an earlier moment and counted for no tier so far, and upgrades at once where the value
/// qualifies.
pub(crate) fn counts_now(
    program: &Program,
    rows: &mut AccountRows,
    now: &Moment,
    bought: DateTime<Utc>,
    pay: Money,
    out: &mut Outcome,
) {
    if !pay.is_zero() {
        count(rows, bought, pay);
        upgrade(program, rows, now, out);
    }
}

fn count(rows: &mut AccountRows, at: DateTime<Utc>, pay: Money) {
    match rows.paid.last_mut() {
        Some(last) if last.at == at => last.net += pay,
        Some(last) if last.at > at => match rows.paid.binary_search_by_key(&at, |p| p.at) {
            Ok(i) => rows.paid[i].net += pay,
            Err(i) => rows.paid.insert(i, NetPaid { at, net: pay }),
        },
        _ => rows.paid.push(NetPaid { at, net: pay }),
    }
}

pub(crate) fn upgrade(program: &Program, rows: &mut AccountRows, now: &Moment, out: &mut Outcome) {
    let own = own_rank(program, rows);
    if own == program.top() {
        return;
    }
    let reached = program.rank_for(value(program, rows, now.clock()));
    if reached > own {
        reach(program, rows, reached, now.clock(), TierCause::Upgrade, out);
    }
}

/// Every review that is due, in order: the tier becomes what the value at that moment gives.
pub(crate) fn review(program: &Program, rows: &mut AccountRows, now: &Moment, out: &mut Outcome) {
    while let Some(moment) = rows.tier.review.filter(|review| *review <= now.clock()) {
        let rank = program.rank_for(value(program, rows, moment));
        reach(program, rows, rank, moment, TierCause::Review, out);
        if rows.tier.review.is_some_and(|next| next <= moment) {
            break; // the end of the calendar
        }
    }
}

/// Takes a refund off its purchase, and drops the tier at once where that undoes the qualification.
pub(crate) fn refunded(
    program: &Program,
    rows: &mut AccountRows,
    now: &Moment,
    bought: DateTime<Utc>,
    refund: Money,
    out: &mut Outcome,
) {
    if refund.is_zero() {
        return;
    }
    let Ok(i) = rows.paid.binary_search_by_key(&bought, |p| p.at) else {
        return; // before every window that matters, and not loaded
    };
    rows.paid[i].net = (rows.paid[i].net - refund).max(Money::ZERO);
    let Some(reached) = rows.tier.reached else {
        return;
    };
    if bought > reached || bought <= program.window_start(reached) {
        return;
    }
    let own = own_rank(program, rows);
    if own > Rank::LOWEST && value(program, rows, reached) < program.tier(own).from {
        let rank = program.rank_for(value(program, rows, now.clock()));
        reach(program, rows, rank, now.clock(), TierCause::Return, out);
    }
}
