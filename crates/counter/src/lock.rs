//! Locks that go on after a panic.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Takes a lock. Whoever panicked with it held plain data, or a connection whose transaction SQLite rolled back: either is
/// whole.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
