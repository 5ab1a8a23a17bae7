//! Keeps the counter in step by itself: what a clerk did is sent at once and beside everything else;
//! a whole contact follows it, each poke, and comes every minute.

use super::{cycle, live};
use crate::client::Client;
use crate::error::Error;
use crate::shared::Shared;
use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;

/// A pull happens this often with no poke too.
const EVERY: Duration = Duration::from_secs(60);
/// First pause after a failure, at most; doubled up to [`LONGEST`].
const SHORTEST: Duration = Duration::from_millis(500);
const LONGEST: Duration = Duration::from_secs(20);

/// The running tasks; they end when this is dropped.
pub(crate) struct Worker {
    tasks: Vec<JoinHandle<()>>,
}

impl Drop for Worker {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

/// Starts the tasks.
pub(crate) fn start(shared: Arc<Shared>, runtime: &Runtime) -> Worker {
    let sending = runtime.spawn(send_forever(Arc::clone(&shared)));
    let syncing = runtime.spawn(sync_forever(Arc::clone(&shared)));
    let listening = runtime.spawn(listen_forever(shared));
    Worker {
        tasks: vec![sending, syncing, listening],
    }
}

/// One contact, unless another process of this device has one now.
pub(crate) async fn contact(shared: &Shared) -> Result<cycle::SyncReport, Error> {
    let me = shared.identity()?.ok_or(Error::NotEnrolled)?;
    let client = shared.client(&me)?;
    let result = {
        let _alone = shared.contacting().await;
        // nothing is asked for that could not be written down
        if let Some(stuck) = shared.stuck() {
            let stuck = stuck.error();
            shared.failed(&stuck);
            return Err(stuck);
        }
        let _turn = shared.sync_turn().await?;
        match cycle::cycle(shared, &client, &me).await {
            Err(Error::CacheDamaged(why)) => {
                tracing::warn!(why, "the contact begins anew with an empty cache");
                shared.rebuild_cache();
                cycle::cycle(shared, &client, &me).await
            }
            other => other,
        }
    };
    match &result {
        Ok(_) => {
            shared.reached();
            shared.has_reached();
        }
        Err(e) => shared.failed(e),
    }
    result
}

/// Sends what waits, and nothing else.
pub(crate) async fn send(shared: &Shared) -> Result<u32, Error> {
    let me = shared.identity()?.ok_or(Error::NotEnrolled)?;
    let client = shared.client(&me)?;
    let _turn = shared.sync_turn().await?;
    Ok(cycle::deliver(shared, &client, &me).await?.pushed)
}

async fn send_forever(shared: Arc<Shared>) {
    loop {
        shared.appended().notified().await;
        match send(&shared).await {
            Ok(_) => shared.reached(),
            Err(Error::NotEnrolled) => continue,
            Err(e) => {
                let (code, _) = e.code();
                tracing::info!(code, "sending failed: {e}");
                shared.failed(&e);
            }
        }
        // where it shows is pulled now; where it failed, the tries go on from there
        shared.wake().notify_one();
    }
}

async fn sync_forever(shared: Arc<Shared>) {
    let mut pauses = backoff();
    loop {
        let wait = match contact(&shared).await {
            Ok(_) => {
                pauses = backoff();
                EVERY
            }
            Err(Error::NotEnrolled) => EVERY,
            Err(e) => {
                let (code, _) = e.code();
                tracing::info!(code, "contact failed: {e}");
                pauses.next().unwrap_or(LONGEST)
            }
        };
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = shared.wake().notified() => {
                // pokes that come together make one contact
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
    }
}

async fn listen_forever(shared: Arc<Shared>) {
    let mut pauses = backoff();
    loop {
        let client: Option<Client> = shared
            .identity()
            .ok()
            .flatten()
            .and_then(|me| shared.client(&me).ok());
        if let Some(client) = client {
            let begun = std::time::Instant::now();
            let ended = live::listen(&client, &shared).await;
            tracing::debug!("live channel: {ended:?}");
            // the centre went away or came back: find out at once
            shared.wake().notify_one();
            if begun.elapsed() > LONGEST {
                pauses = backoff();
            }
        }
        tokio::time::sleep(pauses.next().unwrap_or(LONGEST)).await;
    }
}

/// Half to all of each pause, so that a thousand counters do not come back in one moment: what is added by chance is as
/// much again at most.
fn backoff() -> ExponentialBackoff {
    ExponentialBuilder::default()
        .with_min_delay(SHORTEST / 2)
        .with_max_delay(LONGEST / 2)
        .without_max_times()
        .with_jitter()
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_the_longest_and_are_half_of_each_at_least() {
        let mut whole = SHORTEST;
        for pause in backoff().take(12) {
            assert!(
                whole / 2 <= pause && pause <= whole,
                "{pause:?} of {whole:?}"
            );
            whole = (whole * 2).min(LONGEST);
        }
        assert_eq!(whole, LONGEST);
    }
}
