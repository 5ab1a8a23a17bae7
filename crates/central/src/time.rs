//! Time as it is stored: milliseconds since 1970 in UTC; dates as ISO text.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use crate::error::ServiceError;

/// The timezone in which dates are shown where no program says another.
const SHOWN: Tz = chrono_tz::Asia::Shanghai;

/// Now, in whole milliseconds.
pub fn now() -> DateTime<Utc> {
    from_millis(Utc::now().timestamp_millis())
}

/// A stored time.
pub fn from_millis(ms: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(ms).unwrap_or_default()
}

/// A stored date.
///
/// # Errors
/// Where the text is no date: then the row is broken.
pub fn date(text: &str) -> Result<NaiveDate, ServiceError> {
    text.parse()
        .map_err(|_| ServiceError::broken("a stored date that is none"))
}

/// The date of a stored time, as people at the counter would say it.
pub fn shown_date(ms: i64) -> NaiveDate {
    from_millis(ms).with_timezone(&SHOWN).date_naive()
}
