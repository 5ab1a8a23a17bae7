//! Business dates and months: everything that depends on the calendar of the program's timezone.
//!
//! Months are counted on the local calendar, clamped to the month's last day (31 January + 1 month is
//! 28 or 29 February). An instant moved by months keeps its local time; where a clock change skips that
//! time, it is the first one after the gap, and where it comes twice, the first.

use chrono::{DateTime, Datelike, Days, Duration, LocalResult, Months, NaiveDate, TimeZone, Utc};
use chrono_tz::Tz;

/// The business date of an instant.
pub(crate) fn business_date(tz: Tz, at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&tz).date_naive()
}

/// The instant `months` later on the local calendar.
pub(crate) fn plus_months(tz: Tz, at: DateTime<Utc>, months: u32) -> DateTime<Utc> {
    at.with_timezone(&tz)
        .naive_local()
        .checked_add_months(Months::new(months))
        .map_or(DateTime::<Utc>::MAX_UTC, |local| instant(tz, local))
}

/// The instant `months` earlier on the local calendar.
pub(crate) fn minus_months(tz: Tz, at: DateTime<Utc>, months: u32) -> DateTime<Utc> {
    at.with_timezone(&tz)
        .naive_local()
        .checked_sub_months(Months::new(months))
        .map_or(DateTime::<Utc>::MIN_UTC, |local| instant(tz, local))
}

/// The first instant of a date.
pub(crate) fn day_begins(tz: Tz, date: NaiveDate) -> DateTime<Utc> {
    instant(tz, date.and_time(chrono::NaiveTime::MIN))
}

fn instant(tz: Tz, local: chrono::NaiveDateTime) -> DateTime<Utc> {
    // no clock change skips more than a day
    for quarter in 0..=96 {
        let tried = local + Duration::minutes(15 * quarter);
        match tz.from_local_datetime(&tried) {
            LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => {
                return at.with_timezone(&Utc);
            }
            LocalResult::None => {}
        }
    }
    local.and_utc()
}

/// The date `months` later, the day clamped to the month.
pub(crate) fn date_plus_months(date: NaiveDate, months: u32) -> NaiveDate {
    date.checked_add_months(Months::new(months))
        .unwrap_or(NaiveDate::MAX)
}

/// The last day of the date's month.
pub(crate) fn month_end(date: NaiveDate) -> NaiveDate {
    date.with_day(u32::from(date.num_days_in_month()))
        .unwrap_or(date)
}

/// The date `days` later.
pub(crate) fn date_plus_days(date: NaiveDate, days: u64) -> NaiveDate {
    date.checked_add_days(Days::new(days))
        .unwrap_or(NaiveDate::MAX)
}

/// The day of a year on which a birthday is kept: one of 29 February on 28 February in common years.
///
/// (A birth *month*, which is what the factors of a program look at, has no such question: it is all of
/// February, every year.)
#[must_use]
pub fn birthday_in(year: i32, birthday: NaiveDate) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, birthday.month(), birthday.day())
        .or_else(|| NaiveDate::from_ymd_opt(year, birthday.month(), birthday.day() - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn months_clamp_to_the_last_day() {
        assert_eq!(date_plus_months(day("2026-01-31"), 1), day("2026-02-28"));
        assert_eq!(date_plus_months(day("2028-02-29"), 12), day("2029-02-28"));
        assert_eq!(month_end(day("2028-02-01")), day("2028-02-29"));
        assert_eq!(
            month_end(date_plus_months(day("2026-03-31"), 1)),
            day("2026-04-30")
        );
    }

    #[test]
    fn months_count_on_the_local_calendar() {
        let tz = chrono_tz::Asia::Shanghai;
        let at: DateTime<Utc> = "2026-03-30T18:00:00Z".parse().unwrap(); // the 31st in Shanghai
        let before: DateTime<Utc> = "2026-02-27T18:00:00Z".parse().unwrap(); // the 28th
        assert_eq!(minus_months(tz, at, 1), before);
        assert_eq!(business_date(tz, at), day("2026-03-31"));
    }

    #[test]
    fn a_time_skipped_by_a_clock_change_is_the_first_after_it() {
        let tz = chrono_tz::Europe::Berlin;
        let at: DateTime<Utc> = "2026-01-29T01:30:00Z".parse().unwrap(); // 02:30, and 29 March 2026 has none
        assert_eq!(
            plus_months(tz, at, 2).to_rfc3339(),
            "2026-03-29T01:00:00+00:00"
        );
    }

    #[test]
    fn a_leap_birthday_is_kept_on_the_28th() {
        assert_eq!(
            birthday_in(2027, day("2000-02-29")),
            Some(day("2027-02-28"))
        );
        assert_eq!(
            birthday_in(2028, day("2000-02-29")),
            Some(day("2028-02-29"))
        );
        assert_eq!(
            birthday_in(2027, day("1990-05-01")),
            Some(day("2027-05-01"))
        );
    }
}
