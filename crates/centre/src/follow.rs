//! Hearing of what other processes commit to the same database.
//!
//! On PostgreSQL a commit that writes the feed notifies them, in its own transaction; on SQLite,
//! and as the fallback, the heads are looked at now and then.

use std::time::Duration;

use sea_orm::DbBackend;
use tokio::task::JoinHandle;

use crate::Centre;
use crate::error::ServiceError;
use crate::live::{CHANNEL, read};
use centre_store::boxed;
use centre_store::db::postgres;

/// How often heads are looked at where nothing tells of changes.
const LOOK: Duration = Duration::from_millis(500);
/// And where notifications do: for one that was lost.
const LOOK_BESIDE: Duration = Duration::from_secs(5);
/// How often it is looked whether a device that listens was revoked, or is to check in.
const DEVICES: Duration = Duration::from_secs(5);
/// After the listening connection could not be had.
const AGAIN: Duration = Duration::from_secs(1);

/// Follows what other processes do until the tasks are ended.
pub fn follow(centre: &Centre) -> Vec<JoinHandle<()>> {
    let mut tasks = vec![
        tokio::spawn(look(centre.clone())),
        tokio::spawn(devices(centre.clone())),
    ];
    if centre.db().backend() == DbBackend::Postgres {
        tasks.push(tokio::spawn(listen(centre.clone())));
    }
    tasks
}

async fn look(centre: Centre) {
    let every = match centre.db().backend() {
        DbBackend::Postgres => LOOK_BESIDE,
        _ => LOOK,
    };
    loop {
        tokio::time::sleep(every).await;
        if let Err(error) = centre.live().look(centre.db()).await {
            tracing::warn!(%error, "looking for changes of other processes");
        }
    }
}

async fn devices(centre: Centre) {
    loop {
        tokio::time::sleep(DEVICES).await;
        if let Err(error) = centre.live().hang_up_revoked(centre.db()).await {
            tracing::warn!(%error, "looking for devices that were revoked");
        }
        if let Err(error) = centre.live().call_in_due(centre.db()).await {
            tracing::warn!(%error, "looking for devices that are to check in");
        }
    }
}

/// Pokes what PostgreSQL tells of, for as long as it runs; connects again where the server went.
#[boxed]
pub async fn listen(centre: Centre) {
    loop {
        if let Err(error) = hear(&centre).await {
            tracing::warn!(%error, "listening to other processes");
        }
        tokio::time::sleep(AGAIN).await;
    }
}

async fn hear(centre: &Centre) -> Result<(), ServiceError> {
    let mut listener = postgres::listen(centre.db().read(), CHANNEL)
        .await
        .map_err(ServiceError::Listening)?;
    loop {
        // what was committed while nobody heard it
        centre.live().look(centre.db()).await?;
        while let Some(told) = listener.try_recv().await.map_err(ServiceError::Listening)? {
            for (scope, cursor) in read(told.payload()) {
                centre.live().poke(scope, cursor);
            }
        }
    }
}
