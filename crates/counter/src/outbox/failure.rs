//! What a failure of the database means here.

use crate::error::{Error, Failing, damage, failing};

/// What a failure on this file means: it is never rebuilt, so damage is reported as such.
pub(crate) fn failure(error: rusqlite::Error) -> Error {
    match failing(&error) {
        Failing::Damaged => Error::OutboxDamaged(damage(&error)),
        _ => Error::from(error),
    }
}
