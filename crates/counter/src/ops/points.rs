//! A member's points: what the centre has on record, and what this counter did since.

use crate::books::Books;
use crate::view::{Expiring, PointsView};
use chrono::NaiveDate;
use loyalty::Points;
use protocol::entity::Member;

impl Books {
    /// Points of the member whose books these are.
    pub(crate) fn points(&self, member: &Member) -> PointsView {
        let usable = self.usable_here();
        let used_here = self.pending.spent;
        let today = self.program().business_date(self.now());
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
            frozen: member.frozen,
            expiring: expiring(member, today),
        }
    }

    /// What is there to be redeemed, with the network and nothing held elsewhere.
    pub(crate) fn there(&self) -> Points {
        (self.balance() - self.unconfirmed())
            .min(self.confirmed().balance())
            .floor_zero()
    }
}

/// The points that expire on the next date that any do.
fn expiring(member: &Member, today: NaiveDate) -> Option<Expiring> {
    let date = member
        .lots
        .iter()
        .filter(|l| l.points.is_positive())
        .filter_map(|l| l.expires)
        .filter(|d| *d >= today)
        .min()?;
    let points = member
        .lots
        .iter()
        .filter(|l| l.expires == Some(date))
        .map(|l| l.points)
        .sum();
    let days = i32::try_from((date - today).num_days()).unwrap_or(i32::MAX);
    Some(Expiring {
        points,
        date: date.to_string(),
        days,
    })
}
