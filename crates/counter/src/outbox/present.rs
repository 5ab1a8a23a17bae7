//! Who has shown that she is there, for a few minutes: whoever shows her code when she is found is not asked again when she
//! redeems.

use super::meta::{get, set};
use crate::error::Result;
use chrono::{DateTime, Duration, Utc};
use protocol::MemberId;
use protocol::operation::Presence;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

const KEY: &str = "present";
/// For so long it stands that she was there.
const STANDS: Duration = Duration::minutes(10);

#[derive(Serialize, Deserialize)]
struct Present {
    member: MemberId,
    by: Presence,
    at: DateTime<Utc>,
}

fn all(conn: &Connection, now: DateTime<Utc>) -> Result<Vec<Present>> {
    let kept: Vec<Present> =
        get(conn, KEY)?.map_or_else(|| Ok(Vec::new()), |kept| serde_json::from_str(&kept))?;
    // a time that was set back ends it as well
    let stands = |one: &Present| now >= one.at && now - one.at < STANDS;
    Ok(kept.into_iter().filter(stands).collect())
}

/// By what she has shown, in the last minutes, that she is there.
pub(crate) fn present_by(
    conn: &Connection,
    member: &MemberId,
    now: DateTime<Utc>,
) -> Result<Option<Presence>> {
    let found = all(conn, now)?
        .into_iter()
        .find(|one| one.member == *member);
    Ok(found.map(|one| one.by))
}

/// Notes that she has shown it.
pub(crate) fn note_present(
    conn: &Connection,
    member: &MemberId,
    by: Presence,
    now: DateTime<Utc>,
) -> Result<()> {
    let mut kept = all(conn, now)?;
    kept.retain(|one| one.member != *member);
    kept.push(Present {
        member: member.clone(),
        by,
        at: now,
    });
    set(conn, KEY, &serde_json::to_string(&kept)?)
}
