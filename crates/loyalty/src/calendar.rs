//! Business dates and months: everything that depends on the calendar of the program's timezone.
//!
//! Months are counted on the local calendar, clamped to the month's last day (31 January + 1 month is
//! 28 or 29 February). An instant moved by months keeps its local time; where a clock change skips that
//! time, it is later by as much as was skipped (so that of two instants the earlier stays so), and where it
//! comes twice, the first.

use chrono::{
    DateTime, Datelike, Days, Duration, LocalResult, Months, NaiveDate, NaiveDateTime, Offset,
    TimeZone, Utc,
};
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

fn instant(tz: Tz, local: NaiveDateTime) -> DateTime<Utc> {
    match tz.from_local_datetime(&local) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => at.with_timezone(&Utc),
        // by the clock as it was before the change: later by as much as it skipped
        LocalResult::None => {
            let before = tz.offset_from_utc_datetime(&(local - Duration::hours(36)));
            (local - before.fix()).and_utc()
        }
    }
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

/// A date as it is written: `YYYY-MM-DD`, and in no other way.
pub(crate) fn read_date(text: &str) -> Option<NaiveDate> {
    let shape = |(i, b): (usize, u8)| match i {
        4 | 7 => b == b'-',
        _ => b.is_ascii_digit(),
    };
    (text.len() == 10 && text.bytes().enumerate().all(shape))
        .then(|| text.parse().ok())
        .flatten()
}

/// An instant as it is written: RFC 3339, with a `T`.
pub(crate) fn read_instant(text: &str) -> Option<DateTime<Utc>> {
    let shape = text.is_ascii() && matches!(text.as_bytes().get(10), Some(b'T' | b't'));
    let read = DateTime::parse_from_rfc3339(text).ok().filter(|_| shape)?;
    Some(read.with_timezone(&Utc))
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
    fn a_time_skipped_by_a_clock_change_is_later_by_what_was_skipped() {
        let tz = chrono_tz::Europe::Berlin;
        // 02:14:59 and 02:15:00, and 29 March 2026 has no time from 02:00 to 03:00
        let moved = ["01:14:59", "01:15:00"].map(|time| {
            let at: DateTime<Utc> = format!("2026-01-29T{time}Z").parse().unwrap();
            plus_months(tz, at, 2).to_rfc3339()
        });
        assert_eq!(
            moved,
            ["2026-03-29T01:14:59+00:00", "2026-03-29T01:15:00+00:00"]
        );
    }

    #[test]
    fn a_date_begins_when_its_first_instant_does() {
        // midnight was skipped, in Beirut by an hour, in Apia with the whole day
        for (tz, date, begins) in [
            (
                chrono_tz::Asia::Beirut,
                "2022-03-27",
                "2022-03-26T22:00:00+00:00",
            ),
            (
                chrono_tz::Pacific::Apia,
                "2011-12-30",
                "2011-12-30T10:00:00+00:00",
            ),
            (
                chrono_tz::Pacific::Apia,
                "2011-12-31",
                "2011-12-30T10:00:00+00:00",
            ),
        ] {
            assert_eq!(day_begins(tz, day(date)).to_rfc3339(), begins, "{tz}");
        }
    }

    #[test]
    fn dates_and_instants_are_written_in_one_way() {
        assert_eq!(read_date("2028-02-29"), Some(day("2028-02-29")));
        for wrong in [
            "2026-1-5",
            " 2026-1-05",
            " 2026-01-05",
            "+2026-01-05",
            "-0001-01-01",
            "2026-02-30",
            "20260105",
            "",
            "2026-01-05T00:00:00Z",
            "+12026-01-05",
            "２０２６-01-05",
        ] {
            assert_eq!(read_date(wrong), None, "{wrong:?}");
        }
        let at = read_instant("2026-01-10T12:00:00.250+08:00").unwrap();
        assert_eq!(at.to_rfc3339(), "2026-01-10T04:00:00.250+00:00");
        for wrong in [
            "2026-01-10 12:00:00+08:00",
            "2026-01-10T12:00:00\u{2212}08:00",
            "2026-01-10T12:00:00",
            "2026-01-10",
            "",
        ] {
            assert_eq!(read_instant(wrong), None, "{wrong:?}");
        }
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
