//! Allowances: points that a device holds to spend offline.
//!
//! What a device holds stays the member's, but is out of every other's reach: it does not expire, no
//! return takes it back, and whatever the device spends of it is good, whatever date, tier, freeze or
//! program has come since. Only a release brings it back, which settles debt first.
//!
//! Chosen where the rules are silent: a frozen account gives no grants; a release of a part gives back
//! what would be spent last, so that what expires soonest is still spent first.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::account::{Account, AccountRows, Grant, Held};
use crate::ids::{GrantId, LotId};
use crate::lots;
use crate::money::Money;
use crate::movement::{AccountKind, Outcome};
use crate::points::Points;
use crate::program::Program;
use crate::receipt::Portion;
use crate::refusal::{Error, Malformed, Refusal};
use crate::spend;
use crate::time::Moment;

/// A part of what was granted, of one lot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantedPortion {
    /// The lot.
    pub lot: LotId,
    /// How many; above zero.
    pub points: Points,
    /// The lot's last day now; for the screen, as what a device holds does not expire.
    pub expires: Option<NaiveDate>,
}

/// Points that were granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Granted {
    /// How many in all: what was wanted, or what was there.
    pub points: Points,
    /// Of which lots, in spending order.
    pub portions: Vec<GrantedPortion>,
    /// What it did.
    pub outcome: Outcome,
}

/// Points spent from a grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawn {
    /// Of which lots, in the order in which they were spent.
    pub portions: Vec<Portion>,
    /// What it did.
    pub outcome: Outcome,
}

/// What a device holds already, for the caps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DeviceHolds {
    /// Of this member.
    pub of_member: Points,
    /// Of all members together.
    pub in_all: Points,
}

/// Moves up to `want` points from free lots, in spending order, into a grant; never more than there is, and
/// nothing while frozen. A grant of that id which is there already is added to.
///
/// # Errors
/// [`Malformed`](crate::Malformed) for points below zero or above 10¹².
pub fn grant(
    account: &mut Account,
    _now: &Moment,
    id: &GrantId,
    want: Points,
) -> Result<Granted, Error> {
    spend::amount("points", want)?;
    let mut outcome = Outcome::default();
    let mut taken = Vec::new();
    let rows = account.rows_mut();
    if rows.frozen_since.is_none() {
        lots::take(
            rows,
            want,
            None,
            &AccountKind::Escrow(id.clone()),
            &mut outcome,
            Some(&mut taken),
        );
    }
    let mut portions = Vec::with_capacity(taken.len());
    for Portion { lot, points, .. } in taken {
        let Some(lot) = lot else { continue };
        let expires = rows
            .lots
            .iter()
            .find(|l| l.id == lot)
            .and_then(|l| l.expires);
        portions.push(GrantedPortion {
            lot,
            points,
            expires,
        });
        hold(rows, id, lot, points);
    }
    Ok(Granted {
        points: portions.iter().map(|portion| portion.points).sum(),
        portions,
        outcome,
    })
}

fn hold(rows: &mut AccountRows, id: &GrantId, lot: LotId, points: Points) {
    let place = rows
        .grants
        .iter()
        .position(|grant| grant.id == *id)
        .unwrap_or_else(|| {
            rows.grants.push(Grant {
                id: id.clone(),
                held: Vec::new(),
                spent: Points::ZERO,
                released: Points::ZERO,
            });
            rows.grants.len() - 1
        });
    let held = &mut rows.grants[place].held;
    match held.iter_mut().find(|held| held.lot == lot) {
        Some(held) => held.points += points,
        None => held.push(Held { lot, points }),
    }
}

/// Spends points of a grant, soonest expiry first. Within what is left of the grant it is never refused.
///
/// A purchase and a redemption do this by themselves where their points come
/// [from a grant](crate::PointsFrom::Grant); this is the bare step.
///
/// # Errors
/// [`Refusal::NotEnoughPoints`] beyond what is left of the grant; [`Malformed`](crate::Malformed) for points
/// below zero or above 10¹². Nothing is changed then.
pub fn spend_granted(account: &mut Account, id: &GrantId, points: Points) -> Result<Drawn, Error> {
    spend::amount("points", points)?;
    if points > account.grant(id).map_or(Points::ZERO, Grant::left) {
        return Err(Refusal::NotEnoughPoints.into());
    }
    let mut outcome = Outcome::default();
    let mut portions = Vec::new();
    outcome.spent = lots::draw(account.rows_mut(), id, points, &mut outcome, &mut portions);
    Ok(Drawn { portions, outcome })
}

