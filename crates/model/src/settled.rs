//! What must hold where nothing is left to be done: the network is empty, every outbox was answered, and
//! another hello would change nothing.

use crate::books::Points;
use crate::centre::{Cause, Row};
use crate::setup::Setup;
use crate::world::World;

/// Whether all is quiet, but for what a clerk may begin anew.
#[must_use]
pub fn quiet(setup: &Setup, world: &World) -> bool {
    let centre = &world.centre;
    world.wire.is_empty()
        && !centre.recovering()
        && centre.devices.iter().all(|device| !device.quarantined)
        && world.copies.iter().all(|copy| {
            (copy.revoked || copy.open.is_none() && !copy.must_report)
                && copy.loose.is_none()
                && copy.ops.iter().all(|(_, answered)| *answered)
                && !(copy.superseded
                    && setup.rules.superseded_releases
                    && copy
                        .allowances
                        .iter()
                        .any(|a| a.left > 0 && a.epoch == copy.epoch))
        })
        && !recalls_wait(world)
        && hellos_change_nothing(setup, world)
}

/// Whether a counter still holds what the centre asked back.
fn recalls_wait(world: &World) -> bool {
    let held = |row: &Row| {
        let all = world.copies.iter().flat_map(|copy| &copy.allowances);
        all.clone().any(|a| a.grant == row.grant && a.left > 0)
    };
    let recalled = world.centre.rows.iter().filter(|row| row.recalled);
    recalled
        .clone()
        .any(|row| row.outstanding() > 0 && held(row))
}

fn hellos_change_nothing(setup: &Setup, world: &World) -> bool {
    if !setup.bounds.hellos {
        return true;
    }
    (0u8..).zip(&world.copies).all(|(at, copy)| {
        let mut centre = world.centre.clone();
        let mut after = copy.clone();
        let Some(welcome) = centre.hello(setup, &copy.hello(at)) else {
            return true; // it is not listened to, now or ever
        };
        after.welcome(&setup.rules, &welcome, u8::MAX);
        centre == world.centre && after == *copy
    })
}

/// What the centre holds for a device, that device still has; but where its disk was replaced, or a restored
/// centre forgot that it wrote the life off, which only a manager's write-off can free.
pub fn nothing_stranded(setup: &Setup, world: &World) -> bool {
    let centre = &world.centre;
    let alive = |row: &Row| {
        world.copies.iter().any(|copy| {
            let mut own = copy.allowances.iter().filter(|a| a.left > 0);
            copy.epoch == row.epoch && own.any(|a| a.grant == row.grant)
        })
    };
    let current = |row: &Row| {
        world
            .copies
            .iter()
            .any(|copy| (copy.device, copy.epoch) == (row.device, row.epoch) && !copy.superseded)
    };
    let replaced = |row: &Row| {
        centre.ended(row.device, row.epoch, Cause::Restored)
            && (world.truth.disk_restores + world.truth.forks > 0 || world.truth.may_be_forgotten())
            || world.truth.disk_restores > 0 && !current(row)
    };
    let out = |row: &&Row| {
        (row.outstanding() > 0 || centre.coupon.holder == Some(row.grant))
            && (!replaced(row) || alive(row))
    };
    let held = |row: &Row| {
        let out = row.outstanding() + Points::from(row.coupon);
        world.copies.iter().any(|copy| {
            let mut own = copy.allowances.iter();
            copy.device == row.device
                && copy.epoch == row.epoch
                && !copy.superseded
                && own.any(|a| a.grant == row.grant && a.left == out)
        })
    };
    centre.rows.iter().filter(out).all(held) || !quiet(setup, world)
}

/// What a counter completed is never thrown away.
pub fn nothing_missing(setup: &Setup, world: &World) -> bool {
    let all = world.copies.iter().flat_map(|copy| &copy.ops);
    all.clone().all(|(op, _)| world.centre.has(op.id)) || !quiet(setup, world)
}

/// A member owes only what returns took back.
pub fn no_unjust_debt(setup: &Setup, world: &World) -> bool {
    let books = &world.centre.books;
    books.debt <= books.taken_back || world.truth.may_be_forgotten() || !quiet(setup, world)
}
