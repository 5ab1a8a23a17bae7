//! Spending points: where they come from, and whether they may be spent.

use serde::{Deserialize, Serialize};

use crate::account::{Account, AccountRows};
use crate::ids::GrantId;
use crate::lots;
use crate::money::Money;
use crate::movement::{AccountKind, Outcome, Standing};
use crate::points::Points;
use crate::program::Program;
use crate::receipt::Portion;
use crate::refusal::{Malformed, Refusal};

/// Where points that are spent come from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PointsFrom {
    /// The member's free lots.
    #[default]
    Available,
    /// A device's allowance. A grant that is not there is one with nothing left.
    Grant(GrantId),
}

/// Whether points may be spent, judged by the program alone: at least the minimum, in whole steps, within
/// the share of the bill, no more than `available_now` (of the grant, or of the free lots). Checked in that order.
///
/// `bill` is the sum of the lines after coupons, where the points pay on a purchase. Whether the account is
/// frozen is not known here.
///
/// # Errors
/// The first [`Refusal`] of `below_minimum`, `not_a_step`, `over_share`, `not_enough_points`.
pub fn check_redemption(
    program: &Program,
    points: Points,
    bill: Option<Money>,
    available_now: Points,
) -> Result<(), Refusal> {
    let mut none = Outcome::default();
    check(
        program,
        points,
        bill,
        false,
        available_now,
        Standing::Proposed,
        &mut none,
    )
}

/// The most points that [`check_redemption`] lets through; zero where none can be spent.
#[must_use]
pub fn most_redeemable(program: &Program, bill: Option<Money>, available_now: Points) -> Points {
    let redeem = &program.doc().redeem;
    let mut most = available_now.floor_zero();
    if let Some(bill) = bill {
        most = most.min(
            redeem
                .yuan_per_point
                .most_points_within(redeem.max_share.floor_of(bill)),
        );
    }
    let whole = Points(most.0 - most.0 % redeem.step.0.max(1));
    if whole >= redeem.minimum {
        whole
    } else {
        Points::ZERO
    }
}

/// The amounts of points beside one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Beside {
    /// One step less.
    pub less: Points,
    /// One step more.
    pub more: Points,
}

/// Where one step less and one step more lead from so many points, where [`most_redeemable`] is `most`: to nothing, or
/// to at least the program's minimum, in whole steps.
#[must_use]
pub fn redeemable_beside(program: &Program, points: Points, most: Points) -> Beside {
    let terms = &program.doc().redeem;
    let step = terms.step.0.max(1);
    let whole = Points(terms.minimum.0.max(step).div_euclid(step) * step);
    let least = if whole < terms.minimum {
        Points(whole.0 + step)
    } else {
        whole
    };
    let within = |wanted: Points| {
        if least > most {
            Points::ZERO
        } else {
            wanted.min(most)
        }
    };
    let down = Points(points.0 - step);
    Beside {
        less: if down < least {
            Points::ZERO
        } else {
            within(down)
        },
        more: within(Points(points.0.saturating_add(step)).max(least)),
    }
}

fn check(
    program: &Program,
    points: Points,
    bill: Option<Money>,
    frozen: bool,
    available: Points,
    standing: Standing,
    out: &mut Outcome,
) -> Result<(), Refusal> {
    let redeem = &program.doc().redeem;
    if points < redeem.minimum {
        out.object(standing, Refusal::BelowMinimum)?;
    }
    if points.0 % redeem.step.0.max(1) != 0 {
        out.object(standing, Refusal::NotAStep)?;
    }
    if let Some(bill) = bill
        && redeem.yuan_per_point.worth_of(points) > redeem.max_share.floor_of(bill)
    {
        out.object(standing, Refusal::OverShare)?;
    }
    if frozen {
        out.object(standing, Refusal::Frozen)?;
    }
    if points > available {
        out.object(standing, Refusal::NotEnoughPoints)?;
    }
    Ok(())
}

/// [`check`] for an account and a source. A freeze that came after a grant is no objection to what was spent from it.
pub(crate) fn check_source(
    program: &Program,
    account: &Account,
    points: Points,
    bill: Option<Money>,
    from: &PointsFrom,
    standing: Standing,
    out: &mut Outcome,
) -> Result<(), Refusal> {
    let (available, allowed) = match from {
        PointsFrom::Available => (account.available(), false),
        PointsFrom::Grant(id) => (
            account.grant(id).map_or(Points::ZERO, crate::Grant::left),
            standing == Standing::Happened,
        ),
    };
    check(
        program,
        points,
        bill,
        account.is_frozen() && !allowed,
        available,
        standing,
        out,
    )
}

/// Spends points that were checked; what the source has not is borne by the store.
pub(crate) fn spend(
    rows: &mut AccountRows,
    points: Points,
    from: &PointsFrom,
    out: &mut Outcome,
) -> Vec<Portion> {
    let mut portions = Vec::new();
    let taken = match from {
        PointsFrom::Available => lots::take(
            rows,
            points,
            None,
            &AccountKind::Redeemed,
            out,
            Some(&mut portions),
        ),
        PointsFrom::Grant(id) => lots::draw(rows, id, points, out, &mut portions),
    };
    let lost = points - taken;
    if lost.is_positive() {
        portions.push(Portion {
            lot: None,
            points: lost,
            given_back: Points::ZERO,
        });
        out.loss += lost;
        out.moved(AccountKind::Loss, AccountKind::Redeemed, None, lost);
    }
    out.spent += points;
    portions
}

/// Points that an operation names: zero or more, and no more than one may move.
pub(crate) fn amount(place: &str, points: Points) -> Result<(), Malformed> {
    if points.is_amount() {
        Ok(())
    } else {
        Err(Malformed::new(place, "must be 0 to 1000000000000"))
    }
}
