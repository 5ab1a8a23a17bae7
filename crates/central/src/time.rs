//! Time as it is stored: milliseconds since 1970 in UTC; dates as ISO text.

use std::cell::Cell;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use crate::error::ServiceError;

/// The timezone in which dates are shown where no program says another.
const SHOWN: Tz = chrono_tz::Asia::Shanghai;

thread_local! {
    /// The time that a simulation on this thread has made up; none = the machine's.
    static MADE_UP: Cell<Option<i64>> = const { Cell::new(None) };
}

/// Now, in whole milliseconds.
pub fn now() -> DateTime<Utc> {
    let ms = MADE_UP.get();
    from_millis(ms.unwrap_or_else(|| Utc::now().timestamp_millis()))
}

/// Lets [`now`] answer this on the calling thread, until the next call. For simulations alone,
/// which run a whole centre on one thread; a service never calls it.
#[doc(hidden)]
pub fn make_up(now: Option<DateTime<Utc>>) {
    MADE_UP.set(now.map(|t| t.timestamp_millis()));
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
