//! What became of an account's rows, for a database that writes only what changed.

use crate::account::{Account, AccountRows, Grant, Lot};
use crate::coupon::Coupon;

/// The rows of an account that are new or different.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changes<'a> {
    /// Lots that are new, or whose points or dates changed.
    pub lots: Vec<&'a Lot>,
    /// Grants that are new or changed.
    pub grants: Vec<&'a Grant>,
    /// Coupons that are new, used or given back.
    pub coupons: Vec<&'a Coupon>,
    /// Whether anything else changed: debt, tier, freeze, the next lot's number, the moment it was brought to.
    /// (`paid` is the receipts' and not looked at.)
    pub head: bool,
}

impl Account {
    /// What changed since `before`, an earlier state of this account. Rows never go away.
    #[must_use]
    pub fn changes_since<'a>(&'a self, before: &AccountRows) -> Changes<'a> {
        let now = self.rows();
        // rows keep their order but for extended and thawed lots, so that a search mostly hits at once
        let changed = |i: usize, lot: &Lot| {
            before.lots.get(i) != Some(lot)
                && before.lots.iter().find(|l| l.id == lot.id) != Some(lot)
        };
        Changes {
            lots: now
                .lots
                .iter()
                .enumerate()
                .filter(|(i, lot)| changed(*i, lot))
                .map(|(_, lot)| lot)
                .collect(),
            grants: fresh(&now.grants, &before.grants, |a, b| a.id == b.id),
            coupons: fresh(&now.coupons, &before.coupons, |a, b| a.id == b.id),
            head: now.debt != before.debt
                || now.tier != before.tier
                || now.frozen_since != before.frozen_since
                || now.next_lot != before.next_lot
                || now.as_of != before.as_of
                || now.birth_month != before.birth_month,
        }
    }
}

fn fresh<'a, T: PartialEq>(
    now: &'a [T],
    before: &[T],
    same: impl Fn(&T, &T) -> bool,
) -> Vec<&'a T> {
    now.iter()
        .filter(|row| before.iter().find(|old| same(old, row)) != Some(*row))
        .collect()
}
