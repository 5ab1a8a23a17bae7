//! Time as it is stored: milliseconds since 1970 in UTC; dates as ISO text. Dates of people at the counter are
//! of the business's timezone, which the program says.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use chrono_tz::Tz;

use crate::error::ServiceError;

/// Years that a stored time may be of; one beyond them was never written here.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=9999;

/// A stored time.
///
/// # Errors
/// Where the number is of no year that anything happened in: then the row is broken.
pub fn from_millis(ms: i64) -> Result<DateTime<Utc>, ServiceError> {
    DateTime::from_timestamp_millis(ms)
        .filter(|t| YEARS.contains(&t.year()))
        .ok_or_else(|| ServiceError::broken(format!("a stored time that is none: {ms}")))
}

/// A stored date.
///
/// # Errors
/// Where the text is no date: then the row is broken.
pub fn date(text: &str) -> Result<NaiveDate, ServiceError> {
    text.parse()
        .map_err(|_| ServiceError::broken("a stored date that is none"))
}

/// The business date of a stored time.
///
/// # Errors
/// As [`from_millis`].
pub fn business_date(zone: Tz, ms: i64) -> Result<NaiveDate, ServiceError> {
    Ok(from_millis(ms)?.with_timezone(&zone).date_naive())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_that_is_none_is_an_error_and_not_1970() {
        assert_eq!(
            from_millis(0).unwrap().to_rfc3339(),
            "1970-01-01T00:00:00+00:00"
        );
        for ms in [i64::MIN, i64::MAX, -3_000_000_000_000, 253_402_300_800_000] {
            let error = from_millis(ms).unwrap_err();
            assert!(error.to_string().contains(&ms.to_string()), "{error}");
            assert!(business_date(chrono_tz::UTC, ms).is_err());
        }
        for text in ["", "2026-02-30", "1970", "0000-00-00x"] {
            assert!(date(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_business_date_is_of_the_business() {
        // 2026-03-01T02:00:00Z
        let at = 1_772_330_400_000;
        for (zone, day) in [
            (chrono_tz::Asia::Shanghai, "2026-03-01"),
            (chrono_tz::Europe::Paris, "2026-03-01"),
            (chrono_tz::America::Los_Angeles, "2026-02-28"),
            (chrono_tz::Pacific::Kiritimati, "2026-03-01"),
            (chrono_tz::Pacific::Pago_Pago, "2026-02-28"),
        ] {
            assert_eq!(business_date(zone, at).unwrap().to_string(), day);
        }
    }
}
