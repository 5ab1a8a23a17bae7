//! What of her points may be spent here, and out of what.

use super::state::Books;
use loyalty::deed::Source;
use loyalty::{Account, Grant, GrantId, Money, Points};

/// The allowance that stands in a quote for what the centre would add.
const ADDED: &str = "added";

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

    /// Her account with all that is to be spent in allowances, and these: this counter's, then one of what the centre
    /// would add to them.
    pub(super) fn to_spend(&self, points: Points) -> (Account, Source) {
        let mut account = self.account.clone();
        if !points.is_positive() {
            return (account, Source::Available);
        }
        let mut open = points;
        let mut got = Points::ZERO;
        let mut parts = Vec::new();
        for grant in &self.grants {
            let part = grant.usable.min(open);
            if part.is_positive() {
                let id = GrantId::from(grant.id.as_str());
                got += part.min(account.grant(&id).map_or(Points::ZERO, Grant::left));
                parts.push((id, part));
                open -= part;
            }
        }
        let missing = points.min(self.usable_online().max(got)) - got;
        if missing.is_positive() {
            let id = GrantId::from(ADDED);
            let now = loyalty::advance(self.program(), &mut account, self.now).now;
            // an amount that may be moved, or there is nothing to move
            let _ = loyalty::grant(&mut account, &now, &id, missing);
            parts.push((id, missing));
        }
        (account, Source::Allowances(parts))
    }
}
