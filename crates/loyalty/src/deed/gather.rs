//! Spending from several grants at once.
//!
//! A purchase and a redemption spend from one [grant](crate::PointsFrom::Grant); a counter may have spent
//! from several. What each can give of its part is gathered under one id for the length of the operation;
//! what none of them can give is then missing there, and is booked as the store's loss.

use crate::account::{Account, AccountRows, Grant, Held};
use crate::ids::GrantId;
use crate::points::Points;

/// Gathers `total` points from several grants, each in the spending order of its lots, into one of this id,
/// which no grant of the account has. A grant that is not there gives nothing.
pub(super) fn gather(
    account: &mut Account,
    into: &GrantId,
    parts: &[(GrantId, Points)],
    total: Points,
) {
    let AccountRows { lots, grants, .. } = account.rows_mut();
    let mut open = total;
    let mut held: Vec<Held> = Vec::new();
    for (id, points) in parts {
        let Some(grant) = grants.iter_mut().find(|g| g.id == *id) else {
            continue;
        };
        let mut missing = (*points).min(open);
        for lot in lots.iter() {
            let Some(part) = grant.held.iter_mut().find(|h| h.lot == lot.id) else {
                continue;
            };
            let taken = part.points.min(missing);
            if !taken.is_positive() {
                continue;
            }
            part.points -= taken;
            missing -= taken;
            open -= taken;
            grant.spent += taken;
            match held.iter_mut().find(|h| h.lot == lot.id) {
                Some(h) => h.points += taken,
                None => held.push(Held {
                    lot: lot.id,
                    points: taken,
                }),
            }
        }
        grant.held.retain(|h| h.points.is_positive());
    }
    grants.push(Grant {
        id: into.clone(),
        held,
        spent: Points::ZERO,
        released: Points::ZERO,
    });
}

/// Ends what [`gather`] began: its grant is spent whole by then and goes.
pub(super) fn scatter(account: &mut Account, gathered: &GrantId) {
    account
        .rows_mut()
        .grants
        .retain(|grant| grant.id != *gathered);
}

#[cfg(test)]
#[path = "gather_tests.rs"]
mod tests;
