//! Hearing of what other processes commit to the same database.
//!
//! On PostgreSQL a commit that writes the feed notifies them, in its own transaction; on SQLite,
//! and as the fallback, the heads are looked at now and then.

use std::time::Duration;

use protocol::push::ScopeCursor;
use sea_orm::{ConnectionTrait, DbBackend};
use tokio::task::JoinHandle;

use crate::centre::Centre;
use crate::db::postgres;
use crate::error::ServiceError;

/// The channel of feed heads: lines of cursor and scope.
pub const CHANNEL: &str = "counterpart_feed";
/// How often heads are looked at where nothing tells of changes.
const LOOK: Duration = Duration::from_millis(500);
/// And where notifications do: for one that was lost.
const LOOK_BESIDE: Duration = Duration::from_secs(5);
/// How often it is looked whether a device that listens was revoked.
const REVOKED: Duration = Duration::from_secs(5);
/// After the listening connection could not be had.
const AGAIN: Duration = Duration::from_secs(1);
/// PostgreSQL takes a little less than 8000 bytes.
const PAYLOAD: usize = 7_000;

/// Follows what other processes do until the tasks are ended.
pub fn follow(centre: &Centre) -> Vec<JoinHandle<()>> {
    let mut tasks = vec![
        tokio::spawn(look(centre.clone())),
        tokio::spawn(hang_up(centre.clone())),
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

async fn hang_up(centre: Centre) {
    loop {
        tokio::time::sleep(REVOKED).await;
        if let Err(error) = centre.live().hang_up_revoked(centre.db()).await {
            tracing::warn!(%error, "looking for devices that were revoked");
        }
    }
}

/// Pokes what PostgreSQL tells of, for as long as it runs; connects again where the server went.
pub async fn listen(centre: Centre) {
    loop {
        if let Err(error) = hear(&centre).await {
            tracing::warn!(%error, "listening to other processes");
        }
        tokio::time::sleep(AGAIN).await;
    }
}

async fn hear(centre: &Centre) -> Result<(), ServiceError> {
    let lost = |error| ServiceError::broken(format!("listening: {error}"));
    let mut listener = postgres::listen(centre.db().read(), CHANNEL)
        .await
        .map_err(lost)?;
    loop {
        // what was committed while nobody heard it
        centre.live().look(centre.db()).await?;
        while let Some(told) = listener.try_recv().await.map_err(lost)? {
            for (scope, cursor) in read(told.payload()) {
                centre.live().poke(scope, cursor);
            }
        }
    }
}

/// Tells other processes of new heads when the transaction commits; SQLite has no way to.
///
/// # Errors
/// Where the database fails.
pub async fn tell<C: ConnectionTrait>(db: &C, cursors: &[ScopeCursor]) -> Result<(), ServiceError> {
    if db.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    for payload in payloads(cursors) {
        postgres::notify(db, CHANNEL, payload).await?;
    }
    Ok(())
}

fn payloads(cursors: &[ScopeCursor]) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for c in cursors {
        let line = format!("{} {}\n", c.cursor, c.scope);
        match all.last_mut() {
            Some(last) if last.len() + line.len() <= PAYLOAD => last.push_str(&line),
            // a scope too long for any payload is found by looking
            _ if line.len() > PAYLOAD => {}
            _ => all.push(line),
        }
    }
    all
}

fn read(payload: &str) -> impl Iterator<Item = (&str, u64)> {
    payload.lines().filter_map(|line| {
        let (cursor, scope) = line.split_once(' ')?;
        Some((scope, cursor.parse().ok()?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_told_in_pieces_that_postgresql_takes() {
        let cursors: Vec<ScopeCursor> = (0..1_000)
            .map(|n| ScopeCursor {
                scope: format!("store:{}", "店".repeat(n % 30)),
                cursor: n as u64,
            })
            .collect();
        let payloads = payloads(&cursors);
        assert!(payloads.len() > 1);
        assert!(payloads.iter().all(|p| p.len() < 8_000));
        let read: Vec<_> = payloads.iter().flat_map(|p| read(p)).collect();
        let told: Vec<_> = cursors
            .iter()
            .map(|c| (c.scope.as_str(), c.cursor))
            .collect();
        assert_eq!(read, told);
        assert_eq!(
            super::read("nonsense\nx y\n7 brand").collect::<Vec<_>>(),
            [("brand", 7)]
        );
    }
}
