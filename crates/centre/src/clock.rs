//! The clock: given to a centre from outside, so that a simulation and a test can say what time it is.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Utc};

/// Tells the time. Cloning it is cheap; all clones are the same clock.
#[derive(Debug, Clone, Default)]
pub enum Clock {
    /// The machine's.
    #[default]
    Machine,
    /// One that is set by hand: milliseconds since 1970 in UTC.
    Hand(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands until it is set.
    #[must_use]
    pub fn by_hand(now: DateTime<Utc>) -> Self {
        Self::Hand(Arc::new(AtomicI64::new(now.timestamp_millis())))
    }

    /// Sets a clock that is set by hand; the machine's is not ours to set.
    pub fn set(&self, now: DateTime<Utc>) {
        match self {
            Self::Hand(at) => at.store(now.timestamp_millis(), Ordering::Relaxed),
            Self::Machine => {}
        }
    }

    /// Now, in whole milliseconds.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        let ms = match self {
            Self::Hand(at) => at.load(Ordering::Relaxed),
            Self::Machine => Utc::now().timestamp_millis(),
        };
        DateTime::from_timestamp_millis(ms).unwrap_or(DateTime::UNIX_EPOCH)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_set_by_hand_stands_until_it_is_set() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let clock = Clock::by_hand(at("2026-01-01T00:00:00.123456Z"));
        let same = clock.clone();
        assert_eq!(clock.now(), at("2026-01-01T00:00:00.123Z"));
        same.set(at("1999-12-31T23:59:59Z"));
        assert_eq!(clock.now(), at("1999-12-31T23:59:59Z"));
        let machine = Clock::default();
        machine.set(at("1999-12-31T23:59:59Z"));
        assert!((Utc::now() - machine.now()).num_minutes() < 1);
    }
}
