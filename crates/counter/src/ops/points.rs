//! A member's points: what the centre has on record, and what this counter did since.

use crate::books::Books;
use crate::view::{Expiring, ExpiryWarning, PointsView};
use chrono::NaiveDate;
use loyalty::{Points, Program};
use protocol::entity::Member;

impl Books {
    /// Points of the member whose books these are.
    pub(crate) fn points(&self, member: &Member) -> PointsView {
        let usable = self.usable_here();
        let used_here = self.pending.spent;
        let today = self.program().business_date(self.now());
        let dated = self.dated();
        // nothing expires while they are frozen
        let warned = (!self.frozen()).then_some(&dated);
        PointsView {
            confirmed: self.confirmed().balance(),
            as_of: member.as_of.into(),
            pending_earned: self.pending.up,
            pending_spent: self.pending.down,
            offline_usable: usable,
            set_aside_here: usable + used_here,
            used_here,
            once_confirmed: self.balance(),
            online_usable: self.usable_online(),
            debt: self.confirmed().debt(),
            waiting: self.account().waiting(),
            frozen: self.frozen(),
            expiring: expiring(&dated, today),
            warning: warned.and_then(|dated| warning(self.program(), dated, today)),
        }
    }

    /// What is there to be redeemed, with the network and nothing held elsewhere.
    pub(crate) fn there(&self) -> Points {
        (self.balance() - self.unconfirmed())
            .min(self.confirmed().balance())
            .floor_zero()
    }
}

/// Points by their last day.
type Dated = [(Points, Option<NaiveDate>)];

/// The points that expire on the next date that any do.
fn expiring(dated: &Dated, today: NaiveDate) -> Option<Expiring> {
    let next = dated.iter().filter_map(|(_, last)| *last);
    let date = next.filter(|last| *last >= today).min()?;
    let then = dated.iter().filter(|(_, last)| *last == Some(date));
    let days = i32::try_from((date - today).num_days()).unwrap_or(i32::MAX);
    Some(Expiring {
        points: then.map(|(points, _)| *points).sum(),
        date: date.to_string(),
        days,
    })
}

/// What to say of points that are about to expire.
fn warning(program: &Program, dated: &Dated, today: NaiveDate) -> Option<ExpiryWarning> {
    let found = loyalty::expiry_warning(program, today, dated.iter().copied())?;
    let shortest = program.doc().expiry.warn_days.iter().min();
    Some(ExpiryWarning {
        within: found.within,
        points: found.points,
        first: found.first.to_string(),
        days: i32::try_from((found.first - today).num_days()).unwrap_or(i32::MAX),
        last: shortest == Some(&found.within),
    })
}
