//! What must hold in every state.

use crate::books::Points;
use crate::centre::{Cause, Row};
use crate::outbox::Outbox;
use crate::settled;
use crate::setup::Setup;
use crate::wire::{MADE_UP, Op, What};
use crate::world::World;

/// A property of a state.
pub type Holds = fn(&Setup, &World) -> bool;

/// All of them, by name.
pub const ALL: &[(&str, Holds)] = &[
    ("I1 the member's points are conserved", conserved),
    (
        "I2 nothing below zero, no debt beside free points",
        not_below_zero,
    ),
    (
        "I3 the counter's books and the centre's agree",
        counters_agree,
    ),
    ("I4 one effect an operation, no gap", one_effect),
    ("I5 no device holds more than its cap", within_cap),
    (
        "I6 loss only after a write-off or fork, within its bound",
        loss_bounded,
    ),
    ("I8 a coupon has one holder and one use", one_coupon),
    ("H no point is redeemed twice", no_point_twice),
    ("R who owes is recalled", debt_recalls),
    (
        "I9 nobody pays for what a device made up but its store",
        made_up_is_the_stores,
    ),
    ("G no generation without a restore", generations_counted),
    ("L no counter is turned away", heard),
    ("Q1 quiet: nothing stranded", settled::nothing_stranded),
    (
        "Q2 quiet: nothing completed is missing",
        settled::nothing_missing,
    ),
    ("Q3 quiet: no debt but by returns", settled::no_unjust_debt),
];

fn conserved(_: &Setup, world: &World) -> bool {
    let books = &world.centre.books;
    let escrow: Points = world.centre.rows.iter().map(Row::outstanding).sum();
    books.earned
        == books.available() + escrow + books.redeemed + books.expired + books.taken_back
            - books.debt
}

fn not_below_zero(_: &Setup, world: &World) -> bool {
    let books = &world.centre.books;
    let held = world.centre.rows.iter().flat_map(|row| row.held);
    let left = world.copies.iter().flat_map(|copy| &copy.allowances);
    held.chain(books.free).all(|points| points >= 0)
        && left.clone().all(|a| a.left >= 0)
        && [books.debt, books.redeemed, books.expired, books.loss]
            .iter()
            .all(|points| *points >= 0)
        && (books.debt == 0 || books.available() == 0)
}

/// Whether nothing happened that makes a counter's disk and the centre disagree for good.
fn plain(world: &World) -> bool {
    let truth = &world.truth;
    let replaced = truth.forks + truth.disk_restores + truth.write_offs + truth.revokes;
    replaced == 0 && !lied_of_what_it_holds(world)
}

/// Whether a device may have told a restored centre less than it holds, by lying in its report: what it spends of the
/// rest is its own store's loss.
const fn lied_of_what_it_holds(world: &World) -> bool {
    world.truth.lies > 0 && world.truth.centre_restores > 0
}

/// Points that stores bear because a device lied: what it made up; and all that it spends, where it lied of what it holds.
fn lied(world: &World) -> Points {
    if !lied_of_what_it_holds(world) {
        return world.truth.made_up;
    }
    let spent = |op: &Op| match op.what {
        What::Spend(_, points) => points,
        _ => 0,
    };
    let own = world.centre.applied.iter().filter(|op| op.device == 0);
    own.map(spent).sum()
}

/// What the operations that the centre does not have yet take out of a grant.
fn unseen(world: &World, copy: &Outbox, row: &Row) -> Points {
    let own = |what| match what {
        What::Spend(g, points) | What::Release(g, points) if g == row.grant => points,
        What::UseCoupon(g) | What::ReleaseCoupon(g) if g == row.grant => 1,
        _ => 0,
    };
    copy.ops
        .iter()
        .filter(|(op, _)| !world.centre.has(op.id))
        .map(|(op, _)| own(op.what))
        .sum()
}

fn counters_agree(_: &Setup, world: &World) -> bool {
    // on a counter, always: no more than was granted
    let granted = world
        .copies
        .iter()
        .flat_map(|copy| &copy.allowances)
        .all(|a| a.coupon || a.left <= a.lots.iter().sum());
    if !granted || !plain(world) || world.centre.recovering() {
        return granted;
    }
    if world.truth.centre_restores > 0
        && world
            .copies
            .iter()
            .any(|copy| copy.generation != world.centre.generation)
    {
        return true;
    }
    world.centre.rows.iter().all(|row| {
        let Some(copy) = world.copies.get(usize::from(row.device)) else {
            return false;
        };
        let outstanding = if row.coupon {
            Points::from(world.centre.coupon.holder == Some(row.grant))
        } else {
            row.outstanding()
        };
        match copy.allowances.iter().find(|a| a.grant == row.grant) {
            // what is to be given back a second time may be another's by now
            Some(a) if row.coupon && world.truth.centre_restores > 0 => {
                (a.left..=a.left + unseen(world, copy, row)).contains(&outstanding)
            }
            Some(a) => outstanding == a.left + unseen(world, copy, row),
            None => {
                outstanding == row.granted.iter().sum::<Points>() + Points::from(row.coupon)
                    && copy.open.map(|(request, _)| request) == Some(row.request)
            }
        }
    }) && world.copies.iter().all(|copy| {
        copy.allowances
            .iter()
            .filter(|a| a.left > 0 && !(a.coupon && coupon_unknown(world)))
            .all(|a| world.centre.rows.iter().any(|row| row.grant == a.grant))
    })
}

