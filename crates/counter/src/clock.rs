//! The counter's estimate of the centre's time.
//!
//! The last time of the centre that was seen, plus the time elapsed on a clock that counts sleep.
//! After a reboot that clock began anew; then the wall clock's forward movement since the last
//! reading is added instead. So a clerk who sets the date gains nothing while the device runs,
//! and after a reboot can only move time forward, which the centre clamps at arrival.

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::sync::Arc;
use std::time::Instant;

/// What one look at this device's clocks gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// Names the time since the last start of the device.
    pub boot: String,
    /// Milliseconds since that start, sleep included.
    pub since_boot_ms: i64,
    /// The wall clock.
    pub wall: DateTime<Utc>,
}

/// A reading together with the time that was believed at it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchor {
    /// The time believed.
    pub time: DateTime<Utc>,
    /// The clocks at that moment.
    pub reading: Reading,
}

/// Clocks that a simulation gives a counter in place of the device's own.
pub trait ClockSource: Send + Sync {
    /// What one look at them gives.
    fn read(&self) -> Reading;
}

thread_local! {
    /// The clocks of a simulated counter whose work this thread does; none = the device's own.
    static SIMULATED: RefCell<Option<Arc<dyn ClockSource>>> = const { RefCell::new(None) };
}

/// Lets the calling thread read these clocks from now on, or the device's own again. For
/// simulations alone: an engine without a worker does all its work on the threads that call it.
pub fn use_on_this_thread(clocks: Option<Arc<dyn ClockSource>>) {
    SIMULATED.replace(clocks);
}

fn simulated() -> Option<Reading> {
    SIMULATED.with_borrow(|clocks| clocks.as_ref().map(|c| c.read()))
}

impl Reading {
    /// Reads this device's clocks.
    pub fn now() -> Self {
        simulated().unwrap_or_else(|| Self {
            // without a name every reading counts as after a start
            boot: platform::clock::start_id().unwrap_or_default().to_owned(),
            since_boot_ms: i64::try_from(platform::clock::since_start().as_millis())
                .unwrap_or(i64::MAX),
            wall: Utc::now(),
        })
    }
}

/// A moment of this process, to tell how long ago something was.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Moment {
    Real(Instant),
    /// Milliseconds since the start of a simulated device.
    Simulated(i64),
}

impl Moment {
    pub(crate) fn now() -> Self {
        simulated().map_or_else(
            || Self::Real(Instant::now()),
            |r| Self::Simulated(r.since_boot_ms),
        )
    }

    pub(crate) fn elapsed(self) -> std::time::Duration {
        match self {
            Self::Real(at) => at.elapsed(),
            Self::Simulated(at) => {
                let now = simulated().map_or(at, |r| r.since_boot_ms);
                std::time::Duration::from_millis(u64::try_from(now - at).unwrap_or(0))
            }
        }
    }
}

impl Anchor {
    /// The time believed at a later reading; never before the anchor's own.
    pub fn time_at(&self, now: &Reading) -> DateTime<Utc> {
        let elapsed = if !now.boot.is_empty() && now.boot == self.reading.boot {
            Duration::milliseconds(now.since_boot_ms - self.reading.since_boot_ms)
        } else {
            now.wall - self.reading.wall
        };
        self.time
            .checked_add_signed(elapsed.max(Duration::zero()))
            .unwrap_or(self.time)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(boot: &str, since: i64, wall: &str) -> Reading {
        Reading {
            boot: boot.into(),
            since_boot_ms: since,
            wall: wall.parse().unwrap(),
        }
    }

    fn anchor() -> Anchor {
        Anchor {
            time: "2026-05-17T10:00:00Z".parse().unwrap(),
            reading: reading("a", 1_000, "2026-05-17T10:00:05Z"),
        }
    }

    #[test]
    fn a_clerk_who_sets_the_date_gains_nothing() {
        let set_to_member_day = reading("a", 61_000, "2026-05-18T10:00:00Z");
        assert_eq!(
            anchor().time_at(&set_to_member_day).to_rfc3339(),
            "2026-05-17T10:01:00+00:00"
        );
    }

    #[test]
    fn after_a_reboot_only_forward_movement_counts() {
        let later = reading("b", 500, "2026-05-17T12:00:05Z");
        assert_eq!(
            anchor().time_at(&later).to_rfc3339(),
            "2026-05-17T12:00:00+00:00"
        );
        let years_back = reading("b", 500, "2001-01-01T00:00:00Z");
        assert_eq!(anchor().time_at(&years_back), anchor().time);
    }

    #[test]
    fn a_device_without_a_boot_id_uses_the_wall_clock() {
        let mut a = anchor();
        a.reading.boot = String::new();
        let later = reading("", 0, "2026-05-17T10:01:05Z");
        assert_eq!(a.time_at(&later).to_rfc3339(), "2026-05-17T10:01:00+00:00");
    }

    #[test]
    fn this_device_has_clocks() {
        let a = Anchor {
            time: Utc::now(),
            reading: Reading::now(),
        };
        std::thread::sleep(std::time::Duration::from_millis(20));
        let gone = a.time_at(&Reading::now()) - a.time;
        assert!(gone >= Duration::milliseconds(10), "{gone}");
    }
}
