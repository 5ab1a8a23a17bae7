//! How many sign-up codes were shown, by day, clerk, channel and campaign: headquarters is told the last days whole, so that
//! hearing it twice counts nothing twice.

use super::meta::{get, set};
use crate::error::Result;
use chrono::TimeDelta;
use protocol::check_in::SHOWN;
use protocol::sign_up::CodesShown;
use rusqlite::Connection;

const KEY: &str = "codes_shown";
/// Days that are kept: a counter that was away for longer has shown codes that nobody counts.
const KEPT: TimeDelta = TimeDelta::days(31);

/// What was shown in the last days.
pub(crate) fn codes_shown(conn: &Connection) -> Result<Vec<CodesShown>> {
    let kept = get(conn, KEY)?;
    Ok(kept.map_or_else(|| Ok(Vec::new()), |kept| serde_json::from_str(&kept))?)
}

/// Counts a code that is shown.
pub(crate) fn note_code_shown(conn: &Connection, shown: CodesShown) -> Result<()> {
    let mut all = codes_shown(conn)?;
    let since = shown.day - KEPT;
    all.retain(|one| one.day > since);
    let same = |one: &&mut CodesShown| {
        (one.day, &one.clerk, one.channel, &one.campaign)
            == (shown.day, &shown.clerk, shown.channel, &shown.campaign)
    };
    match all.iter_mut().find(same) {
        Some(there) => there.codes = there.codes.saturating_add(shown.codes),
        None => all.push(shown),
    }
    all.sort();
    let beyond = all.len().saturating_sub(SHOWN);
    set(
        conn,
        KEY,
        &serde_json::to_string(all.get(beyond..).unwrap_or_default())?,
    )
}
