//! Points by hand.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::account::Account;
use crate::lots;
use crate::movement::{AccountKind, Outcome};
use crate::points::Points;
use crate::program::Program;
use crate::refusal::Malformed;
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