/// Whether the centre was put back to before the coupon was given: it knows of none, and its use is the store's loss.
const fn coupon_unknown(world: &World) -> bool {
    world.truth.coupon_given && !world.centre.coupon.exists
}

fn one_effect(_: &Setup, world: &World) -> bool {
    let centre = &world.centre;
    let spent: Points = centre
        .applied
        .iter()
        .map(|op| match op.what {
            What::Spend(_, points) => points,
            _ => 0,
        })
        .sum();
    let coupons = centre
        .applied
        .iter()
        .filter(|op| matches!(op.what, What::UseCoupon(_)))
        .count();
    spent == centre.books.redeemed + centre.books.loss
        && coupons == usize::from(centre.coupon.uses + centre.coupon.losses)
        && centre
            .devices
            .iter()
            .flat_map(|device| &device.chains)
            .all(|chain| {
                let mut prev = None;
                chain.iter().zip(1..).all(|(id, seq)| {
                    let op = centre.applied.iter().find(|op| op.id == *id);
                    let fits = op.is_some_and(|op| op.seq == seq && op.prev == prev);
                    prev = Some(*id);
                    fits
                })
            })
}

/// What is reinstated may pass the cap until the operations that spent it have come again.
/// What a device made up takes nothing from the member: whatever is spent of an allowance that nobody gave is a loss.
fn made_up_is_the_stores(_: &Setup, world: &World) -> bool {
    let centre = &world.centre;
    let made_up: Points = centre
        .applied
        .iter()
        .map(|op| match op.what {
            What::Spend(MADE_UP, points) => points,
            _ => 0,
        })
        .sum();
    centre.books.loss >= made_up && centre.rows.iter().all(|row| row.grant != MADE_UP)
}

fn within_cap(setup: &Setup, world: &World) -> bool {
    world.truth.centre_restores > 0
        || (0..setup.bounds.devices).all(|d| world.centre.escrow(d) <= setup.bounds.cap)
}

fn loss_bounded(_: &Setup, world: &World) -> bool {
    let ends = world.centre.ends.iter();
    let costly = ends.filter(|end| end.cause != Cause::Restored);
    // what was written off before it was reported is not known to the centre
    if world.truth.centre_restores > 0 && world.truth.write_offs + world.truth.revokes > 0 {
        return world.centre.books.loss <= lied(world) || costly.count() > 0;
    }
    let points: Points = costly.clone().map(|end| end.escrow * end.branches).sum();
    let coupons: Points = costly
        .filter(|end| end.coupon)
        .map(|end| end.branches)
        .sum();
    let unknown = Points::from(coupon_unknown(world));
    world.centre.books.loss <= points + lied(world)
        && Points::try_from(world.centre.coupon.losses).unwrap_or(Points::MAX) <= coupons + unknown
}

fn one_coupon(_: &Setup, world: &World) -> bool {
    let coupon = &world.centre.coupon;
    let holders = world
        .copies
        .iter()
        .flat_map(|copy| &copy.allowances)
        .filter(|a| a.coupon && a.left > 0)
        .count();
    coupon.uses <= 1
        && (coupon.uses == 0 || coupon.holder.is_none())
        && (!plain(world) || holders + usize::from(coupon.uses) <= 1)
}

fn no_point_twice(_: &Setup, world: &World) -> bool {
    let truth = &world.truth;
    let member = world.centre.books.redeemed <= truth.earned && world.centre.coupon.uses <= 1;
    // with nothing copied, put back or written off, it holds of the goods themselves
    let goods = !plain(world) || (truth.spent <= truth.earned && truth.coupons <= 1);
    goods && (member || truth.may_be_forgotten())
}

fn debt_recalls(_: &Setup, world: &World) -> bool {
    let centre = &world.centre;
    centre.books.debt == 0
        || centre
            .rows
            .iter()
            .all(|row| row.recalled || row.outstanding() == 0)
}

fn generations_counted(_: &Setup, world: &World) -> bool {
    // a disk that was replaced, or a copy that nobody knows of, may prove more than its device reported
    let truth = &world.truth;
    truth.disk_restores + truth.forks > 0 || world.centre.generation <= 1 + truth.centre_restores
}

fn heard(setup: &Setup, world: &World) -> bool {
    (0u8..).zip(&world.copies).all(|(at, copy)| {
        let device = &world.centre.devices[usize::from(copy.device)];
        let mut centre = world.centre.clone();
        if device.revoked && copy.revoked && !device.quarantined {
            // it only delivers, and that is taken from the first operation on
            let mut ops = copy.waiting();
            if let Some(first) = copy.ops.iter().position(|(op, _)| ops.first() == Some(op)) {
                let epoch = copy.ops[first].0.epoch;
                let all = copy.ops.iter().map(|(op, _)| *op);
                ops = all.filter(|op| op.epoch == epoch).collect();
            }
            let place = (at, copy.device);
            return ops.is_empty() || centre.push(setup, place, copy.generation, &ops).is_some();
        }
        // only a claim of a later epoch could be refused
        copy.epoch <= device.epoch || centre.hello(setup, &copy.hello(at)).is_some()
    })
}
