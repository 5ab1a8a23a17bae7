//! `outbox.db`: operations not yet confirmed, allowances, identity. Commits are durable
//! (`synchronous=FULL`) before anything is called done.

mod allowance;
mod append;
mod aside;
mod epoch;
pub(crate) mod identity;
mod parked;
mod pins;
mod prints;
mod profile;
#[cfg(test)]
mod properties;
mod read;
mod release;
mod request;
mod settle;
#[cfg(test)]
mod tests;
mod time;

pub(crate) use allowance::{
    OwnGrant, barred_by, held_coupons, own_grants, renew, spend, usable, use_coupon,
};
pub(crate) use append::{Draft, Summary, append, head};
pub use aside::PutAside;
pub(crate) use aside::put_aside;
pub(crate) use epoch::{
    Place, acked, answered, ask_anew, begin_epoch, common, offer_again, place, reported,
    send_after, send_again,
};
pub(crate) use identity::Identity;
pub(crate) use parked::{parked, parked_one, put_parked, remove_parked, remove_parked_before};
pub(crate) use pins::{LOCK_MS, locked_until, right as pin_right, wrong as pin_wrong};
pub(crate) use prints::{begin_print, not_printed, prints};
pub(crate) use profile::{PendingProfile, changed_profiles, pending_profiles};
pub(crate) use read::{
    Row, approved_since, attention, batch, confirmed_count, confirmed_since, in_overlay,
    open_counts, operation, overlay_of, overlay_of_receipt, overlay_redemptions, overlay_with,
    sale_of, waiting,
};
pub(crate) use release::{DueBack, give_back, is_due, released_since};
pub(crate) use request::{note_request, open_requests, take_reply};
pub(crate) use settle::{
    answer, answered_overlays, first_waiting, held as held_numbers, next_waiting, shown,
};

use crate::error::{Error, Failing, Result, failing};
use crate::home::{FileKey, Home};
use rusqlite::{Connection, Transaction, TransactionBehavior};
use rusqlite_migration::{M, Migrations};
use std::path::Path;
use std::time::Duration;

/// The outbox file, opened by one process among perhaps several.
pub(crate) struct Outbox {
    conn: Connection,
    commits: Commits,
}

/// How durable a commit is before it is called done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Commits {
    /// On the disk.
    Durable,
    /// In the log, in order. Losing power may lose the last of them, never one that a durable commit
    /// came after: that one writes the log to the disk, with all that stands before it.
    Lazy,
}

/// Steps of the schema; the text of one that was released is never changed.
fn schema() -> Migrations<'static> {
    Migrations::new(vec![
        M::up(include_str!("schema.sql")),
        M::up(include_str!("schema_2.sql")),
        M::up(include_str!("schema_3.sql")),
        M::up(include_str!("schema_4.sql")),
    ])
}

/// What a failure on this file means: it is never rebuilt, so damage is reported as such.
pub(crate) fn failure(error: rusqlite::Error) -> Error {
    match failing(&error) {
        Failing::Damaged => Error::OutboxDamaged(error.to_string()),
        _ => Error::from(error),
    }
}

/// Bytes of a page. SQLite takes a file without one whole page for a new one, and would begin it.
const PAGE: u64 = 4096;

/// Whether there was an outbox and is none now. The cache is made after it, so where there is a
/// cache there was one: a new one in its place would forget what waits, and nobody would know.
fn lost(home: &Home) -> Result<bool> {
    let gone = match std::fs::metadata(home.outbox()) {
        Ok(file) => file.len() < PAGE,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => true,
        Err(e) => return Err(Error::Home(e)),
    };
    Ok(gone && home.cache().exists())
}

impl Outbox {
    /// Opens the file, making it where this counter is new.
    pub(crate) fn open(home: &Home, key: &FileKey) -> Result<Self> {
        if lost(home)? {
            return Err(Error::OutboxDamaged(
                "it is gone or has no whole page, and this counter is not new".into(),
            ));
        }
        let mut outbox = Self::open_file(&home.outbox(), key)?;
        // seen now or never: the next note of the time believed would hide it
        if outbox.read(time::is_behind)? {
            outbox.write(|tx| identity::set_clock_behind(tx, true))?;
        }
        Ok(outbox)
    }

    fn open_file(path: &Path, key: &FileKey) -> Result<Self> {
        let mut conn = Connection::open(path).map_err(failure)?;
        conn.execute_batch(&key.pragma()).map_err(failure)?;
        conn.busy_timeout(Duration::from_secs(5)).map_err(failure)?;
        conn.pragma_update(None, "journal_mode", "WAL")
            .map_err(failure)?;
        conn.pragma_update(None, "synchronous", "FULL")
            .map_err(failure)?;
        conn.pragma_update(None, "foreign_keys", true)
            .map_err(failure)?;
        conn.set_prepared_statement_cache_capacity(64);
        schema().to_latest(&mut conn).map_err(|e| match e {
            rusqlite_migration::Error::RusqliteError { err, .. } => failure(err),
            other => Error::OutboxDamaged(other.to_string()),
        })?;
        Ok(Self {
            conn,
            commits: Commits::Durable,
        })
    }

    /// One transaction that has the write lock from its beginning; durable once this returns.
    pub(crate) fn write<T>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T>,
    ) -> Result<T> {
        self.commit(Commits::Durable, work)
    }

    /// One transaction like [`Outbox::write`], for what the centre said: it is said again where
    /// losing power loses it. An operation sent once more is answered by what became of it, a request
    /// sent once more by the same allowances, and a spend of one is durable with the allowance.
    pub(crate) fn note<T>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T>,
    ) -> Result<T> {
        self.commit(Commits::Lazy, work)
    }

    fn commit<T>(
        &mut self,
        commits: Commits,
        work: impl FnOnce(&Transaction<'_>) -> Result<T>,
    ) -> Result<T> {
        if self.commits != commits {
            let synchronous = match commits {
                Commits::Durable => "FULL",
                Commits::Lazy => "NORMAL",
            };
            self.conn
                .pragma_update(None, "synchronous", synchronous)
                .map_err(failure)?;
            self.commits = commits;
        }
        let tx = self
            .conn
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(failure)?;
        let value = work(&tx)?;
        tx.commit().map_err(failure)?;
        Ok(value)
    }

    /// Reads without a lock.
    pub(crate) fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        work(&self.conn)
    }
}
