//! The time that this counter believes, and whether its clocks can carry a lease.

use super::meta::{flag, get, set, set_flag, unset};
use crate::clock::{Anchor, Reading};
use crate::error::{Error, Result};
use chrono::{DateTime, Datelike, Duration, Utc};
use loyalty::Silence;
use rusqlite::Connection;

/// When the centre last answered, by its own clock.
pub(crate) fn last_contact(conn: &Connection) -> Result<Option<DateTime<Utc>>> {
    Ok(anchor(conn, "contact")?.map(|a| a.time))
}

fn anchor(conn: &Connection, key: &str) -> Result<Option<Anchor>> {
    get(conn, key)?
        .map(|v| serde_json::from_str(&v).map_err(Error::from))
        .transpose()
}

/// The centre's time now, as this counter believes it. Before the first contact, the wall clock.
pub(crate) fn believed_time(conn: &Connection) -> Result<DateTime<Utc>> {
    let reading = Reading::now();
    let latest = match (anchor(conn, "contact")?, anchor(conn, "believed")?) {
        (Some(a), Some(b)) => a.time_at(&reading).max(b.time_at(&reading)),
        (Some(a), None) | (None, Some(a)) => a.time_at(&reading),
        (None, None) => reading.wall,
    };
    Ok(latest)
}

/// How far a wall clock may be behind after a start without meaning anything: the clock that runs
/// while a device is off counts whole seconds and is set right a little later.
fn slack() -> Duration {
    Duration::seconds(5)
}

/// Whether the device was started since the last note with its wall clock behind that note's.
pub(super) fn is_behind(conn: &Connection) -> Result<bool> {
    let now = Reading::now();
    for key in ["contact", "believed"] {
        let Some(noted) = anchor(conn, key)?.map(|a| a.reading) else {
            continue;
        };
        let same_start = !now.boot.is_empty() && now.boot == noted.boot;
        if !same_start && now.wall + slack() < noted.wall {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Years in which a centre may say that it is. Beyond them its clock is broken, and what is
/// counted on from there would leave the calendar.
const YEARS: std::ops::RangeInclusive<i32> = 2020..=2199;

/// Writes down a time of the centre.
///
/// # Errors
/// [`Error::Nonsense`] where it is beyond reason.
pub(crate) fn note_contact(conn: &Connection, time: DateTime<Utc>) -> Result<()> {
    if !YEARS.contains(&time.year()) {
        return Err(Error::Nonsense(format!("a clock in year {}", time.year())));
    }
    let anchor = Anchor {
        time,
        reading: Reading::now(),
    };
    let text = serde_json::to_string(&anchor)?;
    set(conn, "contact", &text)?;
    set(conn, "believed", &text)?;
    set_clock_behind(conn, false)
}

/// Writes down the time believed at an operation, so that a reboot counts on from it.
pub(crate) fn note_believed(conn: &Connection, time: DateTime<Utc>) -> Result<()> {
    // the note below makes the clocks look right again; what they were stays written down
    if is_behind(conn)? {
        set_clock_behind(conn, true)?;
    }
    let anchor = Anchor {
        time,
        reading: Reading::now(),
    };
    set(conn, "believed", &serde_json::to_string(&anchor)?)
}

/// The device was started anew with its wall clock behind what this counter had seen: how long it
/// was off is not known, and every lease counts as over until the centre answers.
pub(crate) fn clock_is_behind(conn: &Connection) -> Result<bool> {
    Ok(flag(conn, "clock_behind")? || is_behind(conn)?)
}

/// For so long the time that is counted on from the last contact is good to a few seconds.
const SURE_FOR: Duration = Duration::days(7);

/// Whether the time that this counter believes is good enough to judge a code that holds for a minute: it was in contact since
/// the device was started, and not too long ago; what the wall clock has counted while it was off may be anything.
pub(crate) fn time_is_sure(conn: &Connection) -> Result<bool> {
    let (Some(contact), now) = (anchor(conn, "contact")?, Reading::now()) else {
        return Ok(false);
    };
    let same_start = !now.boot.is_empty() && now.boot == contact.reading.boot;
    let since = now
        .since_boot_ms
        .saturating_sub(contact.reading.since_boot_ms);
    Ok(same_start && since < SURE_FOR.num_milliseconds() && !clock_is_behind(conn)?)
}

pub(crate) fn set_clock_behind(conn: &Connection, on: bool) -> Result<()> {
    if on {
        // a code was typed by a clock that is not this one any more
        unset(conn, UNLOCKED)?;
    }
    set_flag(conn, "clock_behind", on)
}

/// Until when a code has opened this counter, and when the last one that was used was given.
const UNLOCKED: &str = "unlocked_until";
const UNLOCK_USED: &str = "unlock_used";

/// What is known of the centre's silence.
pub(crate) fn silence(conn: &Connection) -> Result<Silence> {
    Ok(Silence {
        heard: last_contact(conn)?,
        clock_lost: clock_is_behind(conn)?,
        unlocked_until: moment(conn, UNLOCKED)?,
    })
}

/// When the last code that was used was given.
pub(crate) fn unlock_used(conn: &Connection) -> Result<Option<DateTime<Utc>>> {
    moment(conn, UNLOCK_USED)
}

/// Takes a code that was given at a moment of the centre: it is one more thing that is known of the centre's time.
pub(crate) fn note_unlocked(
    conn: &Connection,
    given: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<()> {
    let now = believed_time(conn)?.max(given);
    note_believed(conn, now)?;
    set(conn, UNLOCK_USED, &given.to_rfc3339())?;
    set(conn, UNLOCKED, &until.to_rfc3339())
}

/// How long ago the time believed was written down. What passes between two notes is lost where the device is then
/// started anew with its clock set back.
pub(crate) fn since_noted(conn: &Connection) -> Result<Duration> {
    let noted = match (anchor(conn, "contact")?, anchor(conn, "believed")?) {
        (Some(a), Some(b)) => Some(a.time.max(b.time)),
        (Some(a), None) | (None, Some(a)) => Some(a.time),
        (None, None) => None,
    };
    match noted {
        Some(noted) => Ok(believed_time(conn)? - noted),
        None => Ok(Duration::zero()),
    }
}

fn moment(conn: &Connection, key: &str) -> Result<Option<DateTime<Utc>>> {
    get(conn, key)?
        .map(|v| {
            v.parse()
                .map_err(|_| Error::OutboxDamaged(format!("{key} is no moment")))
        })
        .transpose()
}

/// When the centre was last heard, with the clocks of that moment, as text: for the copy of the identity.
pub(crate) fn contact_note(conn: &Connection) -> Result<Option<String>> {
    get(conn, "contact")
}

/// Puts such a text into an outbox that begins.
pub(crate) fn put_contact_note(conn: &Connection, note: &str) -> Result<()> {
    // read first: a text that is none is not put anywhere
    let _: Anchor = serde_json::from_str(note)?;
    set(conn, "contact", note)
}

/// The centre's time in such a text.
pub(crate) fn noted_at(note: &str) -> Option<DateTime<Utc>> {
    serde_json::from_str::<Anchor>(note).ok().map(|a| a.time)
}
