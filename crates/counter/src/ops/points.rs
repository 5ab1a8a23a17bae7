//! A member's points: what the centre has on record, and what this counter did since.

use crate::engine::Engine;
use crate::error::Result;
use crate::outbox::{self, Row};
use crate::view::{Expiring, ExpiryWarning, PointsView};
use chrono::{DateTime, NaiveDate, Utc};
use loyalty::{Points, Program};
use protocol::entity::Member;

/// What this counter did that the cached state does not show yet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Pending {
    /// Earned and given back.
    pub(crate) up: Points,
    /// Spent and taken back.
    pub(crate) down: Points,
}

impl Pending {
    pub(crate) fn of(rows: &[Row]) -> Self {
        rows.iter().fold(Self::default(), |p, r| Self {
            up: p.up + r.summary.earned + r.summary.given_back,
            down: p.down + r.summary.spent + r.summary.taken_back,
        })
    }

    pub(crate) fn net(self) -> Points {
        self.up - self.down
    }
}

/// All that decides what a member may spend here.
pub(crate) struct Standing {
    pub(crate) view: PointsView,
    pub(crate) pending: Pending,
}

impl Standing {
    /// What she will have once everything is confirmed.
    pub(crate) fn balance(&self) -> Points {
        self.view.confirmed + self.pending.net()
    }
}

impl Engine {
    /// Points of a member at a time.
    pub(crate) fn standing(
        &self,
        member: &Member,
        program: &Program,
        now: DateTime<Utc>,
    ) -> Result<Standing> {
        let member = &self.with_acts(member.clone())?;
        let (rows, usable) = self.shared.outbox().read(|c| {
            Ok((
                outbox::overlay_of(c, member.id.as_str())?,
                outbox::usable(c, member.id.as_str(), now)?,
            ))
        })?;
        let pending = Pending::of(&rows);
        let used_here = rows
            .iter()
            .fold(Points::ZERO, |sum, r| sum + r.summary.spent);
        let online = (member.available + usable)
            .min(member.balance - pending.down)
            .floor_zero();
        let view = PointsView {
            confirmed: member.balance,
            as_of: member.as_of.into(),
            pending_earned: pending.up,
            pending_spent: pending.down,
            offline_usable: usable,
            set_aside_here: usable + used_here,
            used_here,
            online_usable: if member.frozen { Points::ZERO } else { online },
            debt: member.debt,
            frozen: member.frozen,
            expiring: expiring(member, program.business_date(now)),
            warning: warning(member, program, program.business_date(now)),
        };
        Ok(Standing { view, pending })
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

/// What to say of points that are about to expire; nothing does while they are frozen.
fn warning(member: &Member, program: &Program, today: NaiveDate) -> Option<ExpiryWarning> {
    if member.frozen {
        return None;
    }
    let lots = member.lots.iter().map(|l| (l.points, l.expires));
    let found = loyalty::expiry_warning(program, today, lots)?;
    let shortest = program.doc().expiry.warn_days.iter().min();
    Some(ExpiryWarning {
        within: found.within,
        points: found.points,
        first: found.first.to_string(),
        days: i32::try_from((found.first - today).num_days()).unwrap_or(i32::MAX),
        last: shortest == Some(&found.within),
    })
}
