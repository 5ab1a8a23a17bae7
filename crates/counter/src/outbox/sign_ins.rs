//! Who signed in, until the centre has noted it.

use super::meta::{get, set};
use crate::error::Result;
use chrono::{DateTime, Utc};
use protocol::ClerkId;
use protocol::hello::SignedIn;
use protocol::limits::SIGN_INS;
use rusqlite::Connection;

const KEY: &str = "signed_in";

/// Those that the centre has not noted, oldest first.
pub(crate) fn sign_ins(conn: &Connection) -> Result<Vec<SignedIn>> {
    let kept = get(conn, KEY)?;
    Ok(kept.map_or_else(|| Ok(Vec::new()), |kept| serde_json::from_str(&kept))?)
}

/// Writes down that a clerk signed in. Of very many without a contact in between the newest are kept.
pub(crate) fn note_sign_in(conn: &Connection, clerk: &ClerkId, at: DateTime<Utc>) -> Result<()> {
    let mut all = sign_ins(conn)?;
    all.push(SignedIn {
        clerk: clerk.clone(),
        // whole milliseconds, so that it is known again when it is told twice
        at: DateTime::from_timestamp_millis(at.timestamp_millis()).unwrap_or(at),
    });
    let beyond = all.len().saturating_sub(SIGN_INS);
    keep(conn, all.get(beyond..).unwrap_or_default())
}

/// Forgets those that the centre has noted.
pub(crate) fn noted(conn: &Connection, told: &[SignedIn]) -> Result<()> {
    if told.is_empty() {
        return Ok(());
    }
    let mut left = sign_ins(conn)?;
    left.retain(|one| !told.contains(one));
    keep(conn, &left)
}

fn keep(conn: &Connection, all: &[SignedIn]) -> Result<()> {
    set(conn, KEY, &serde_json::to_string(all)?)
}
