//! What the centre says of a member's redemptions and of what she did that is valued.

use crate::error::{Error, Result};
use protocol::entity::{Behaved, Redemption};
use rusqlite::Connection;
use serde::de::DeserializeOwned;

/// Her redemptions at all counters.
pub(crate) fn redemptions_of(conn: &Connection, member: &str) -> Result<Vec<Redemption>> {
    all(conn, include_str!("redemptions_of.sql"), member)
}

/// How often her behaviours counted on the last day that they did.
pub(crate) fn behaved_of(conn: &Connection, member: &str) -> Result<Vec<Behaved>> {
    all(conn, include_str!("behaved_of.sql"), member)
}

fn all<T: DeserializeOwned>(conn: &Connection, sql: &str, member: &str) -> Result<Vec<T>> {
    let mut statement = conn.prepare_cached(sql)?;
    let rows = statement.query_map([member], |r| r.get::<_, String>(0))?;
    rows.map(|r| serde_json::from_str(&r?).map_err(|e| Error::CacheDamaged(e.to_string())))
        .collect()
}
