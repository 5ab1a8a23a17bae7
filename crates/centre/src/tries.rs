//! Wrong PINs of managers, counted where they are looked at.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Duration, Utc};
use protocol::ids::ClerkId;

/// Wrong PINs of one clerk before she must wait.
const TRIES: u32 = 5;
/// How long she waits then.
const WAIT_MINUTES: i64 = 5;

/// How often a clerk's PIN was wrong, and when it was last.
type Wrong = (u32, DateTime<Utc>);

/// Wrong PINs, by clerk: kept in memory, as a restart costs whoever guesses more than it gives.
#[derive(Debug, Clone, Default)]
pub struct Tries(Arc<Mutex<HashMap<ClerkId, Wrong>>>);

impl Tries {
    /// Whether she must wait before her PIN is looked at again.
    pub(crate) fn must_wait(&self, clerk: &ClerkId, now: DateTime<Utc>) -> bool {
        let tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tries
            .get(clerk)
            .is_some_and(|(n, last)| *n >= TRIES && now - *last < Duration::minutes(WAIT_MINUTES))
    }

    /// Notes a wrong PIN.
    pub(crate) fn wrong(&self, clerk: &ClerkId, now: DateTime<Utc>) {
        let mut tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tries.retain(|_, (_, last)| now - *last < Duration::minutes(WAIT_MINUTES));
        let entry = tries.entry(clerk.clone()).or_insert((0, now));
        *entry = (entry.0.saturating_add(1), now);
    }

    /// Notes a right one: she begins anew.
    pub(crate) fn right(&self, clerk: &ClerkId) {
        let mut tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tries.remove(clerk);
    }
}
