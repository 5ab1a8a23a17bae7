//! Moments as milliseconds since 1970 in UTC, dates as ISO text. Dates of people at the counter are of the
//! business's timezone, which the program says.

use std::ops::RangeInclusive;

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use super::Stored;

/// Years that a stored moment may be of; one beyond them was never written here.
pub const YEARS: RangeInclusive<i32> = 1900..=9999;

impl Stored for DateTime<Utc> {
    type Raw = i64;
    const WHAT: &'static str = "a moment";

    fn to_raw(&self) -> i64 {
        self.timestamp_millis()
    }

    fn from_raw(raw: i64) -> Option<Self> {
        Self::from_timestamp_millis(raw)
    }

    fn is_plausible(&self) -> bool {
        YEARS.contains(&self.year())
    }
}

impl Stored for NaiveDate {
    type Raw = String;
    const WHAT: &'static str = "a date";

    fn to_raw(&self) -> String {
        self.to_string()
    }

    fn from_raw(raw: String) -> Option<Self> {
        raw.parse().ok()
    }
}

/// A moment as a counter said it, and signed it: its clock may be of any year, and decides nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Claimed(pub DateTime<Utc>);

impl Stored for Claimed {
    type Raw = i64;
    const WHAT: &'static str = "a moment";

    fn to_raw(&self) -> i64 {
        self.0.timestamp_millis()
    }

    fn from_raw(raw: i64) -> Option<Self> {
        DateTime::from_timestamp_millis(raw).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::*;

    #[test]
    fn a_time_that_is_none_is_an_error_and_not_1970() {
        assert_eq!(read(0), Some(DateTime::UNIX_EPOCH));
        for ms in [i64::MIN, i64::MAX, -3_000_000_000_000, 253_402_300_800_000] {
            assert_eq!(read::<DateTime<Utc>>(ms), None, "{ms}");
        }
        for text in ["", "2026-02-30", "1970", "0000-00-00x"] {
            assert_eq!(read::<NaiveDate>(text.to_owned()), None, "{text}");
        }
    }

    #[test]
    fn a_counters_clock_may_be_of_any_year() {
        assert!(read::<Claimed>(-30_000_000_000_000).is_some());
        assert_eq!(read::<Claimed>(i64::MAX), None);
    }
}
