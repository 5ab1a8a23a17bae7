//! Tries of PINs, counted on the disk before a PIN is looked at: neither a restart nor many tries at once get round it.

use super::failure;
use crate::error::Result;
use chrono::{DateTime, Utc};
use protocol::pin::Tries;
use rusqlite::{Connection, OptionalExtension, Transaction};

/// A try that was counted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Counted {
    /// The count before it.
    before: Tries,
    /// The count with it.
    pub(crate) tries: Tries,
}

fn tries(conn: &Connection, clerk: &str) -> Result<Tries> {
    let row: Option<(u32, i64, i64)> = conn
        .prepare_cached("SELECT failed, locked_ms, last_ms FROM pin_try WHERE clerk = ?1")
        .and_then(|mut s| {
            s.query_row([clerk], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))
                .optional()
        })
        .map_err(failure)?;
    let moment = |ms: i64| {
        (ms > 0)
            .then(|| DateTime::from_timestamp_millis(ms))
            .flatten()
    };
    Ok(
        row.map_or_else(Tries::default, |(failed, locked, last)| Tries {
            failed,
            until: moment(locked),
            last: moment(last),
        }),
    )
}

fn put(tx: &Transaction<'_>, clerk: &str, tries: &Tries) -> Result<()> {
    let ms = |at: Option<DateTime<Utc>>| at.map_or(0, |at| at.timestamp_millis());
    tx.prepare_cached(include_str!("pin_tries.sql"))
        .and_then(|mut s| s.execute((clerk, tries.failed, ms(tries.until), ms(tries.last))))
        .map_err(failure)?;
    Ok(())
}

/// Counts a try; or until when none is taken.
pub(crate) fn count_try(
    tx: &Transaction<'_>,
    clerk: &str,
    now: DateTime<Utc>,
) -> Result<std::result::Result<Counted, DateTime<Utc>>> {
    let before = tries(tx, clerk)?;
    if let Some(until) = before.locked_until(now) {
        return Ok(Err(until));
    }
    let tries = before.with_one_more(now);
    put(tx, clerk, &tries)?;
    Ok(Ok(Counted { before, tries }))
}

/// The PIN was not looked at after all: the try does not count, where none was made since.
pub(crate) fn take_back_try(tx: &Transaction<'_>, clerk: &str, counted: &Counted) -> Result<()> {
    let now = tries(tx, clerk)?;
    let same = |a: Option<DateTime<Utc>>, b: Option<DateTime<Utc>>| {
        a.map(|at| at.timestamp_millis()) == b.map(|at| at.timestamp_millis())
    };
    if now.failed == counted.tries.failed && same(now.last, counted.tries.last) {
        put(tx, clerk, &counted.before)?;
    }
    Ok(())
}

/// A right PIN clears the count.
pub(crate) fn right(tx: &Transaction<'_>, clerk: &str) -> Result<()> {
    tx.prepare_cached("DELETE FROM pin_try WHERE clerk = ?1")
        .and_then(|mut s| s.execute([clerk]))
        .map_err(failure)?;
    Ok(())
}
