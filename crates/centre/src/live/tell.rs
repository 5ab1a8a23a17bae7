//! Telling other processes on the same database of new heads, where the database can.

use protocol::push::ScopeCursor;
use sea_orm::{ConnectionTrait, DbBackend};

use crate::error::ServiceError;
use centre_store::db::postgres;

/// The channel of feed heads: lines of cursor and scope.
pub const CHANNEL: &str = "counterpart_feed";
/// PostgreSQL takes a little less than 8000 bytes.
const PAYLOAD: usize = 7_000;

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

/// Scopes and their heads in what was told.
pub(crate) fn read(payload: &str) -> impl Iterator<Item = (&str, u64)> {
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
