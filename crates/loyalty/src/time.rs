//! Time first: every operation is preceded by what time itself brings.

use chrono::{DateTime, NaiveDate, Utc};

use crate::account::Account;
use crate::movement::{AccountKind, Outcome};
use crate::points::Points;
use crate::program::Program;
use crate::tier;

/// A moment to which an account was brought. Only [`advance`] makes one, so that no operation can forget it.
///
/// An operation that arrives late (older than what the account has seen) keeps its own date for what it
/// earns and which factors and coupons hold; lots and tiers stay at the latest moment that was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    at: DateTime<Utc>,
    date: NaiveDate,
    clock: DateTime<Utc>,
    today: NaiveDate,
}

impl Moment {
    /// When the operation is.
    #[must_use]
    pub const fn at(&self) -> DateTime<Utc> {
        self.at
    }

    /// The operation's business date.
    #[must_use]
    pub const fn date(&self) -> NaiveDate {
        self.date
    }

    /// The latest moment that the account has seen; never before the operation.
    #[must_use]
    pub const fn clock(&self) -> DateTime<Utc> {
        self.clock
    }

    /// The business date of [`clock`](Self::clock).
    #[must_use]
    pub const fn today(&self) -> NaiveDate {
        self.today
    }
}

/// What time brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passed {
    /// The moment to hand to the operation.
    pub now: Moment,
    /// Expired points and changes of tier. They hold whether or not the operation is refused then.
    pub outcome: Outcome,
}

/// Brings an account to a moment: lots whose last day lies before its business date expire (not while
/// frozen, and never what devices hold), and every tier review that is due happens, in order.
///
/// Where the account was last brought forward under another version of the program, the tier that the value
/// now gives is reached at once, where it is higher.
///
/// Doing it again, or with an earlier moment, does nothing.
pub fn advance(program: &Program, account: &mut Account, at: DateTime<Utc>) -> Passed {
    let date = program.business_date(at);
    let rows = account.rows_mut();
    let (clock, today) = match rows.as_of {
        Some(seen) if seen > at => (seen, program.business_date(seen)),
        _ => (at, date),
    };
    rows.as_of = Some(clock);
    let now = Moment {
        at,
        date,
        clock,
        today,
    };
    let mut outcome = Outcome::default();
    if rows.frozen_since.is_none() {
        // in spending order, so that what has passed comes first
        for lot in rows.lots.iter_mut().take_while(|lot| lot.has_passed(today)) {
            let points = std::mem::replace(&mut lot.points, Points::ZERO);
            outcome.expired += points;
            outcome.moved(
                AccountKind::Available,
                AccountKind::Expired,
                Some(lot.id),
                points,
            );
        }
    }
    tier::review(program, rows, &now, &mut outcome);
    let other_rules = rows.program != 0 && rows.program != program.version();
    rows.program = program.version();
    if other_rules {
        // thresholds may be lower; higher ones wait for the review
        tier::upgrade(program, rows, &now, &mut outcome);
    }
    Passed { now, outcome }
}
