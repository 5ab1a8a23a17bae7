//! Points that are about to expire, as far ahead as the program says.

use chrono::NaiveDate;

use crate::calendar;
use crate::points::Points;
use crate::program::Program;

/// Points that are about to expire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExpiryWarning {
    /// Within how many days: the narrowest of the program's warnings that any points fall into.
    pub within: u32,
    /// How many expire within them.
    pub points: Points,
    /// The soonest of their last days.
    pub first: NaiveDate,
}

/// The warning of a day, of points with their last days (`None` = never), in any order. Points whose day
/// has passed are none of it; while an account is frozen nothing expires, so ask nothing then.
#[must_use]
pub fn expiry_warning(
    program: &Program,
    today: NaiveDate,
    lots: impl IntoIterator<Item = (Points, Option<NaiveDate>)>,
) -> Option<ExpiryWarning> {
    let soon: Vec<(NaiveDate, Points)> = lots
        .into_iter()
        .filter(|(points, _)| points.is_positive())
        .filter_map(|(points, last)| last.map(|last| (last, points)))
        .filter(|(last, _)| *last >= today)
        .collect();
    let first = soon.iter().map(|(last, _)| *last).min()?;
    let horizon = |within: u32| calendar::date_plus_days(today, u64::from(within));
    let warn_days = program.doc().expiry.warn_days.iter().copied();
    let within = warn_days.filter(|days| first <= horizon(*days)).min()?;
    let points = soon
        .iter()
        .filter(|(last, _)| *last <= horizon(within))
        .map(|(_, points)| *points)
        .sum();
    Some(ExpiryWarning {
        within,
        points,
        first,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn warned(days_left: i64) -> Option<(u32, i64)> {
        let today = date("2026-11-30");
        let last = today + chrono::Duration::days(days_left);
        let lots = [
            (Points(100), Some(last)),
            (Points(40), Some(last + chrono::Duration::days(10))),
            (Points(7), None),
            (Points(9), Some(today - chrono::Duration::days(1))),
            (Points(0), Some(today)),
        ];
        expiry_warning(&Program::default(), today, lots).map(|w| (w.within, w.points.get()))
    }

    #[test]
    fn points_are_spoken_of_thirty_and_seven_days_ahead() {
        assert_eq!(warned(31), None);
        assert_eq!(warned(30), Some((30, 100)));
        assert_eq!(warned(20), Some((30, 140)));
        assert_eq!(warned(8), Some((30, 140)));
        // from here on it is the narrower one, with what falls into it
        assert_eq!(warned(7), Some((7, 100)));
        assert_eq!(warned(0), Some((7, 100)));
        // what has passed is no more to be spoken of; what comes after it is
        assert_eq!(warned(-1), Some((30, 40)));
    }

    #[test]
    fn a_program_may_warn_at_other_days_or_never() {
        let never = Program::from_json(r#"{"expiry":{"warn_days":[]}}"#).unwrap();
        let today = date("2026-11-30");
        let lots = [(Points(1), Some(today))];
        assert_eq!(expiry_warning(&never, today, lots), None);
        let far = Program::from_json(r#"{"expiry":{"warn_days":[90]}}"#).unwrap();
        let lots = [(Points(1), Some(date("2027-02-28")))];
        assert_eq!(expiry_warning(&far, today, lots).unwrap().within, 90);
        assert!(Program::from_json(r#"{"expiry":{"warn_days":[0]}}"#).is_err());
        assert!(Program::from_json(r#"{"expiry":{"warn_days":[367]}}"#).is_err());
    }
}