/// Gives back points of a grant: debt first, then into the lots that they came from; those whose date has
/// passed expire (not while frozen). All of it is `account.grant(id).left()`; a write-off does the same.
///
/// # Errors
/// [`Refusal::NotEnoughPoints`] beyond what is left of the grant; [`Malformed`](crate::Malformed) for points
/// below zero or above 10¹². Nothing is changed then.
pub fn release(
    account: &mut Account,
    now: &Moment,
    id: &GrantId,
    points: Points,
) -> Result<Outcome, Error> {
    spend::amount("points", points)?;
    if points > account.grant(id).map_or(Points::ZERO, Grant::left) {
        return Err(Refusal::NotEnoughPoints.into());
    }
    let mut out = Outcome::default();
    let rows = account.rows_mut();
    let mut missing = points;
    let mut back = Vec::new();
    let AccountRows { lots, grants, .. } = rows;
    if let Some(grant) = grants.iter_mut().find(|grant| grant.id == *id) {
        for lot in lots.iter().rev() {
            let Some(held) = grant.held.iter_mut().find(|held| held.lot == lot.id) else {
                continue;
            };
            let part = held.points.min(missing);
            held.points -= part;
            missing -= part;
            if part.is_positive() {
                back.push((lot.id, part));
            }
        }
        grant.held.retain(|held| held.points.is_positive());
        grant.released += points - missing;
    }
    for (lot, part) in back {
        lots::put_back(rows, now, id, lot, part, &mut out);
    }
    Ok(out)
}

/// Sets a grant up again that the books have forgotten, as after a restore from a backup: a device holds
/// it, so it is good in full. Its points come from free lots of the dates that the device was told, then from
/// others in spending order. Where these are short the
/// member owes the rest, in a lot with the date that the device was told: what brought those points is not
/// in the books again yet, and settles the debt when it is. How many points made a debt.
///
/// # Errors
/// [`Malformed`](crate::Malformed) for points of a portion that are not above zero or above 10¹², and for a
/// grant of that id which is there already. Nothing is changed then.
pub fn reinstate(
    account: &mut Account,
    now: &Moment,
    id: &GrantId,
    portions: &[(Points, Option<NaiveDate>)],
) -> Result<(Points, Outcome), Error> {
    for (points, _) in portions {
        spend::amount("points", *points)?;
    }
    if account.grant(id).is_some() {
        return Err(Malformed::new("grant", "is there already").into());
    }
    let mut out = Outcome::default();
    let mut owed = Points::ZERO;
    let rows = account.rows_mut();
    let escrow = AccountKind::Escrow(id.clone());
    for &(points, expires) in portions {
        let mut taken = Vec::new();
        // of the date that the device was told, where there are such
        let of_that_date: Vec<(LotId, Points)> = rows
            .lots
            .iter()
            .filter(|lot| lot.expires == expires && lot.points.is_positive())
            .map(|lot| (lot.id, lot.points))
            .collect();
        let mut got = Points::ZERO;
        for (lot, there) in of_that_date {
            let want = there.min(points - got);
            got += lots::take(rows, want, Some(lot), &escrow, &mut out, Some(&mut taken));
        }
        let rest = points - got;
        got += lots::take(rows, rest, None, &escrow, &mut out, Some(&mut taken));
        for Portion { lot, points, .. } in taken {
            if let Some(lot) = lot {
                hold(rows, id, lot, points);
            }
        }
        let missing = points - got;
        if missing.is_positive() {
            let lot = lots::open(rows, Points::ZERO, now.today(), expires);
            rows.debt += missing;
            owed += missing;
            out.moved(AccountKind::Debt, escrow.clone(), Some(lot), missing);
            hold(rows, id, lot, missing);
        }
    }
    Ok((owed, out))
}

/// The most points that a device may be granted of this member now: within the member's cap over all
/// devices, the device's cap over all members, and what is free; none while frozen.
#[must_use]
pub fn grant_limit(program: &Program, account: &Account, device: DeviceHolds) -> Points {
    if account.is_frozen() {
        return Points::ZERO;
    }
    let caps = &program.doc().allowance;
    (caps.member_cap - account.escrow())
        .min(caps.device_cap - device.in_all)
        .min(account.available())
        .floor_zero()
}

/// Until when a counter that was in contact at a moment may stay silent and go on spending; `None` beyond
/// the calendar.
#[must_use]
pub fn lease_end(program: &Program, heard: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let lease = Duration::hours(i64::from(program.doc().allowance.lease_hours));
    heard.checked_add_signed(lease)
}

/// How many points to grant ahead of time to one checkout counter of the member's store: the store's share
/// of the balance, split evenly over its checkout counters and floored, less what this device already holds
/// of the member, within [`grant_limit`]. None where the store has no checkout counter.
#[must_use]
pub fn ahead_of_time_share(
    program: &Program,
    account: &Account,
    checkout_counters: u32,
    device: DeviceHolds,
) -> Points {
    if checkout_counters == 0 {
        return Points::ZERO;
    }
    // the share of a whole number is floored as an amount of fen is
    let share = program
        .doc()
        .allowance
        .store_share
        .floor_of(Money::from_fen(account.balance().floor_zero().0));
    let each = Points(share.fen() / i64::from(checkout_counters));
    (each - device.of_member)
        .floor_zero()
        .min(grant_limit(program, account, device))
}
