//! Points that are kept from time: frozen, made to last longer, or brought back where either had arrived late.

use chrono::NaiveDate;

use crate::account::Account;
use crate::ids::LotId;
use crate::lots;
use crate::movement::{AccountKind, Outcome};
use crate::points::Points;
use crate::refusal::Malformed;
use crate::time::Moment;

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

/// Points that time took from a lot before an act arrived that would have kept them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lapsed {
    /// The lot; load it with the account, empty or not.
    pub lot: LotId,
    /// How many points of it expired and were not brought back since; above zero.
    pub points: Points,
}

/// Brings back what expired only because a freeze or an extension arrived late: points of lots whose last
/// day had not passed on the operation's own business date. They go back into their lots, debt first. Do it
/// before the act itself; points of a lot that had passed on that date, or that is not there, stay expired.
///
/// # Errors
/// [`Malformed`] for points that are not above zero, or above 10¹². Nothing is changed then.
pub fn revive(
    account: &mut Account,
    now: &Moment,
    lapsed: &[Lapsed],
) -> Result<Outcome, Malformed> {
    if let Some(wrong) = lapsed
        .iter()
        .find(|l| !l.points.is_positive() || !l.points.is_amount())
    {
        return Err(Malformed::new(
            format!("lapsed[{}]", wrong.lot),
            "must be 1 to 1000000000000",
        ));
    }
    let mut out = Outcome::default();
    let rows = account.rows_mut();
    for Lapsed { lot, points } in lapsed {
        let lived = |l: &crate::account::Lot| l.id == *lot && !l.has_passed(now.date());
        if rows.lots.iter().any(lived) {
            out.expired -= *points;
            lots::bring_back(rows, *lot, *points, &AccountKind::Expired, &mut out);
        }
    }
    Ok(out)
}
