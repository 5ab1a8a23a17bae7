//! How far each scope has come, as the live channel tells: what is pulled that far need not be asked
//! for at every contact.

use crate::clock::Moment;
use crate::lock::lock;
use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

/// A pull happens this often with no poke too: a channel may be dead and nobody told.
const EVERY: Duration = Duration::from_secs(55);

/// What was told since the channel opened; nothing while it is closed.
#[derive(Default)]
pub(crate) struct Heads(Mutex<Option<Told>>);

#[derive(Default)]
struct Told {
    heads: HashMap<String, u64>,
    pulled: HashMap<String, Moment>,
}

impl Heads {
    /// The channel is open: it begins with the heads of all scopes.
    pub(crate) fn opened(&self) {
        *lock(&self.0) = Some(Told::default());
    }

    /// The channel is closed: nothing is known.
    pub(crate) fn closed(&self) {
        *lock(&self.0) = None;
    }

    /// A scope has come this far.
    pub(crate) fn heard(&self, scope: &str, cursor: u64) {
        if let Some(told) = lock(&self.0).as_mut() {
            let head = told.heads.entry(scope.to_owned()).or_default();
            *head = cursor.max(*head);
        }
    }

    /// A scope was pulled to its end.
    pub(crate) fn pulled(&self, scope: &str) {
        if let Some(told) = lock(&self.0).as_mut() {
            told.pulled.insert(scope.to_owned(), Moment::now());
        }
    }

    /// Whether a scope that was pulled this far lacks nothing, as far as is known.
    pub(crate) fn is_at(&self, scope: &str, cursor: u64) -> bool {
        lock(&self.0).as_ref().is_some_and(|told| {
            told.heads.get(scope).is_some_and(|head| *head <= cursor)
                && told
                    .pulled
                    .get(scope)
                    .is_some_and(|at| at.elapsed() < EVERY)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_told_and_pulled_is_left_out() {
        let heads = Heads::default();
        assert!(!heads.is_at("brand", 7));
        heads.opened();
        heads.heard("brand", 7);
        assert!(
            !heads.is_at("brand", 7),
            "not pulled since the channel opened"
        );
        heads.pulled("brand");
        assert!(heads.is_at("brand", 7) && !heads.is_at("brand", 6));
        assert!(!heads.is_at("store:S1", 1));
        heads.heard("brand", 9);
        assert!(!heads.is_at("brand", 7));
        heads.closed();
        assert!(!heads.is_at("brand", 9));
    }
}
