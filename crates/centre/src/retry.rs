//! Trying a unit of work again: whole, from its beginning.

use std::future::Future;
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};

use crate::Centre;
use crate::error::ServiceError;
use centre_store::db::fault::Fault;

/// Tries where others were in the way.
const CONFLICTS: u32 = 10;
/// Tries where the connection was lost: one more finds a server that has just come back. Who
/// asked tries again later.
const LOST: u32 = 2;
/// The wait before the second try; it doubles each time.
const FIRST_WAIT: Duration = Duration::from_millis(5);
const LONGEST_WAIT: Duration = Duration::from_millis(320);

impl Centre {
    /// Does a unit of work, again where another was in its way or the connection was lost. It
    /// must be one that may be done twice: the connection may be lost while it commits.
    ///
    /// # Errors
    /// The unit's own; that of its last try where trying again did not help.
    pub async fn retrying<T, F, W>(&self, mut unit: W) -> Result<T, ServiceError>
    where
        W: FnMut() -> F,
        F: Future<Output = Result<T, ServiceError>>,
    {
        let (mut conflicts, mut lost) = (1, 1);
        // up to as much again by chance: two that were in each other's way must not meet again
        let mut waits = ExponentialBuilder::default()
            .with_min_delay(FIRST_WAIT)
            .with_max_delay(LONGEST_WAIT)
            .without_max_times()
            .with_jitter()
            .build();
        loop {
            let error = match unit().await {
                Err(error) => error,
                done => return done,
            };
            let (count, most) = match error.fault() {
                Fault::Conflict => (&mut conflicts, CONFLICTS),
                Fault::Lost => (&mut lost, LOST),
                Fault::Busy | Fault::Other => return Err(error),
            };
            if *count >= most {
                return Err(error);
            }
            *count += 1;
            tracing::debug!(%error, "trying again");
            tokio::time::sleep(waits.next().unwrap_or(LONGEST_WAIT)).await;
        }
    }
}
