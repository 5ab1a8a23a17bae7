//! The few ways in which points move in and out of lots. All others are made of these.

use chrono::NaiveDate;

use crate::account::{AccountRows, Lot};
use crate::ids::{GrantId, LotId};
use crate::movement::{AccountKind, Outcome};
use crate::points::Points;
use crate::program::Program;
use crate::receipt::Portion;
use crate::time::Moment;

/// Settles debt out of `points` from a source; what is left of them.
fn settle(
    rows: &mut AccountRows,
    from: &AccountKind,
    lot: Option<LotId>,
    points: Points,
    out: &mut Outcome,
) -> Points {
    let settled = points.min(rows.debt);
    if settled.is_positive() {
        rows.debt -= settled;
        out.moved(from.clone(), AccountKind::Debt, lot, settled);
    }
    points - settled
}

/// Opens a lot, in its place in the order of spending.
pub(crate) fn open(
    rows: &mut AccountRows,
    points: Points,
    earned: NaiveDate,
    expires: Option<NaiveDate>,
) -> LotId {
    let id = LotId(rows.next_lot);
    rows.next_lot += 1;
    let lot = Lot {
        id,
        points,
        earned,
        expires,
    };
    let order = lot.spending_order();
    let place = match rows.lots.last() {
        Some(last) if last.spending_order() > order => {
            rows.lots.partition_point(|l| l.spending_order() < order)
        }
        _ => rows.lots.len(),
    };
    rows.lots.insert(place, lot);
    id
}

/// Adds new points: debt first, the rest as a lot of their own. The lot, where there is a rest.
pub(crate) fn credit(
    rows: &mut AccountRows,
    from: &AccountKind,
    points: Points,
    earned: NaiveDate,
    expires: Option<NaiveDate>,
    out: &mut Outcome,
) -> Option<LotId> {
    let rest = settle(rows, from, None, points, out);
    rest.is_positive().then(|| {
        let id = open(rows, rest, earned, expires);
        out.moved(from.clone(), AccountKind::Available, Some(id), rest);
        id
    })
}

/// Takes up to `points` out of free lots, `first` before the others in spending order. What was taken.
pub(crate) fn take(
    rows: &mut AccountRows,
    points: Points,
    first: Option<LotId>,
    to: &AccountKind,
    out: &mut Outcome,
    mut portions: Option<&mut Vec<Portion>>,
) -> Points {
    let mut missing = points;
    let mut draw = |lot: &mut Lot, missing: &mut Points| {
        let part = lot.points.min(*missing);
        if part.is_positive() {
            lot.points -= part;
            *missing -= part;
            out.moved(AccountKind::Available, to.clone(), Some(lot.id), part);
            if let Some(portions) = portions.as_deref_mut() {
                portions.push(Portion {
                    lot: Some(lot.id),
                    points: part,
                    given_back: Points::ZERO,
                });
            }
        }
    };
    if let Some(own) = first
        && let Some(lot) = rows.lots.iter_mut().find(|lot| lot.id == own)
    {
        draw(lot, &mut missing);
    }
    for lot in &mut rows.lots {
        if missing.is_zero() {
            break;
        }
        draw(lot, &mut missing);
    }
    points - missing
}

/// Takes `points` out of free lots and what is missing as debt.
pub(crate) fn take_or_owe(
    rows: &mut AccountRows,
    points: Points,
    first: Option<LotId>,
    to: &AccountKind,
    out: &mut Outcome,
) {
    let owed = points - take(rows, points, first, to, out, None);
    rows.debt += owed;
    out.moved(AccountKind::Debt, to.clone(), None, owed);
}

/// Takes up to `points` out of a grant, in spending order of its lots. What was taken.
pub(crate) fn draw(
    rows: &mut AccountRows,
    grant: &GrantId,
    points: Points,
    out: &mut Outcome,
    portions: &mut Vec<Portion>,
) -> Points {
    let AccountRows { lots, grants, .. } = rows;
    let Some(grant) = grants.iter_mut().find(|g| g.id == *grant) else {
        return Points::ZERO;
    };
    let mut missing = points;
    for lot in lots.iter() {
        let Some(held) = grant.held.iter_mut().find(|held| held.lot == lot.id) else {
            continue;
        };
        let part = held.points.min(missing);
        if part.is_positive() {
            held.points -= part;
            missing -= part;
            out.moved(
                AccountKind::Escrow(grant.id.clone()),
                AccountKind::Redeemed,
                Some(lot.id),
                part,
            );
            portions.push(Portion {
                lot: Some(lot.id),
                points: part,
                given_back: Points::ZERO,
            });
        }
    }
    grant.held.retain(|held| held.points.is_positive());
    grant.spent += points - missing;
    points - missing
}

/// Gives spent points back: portion by portion, last spent first, into the lots that they came from, debt
/// first; where a lot's date has passed they get a lot of their own, with the program's grace.
pub(crate) fn give_back(
    program: &Program,
    rows: &mut AccountRows,
    now: &Moment,
    portions: &mut [Portion],
    points: Points,
    out: &mut Outcome,
) {
    let mut missing = points;
    for portion in portions.iter_mut().rev() {
        let part = (portion.points - portion.given_back).min(missing);
        if !part.is_positive() {
            continue;
        }
        portion.given_back += part;
        missing -= part;
        let Some(id) = portion.lot else {
            out.loss -= part;
            out.moved(AccountKind::Redeemed, AccountKind::Loss, None, part);
            continue;
        };
        out.given_back += part;
        let rest = settle(rows, &AccountKind::Redeemed, None, part, out);
        if rest.is_zero() {
            continue;
        }
        let id = match rows
            .lots
            .iter_mut()
            .find(|lot| lot.id == id && !lot.has_passed(now.today()))
        {
            Some(lot) => {
                lot.points += rest;
                id
            }
            None => open(
                rows,
                rest,
                now.today(),
                Some(program.grace_expiry(now.today())),
            ),
        };
        out.moved(
            AccountKind::Redeemed,
            AccountKind::Available,
            Some(id),
            rest,
        );
    }
}

/// Puts released points back into their lot: debt first; what has passed expires.
pub(crate) fn put_back(
    rows: &mut AccountRows,
    now: &Moment,
    grant: &GrantId,
    lot: LotId,
    points: Points,
    out: &mut Outcome,
) {
    let from = AccountKind::Escrow(grant.clone());
    let rest = settle(rows, &from, Some(lot), points, out);
    let frozen = rows.frozen_since.is_some();
    match rows
        .lots
        .iter_mut()
        .find(|l| l.id == lot && (frozen || !l.has_passed(now.today())))
    {
        Some(found) => {
            found.points += rest;
            out.moved(from, AccountKind::Available, Some(lot), rest);
        }
        None => {
            out.expired += rest;
            out.moved(from, AccountKind::Expired, Some(lot), rest);
        }
    }
}

/// Puts points into a lot that is there, debt first.
pub(crate) fn bring_back(
    rows: &mut AccountRows,
    lot: LotId,
    points: Points,
    from: &AccountKind,
    out: &mut Outcome,
) {
    let rest = settle(rows, from, Some(lot), points, out);
    if let Some(found) = rows.lots.iter_mut().find(|l| l.id == lot) {
        found.points += rest;
        out.moved(from.clone(), AccountKind::Available, Some(lot), rest);
    }
}

/// Puts the lots into spending order again, after their dates have moved.
pub(crate) fn reorder(rows: &mut AccountRows) {
    rows.lots.sort_unstable_by_key(Lot::spending_order);
}
