//! What of her points may be spent here, and out of what.

use super::Books;
use loyalty::{Account, GrantId, Money, Points, PointsFrom};

/// The grant under which a quote gathers what it would spend.
const QUOTED: &str = "quoted";

/// The amounts of points beside one.
pub(crate) struct Steps {
    pub(crate) less: Points,
    pub(crate) more: Points,
}

impl Books {
    /// What this counter's allowances hold now, as far as they may be spent.
    pub(crate) fn usable_here(&self) -> Points {
        self.grants.iter().map(|g| g.usable).sum()
    }

    /// What could be spent with the network: what is here, and what the centre has free for her. Points that
    /// came by operations which are not confirmed are not among them.
    pub(crate) fn usable_online(&self) -> Points {
        if self.account.is_frozen() {
            return Points::ZERO;
        }
        let free = self.confirmed.available() + self.usable_here();
        free.min(self.account.balance() - self.unconfirmed())
            .floor_zero()
    }

    /// The most points that may pay part of a bill, coupons taken off, out of so many.
    pub(crate) fn most(&self, bill: Money, spendable: Points) -> Points {
        loyalty::most_redeemable(self.program(), Some(bill), spendable.floor_zero())
    }

    /// Where one step less and one step more lead from so many points, where at most `most` may be used: to nothing,
    /// or to at least the program's minimum, in whole steps.
    pub(crate) fn steps(&self, points: Points, most: Points) -> Steps {
        let terms = &self.program().doc().redeem;
        let step = terms.step.0.max(1);
        let least = Points(terms.minimum.0.max(step).div_euclid(step) * step);
        let least = if least < terms.minimum {
            Points(least.0 + step)
        } else {
            least
        };
        let fits = |wanted: Points| {
            if least > most {
                Points::ZERO
            } else {
                wanted.min(most)
            }
        };
        let down = Points(points.0 - step);
        Steps {
            less: if down < least {
                Points::ZERO
            } else {
                fits(down)
            },
            more: fits(Points(points.0.saturating_add(step)).max(least)),
        }
    }

    /// Her account with what is to be spent in one grant: out of this counter's allowances, then out of what
    /// the centre would add to them.
    pub(super) fn to_spend(&self, points: Points) -> (Account, PointsFrom) {
        let mut account = self.account.clone();
        if !points.is_positive() {
            return (account, PointsFrom::default());
        }
        let mut open = points;
        let mut parts = Vec::new();
        for grant in &self.grants {
            let part = grant.usable.min(open);
            if part.is_positive() {
                parts.push((GrantId::from(grant.id.as_str()), part));
                open -= part;
            }
        }
        let id = GrantId::from(QUOTED);
        loyalty::gather(&mut account, &id, &parts, points);
        let got = account
            .grant(&id)
            .map_or(Points::ZERO, loyalty::Grant::left);
        let missing = points.min(self.usable_online().max(got)) - got;
        if missing.is_positive() {
            let now = loyalty::advance(self.program(), &mut account, self.now).now;
            // an amount that may be moved, or there is nothing to move
            let _ = loyalty::grant(&mut account, &now, &id, missing);
        }
        (account, PointsFrom::Grant(id))
    }
}
