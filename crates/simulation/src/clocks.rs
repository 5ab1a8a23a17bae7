//! Time: one true one, and what each device's clocks make of it.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use counter::simulated::{ClockSource, Reading};

/// In milliseconds.
pub(crate) const SECOND: i64 = 1_000;
pub(crate) const HOUR: i64 = 3_600 * SECOND;
pub(crate) const DAY: i64 = 24 * HOUR;

/// The true time of a run, in milliseconds since 1970.
#[derive(Clone)]
pub(crate) struct TrueTime(Arc<AtomicI64>);

impl TrueTime {
    pub(crate) fn new(start: DateTime<Utc>) -> Self {
        Self(Arc::new(AtomicI64::new(start.timestamp_millis())))
    }

    pub(crate) fn ms(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.ms()).unwrap_or_default()
    }

    pub(crate) fn pass(&self, ms: i64) {
        self.0.fetch_add(ms, Ordering::SeqCst);
    }
}

/// The clocks of one device.
pub(crate) struct DeviceClock {
    time: TrueTime,
    state: Mutex<State>,
}

#[derive(Clone)]
struct State {
    name: String,
    boot: u32,
    booted_ms: i64,
    wall_off_ms: i64,
}

impl DeviceClock {
    pub(crate) fn new(time: TrueTime, name: &str) -> Arc<Self> {
        let booted_ms = time.ms();
        Arc::new(Self {
            time,
            state: Mutex::new(State {
                name: name.to_owned(),
                boot: 1,
                booted_ms,
                wall_off_ms: 0,
            }),
        })
    }

    fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        work(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The device starts anew: another boot, and the clock that counts sleep begins at 0.
    pub(crate) fn reboot(&self) {
        let now = self.time.ms();
        self.with(|s| {
            s.boot += 1;
            s.booted_ms = now;
        });
    }

    /// Somebody or something sets the wall clock: so far off the true time.
    pub(crate) fn set_wall(&self, off_ms: i64) {
        self.with(|s| s.wall_off_ms = off_ms);
    }
}

impl ClockSource for DeviceClock {
    fn read(&self) -> Reading {
        let now = self.time.ms();
        self.with(|s| Reading {
            boot: format!("{}-{}", s.name, s.boot),
            since_boot_ms: now - s.booted_ms,
            wall: DateTime::from_timestamp_millis(now + s.wall_off_ms).unwrap_or_default(),
        })
    }
}
