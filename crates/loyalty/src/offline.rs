//! How long a counter that has not been in contact shows members.
//!
//! A tablet that was lost stops showing them by itself. Nothing that it recorded is touched, and sales go on: they
//! carry a phone number or a card, and are credited at the centre.

use chrono::{DateTime, Duration, Utc};

use crate::program::Program;

/// For how long a code opens a closed counter, from when the centre gave it.
pub const UNLOCK_HOURS: i64 = 24;

/// What a counter knows of its silence. All times are the centre's, as the counter believes them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Silence {
    /// When the centre last answered; none where that is not known.
    pub heard: Option<DateTime<Utc>>,
    /// How long the counter was off is not known: its clock stood behind what had been noted.
    pub clock_lost: bool,
    /// Until when a code has opened it. One from before the clock was lost is none.
    pub unlocked_until: Option<DateTime<Utc>>,
}

/// Since when a counter is closed, shown to people; none where it is open.
#[must_use]
pub fn closed_since(
    program: &Program,
    silence: Silence,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    if silence.unlocked_until.is_some_and(|until| now < until) {
        return None;
    }
    let limit = Duration::hours(i64::from(program.doc().allowance.offline_hours));
    let Some(heard) = silence.heard else {
        return Some(now);
    };
    let end = heard.checked_add_signed(limit).unwrap_or(heard);
    if now >= end {
        return Some(silence.unlocked_until.map_or(end, |until| until.max(end)));
    }
    silence.clock_lost.then_some(now)
}

/// What a code does that was given at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unlocks {
    /// It opens until then.
    Until(DateTime<Utc>),
    /// It, or a later one, has been used.
    Used,
    /// Its day is over.
    Over,
}

/// What a code does that the centre gave at `given`, where the last one that was used was given at `used`.
#[must_use]
pub fn unlocks(given: DateTime<Utc>, used: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Unlocks {
    if used.is_some_and(|used| given <= used) {
        return Unlocks::Used;
    }
    match given.checked_add_signed(Duration::hours(UNLOCK_HOURS)) {
        Some(until) if now < until => Unlocks::Until(until),
        _ => Unlocks::Over,
    }
}
