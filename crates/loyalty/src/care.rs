//! What a manager or a campaign does to an account: adjust, extend, freeze, and points for behaviour.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::account::Account;
use crate::ids::BehaviourKind;
use crate::lots;
use crate::movement::{AccountKind, Outcome};
use crate::points::Points;
use crate::program::Program;
use crate::refusal::{Error, Malformed, Refusal};
use crate::tier;
use crate::time::Moment;

/// The last day of points that are added by hand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LastDay {
    /// As the program says for points earned on that day.
    #[default]
    ByProgram,
    /// This one. One that has passed already lasts until time passes next.
    On(NaiveDate),
    /// Never.
    Never,
}

/// Adds points by hand (debt first, then a lot of their own), or takes them: from lots in spending order,
/// then as debt, also while frozen. It shows in none of the figures, only in the movements.
///
/// # Errors
/// [`Malformed`] beyond 10¹² points either way.
pub fn adjust(
    program: &Program,
    account: &mut Account,
    now: &Moment,
    points: Points,
    last_day: LastDay,
) -> Result<Outcome, Malformed> {
    if !points.is_amount() && !(-points).is_amount() {
        return Err(Malformed::new(
            "points",
            "must be -1000000000000 to 1000000000000",
        ));
    }
    let mut out = Outcome::default();
    let rows = account.rows_mut();
    if points.is_positive() {
        let expires = match last_day {
            LastDay::ByProgram => program.lot_expiry(now.date()),
            LastDay::On(date) => Some(date),
            LastDay::Never => None,
        };
        lots::credit(
            rows,
            &AccountKind::Adjusted,
            points,
            now.date(),
            expires,
            &mut out,
        );
    } else {
        lots::take_or_owe(rows, -points, None, &AccountKind::Adjusted, &mut out);
    }
    Ok(out)
}

/// Extends: every lot that expires earlier now expires on `to`. Lots without points are left alone (one that
/// only devices hold points of is not without); those that never expire stay so.
pub fn extend(account: &mut Account, to: NaiveDate) -> Outcome {
    let rows = account.rows_mut();
    for lot in &mut rows.lots {
        let held = || {
            rows.grants.iter().any(|g| {
                g.held
                    .iter()
                    .any(|h| h.lot == lot.id && h.points.is_positive())
            })
        };
        if lot.has_passed(to) && (lot.points.is_positive() || held()) {
            lot.expires = Some(to);
        }
    }
    lots::reorder(rows);
    Outcome::default()
}

/// Freezes: nothing expires and nothing can be spent until [`unfreeze`]. Nothing where frozen already.
pub fn freeze(account: &mut Account, now: &Moment) -> Outcome {
    account.rows_mut().frozen_since.get_or_insert(now.date());
    Outcome::default()
}

/// Unfreezes: each lot's date moves on by the business days that the lot was frozen, from the freeze or from
/// its own day where that is later. Load every lot for this, empty ones too. Nothing where not frozen.
pub fn unfreeze(account: &mut Account, now: &Moment) -> Outcome {
    let rows = account.rows_mut();
    if let Some(since) = rows.frozen_since.take() {
        for lot in &mut rows.lots {
            let days = (now.date() - since.max(lot.earned)).num_days();
            if let (Some(last), Ok(days @ 1..)) = (lot.expires, u64::try_from(days)) {
                lot.expires = Some(crate::calendar::date_plus_days(last, days));
            }
        }
        lots::reorder(rows);
    }
    Outcome::default()
}

/// Rewards a behaviour, with points and growth value. `that_day` is how often this kind counted for the member on the business date of
/// the operation so far.
///
/// # Errors
/// [`Refusal::LimitReached`] where it counts no more that day; [`Malformed`] where the program has no such kind.
pub fn behave(
    program: &Program,
    account: &mut Account,
    now: &Moment,
    kind: &BehaviourKind,
    that_day: u32,
) -> Result<Outcome, Error> {
    let behaviour = program.doc().behaviours.get(kind).ok_or_else(|| {
        Malformed::new(
            "kind",
            format!("the program has no behaviour {:?}", kind.as_str()),
        )
    })?;
    if behaviour.per_day.is_some_and(|most| that_day >= most) {
        return Err(Refusal::LimitReached.into());
    }
    let mut out = Outcome {
        earned: behaviour.points,
        ..Outcome::default()
    };
    let expires = program.lot_expiry(now.date());
    tier::behaved(program, account.rows_mut(), now, kind, &mut out);
    lots::credit(
        account.rows_mut(),
        &AccountKind::Earned,
        behaviour.points,
        now.date(),
        expires,
        &mut out,
    );
    Ok(out)
}
