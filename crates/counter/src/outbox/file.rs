//! The outbox file: how it is opened, read and written. Commits are durable before anything is called done.

use super::failure::failure;
use super::{identity, read, time};
use crate::age;
use crate::error::{Error, Result};
use crate::home::{FileKey, Home};
use crate::read_only::{self, ReadOnly, Reading, Stuck, open_or_read};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use rusqlite_migration::{M, Migrations};
use std::path::Path;
use std::time::Duration;

/// The outbox file, opened by one process among perhaps several.
pub(crate) struct Outbox {
    pub(super) conn: Connection,
    commits: Commits,
    /// Why it can only be read, where that is so.
    read_only: Option<ReadOnly>,
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
        M::up_with_hook(include_str!("schema_5.sql"), |tx| {
            Ok(read::fill_receipt_keys(tx)?)
        }),
        M::up(include_str!("schema_6.sql")),
        M::up(include_str!("schema_7.sql")),
        M::up(include_str!("schema_8.sql")),
    ])
}

/// Commits that this file has counted.
fn commits(conn: &Connection) -> rusqlite::Result<i64> {
    let sql = "SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'commits'";
    match conn.query_row(sql, [], |r| r.get(0)) {
        // it counts from now on
        Err(rusqlite::Error::QueryReturnedNoRows) => Ok(0),
        Err(e) if e.to_string().contains("no such table") => Ok(0),
        other => other,
    }
}

fn count_commit(tx: &Transaction<'_>) -> Result<()> {
    let sql = "INSERT INTO meta VALUES ('commits', '1') ON CONFLICT (key) \
               DO UPDATE SET value = CAST(value AS INTEGER) + 1";
    tx.prepare_cached(sql)
        .and_then(|mut s| s.execute([]))
        .map_err(failure)?;
    Ok(())
}

/// Bytes of a page. SQLite takes a file without one whole page for a new one, and would begin it.
const PAGE: u64 = 4096;

/// Whether there was an outbox and is none now. The cache is made after it, so where there is a
/// cache there was one: a new one in its place would forget what waits, and nobody would know.
pub(super) fn lost(home: &Home) -> Result<bool> {
    let gone = match std::fs::metadata(home.outbox()) {
        Ok(file) => file.len() < PAGE,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => true,
        Err(e) => return Err(Error::home(&home.outbox())(e)),
    };
    Ok(gone && (home.cache().exists() || home.cache_erased().exists()))
}

impl Outbox {
    /// Opens the file, making it where this counter is new.
    pub(crate) fn open(home: &Home, key: &FileKey) -> Result<Self> {
        if lost(home)? {
            return Err(Error::OutboxDamaged(format!(
                "{} is gone or has no whole page, and this counter is not new",
                home.outbox().display()
            )));
        }
        let file = home.outbox();
        let mut outbox = open_or_read(
            home,
            &file,
            || Self::open_file(&file, key),
            |stuck| Self::open_stuck(home, key, stuck),
        )?;
        // seen now or never: the next note of the time believed would hide it
        if outbox.read_only.is_none() && outbox.read(time::is_behind)? {
            outbox.write(|tx| identity::set_clock_behind(tx, true))?;
        }
        Ok(outbox)
    }

    /// Opens the file to be read only.
    fn open_stuck(home: &Home, key: &FileKey, stuck: Stuck) -> Result<Self> {
        let mut place = Reading::of(&home.outbox());
        if !place.came_to_be(&home.outbox(), key).map_err(failure)? {
            return Err(stuck.error());
        }
        let mut outbox = match &place {
            Reading::There => Self::read_only(&home.outbox(), key)?,
            Reading::Copy { path: copy, .. } => Self::open_file(copy, key)?,
        };
        if schema().pending_migrations(&outbox.conn).unwrap_or(0) > 0 {
            // of an older build: brought up to date where it can be
            place = Reading::copy(&home.outbox()).map_err(Error::home(&home.outbox()))?;
            if let Reading::Copy { path: copy, .. } = &place {
                outbox = Self::open_file(copy, key)?;
            }
        }
        outbox.read_only = Some(ReadOnly::new(home, key, stuck, place));
        Ok(outbox)
    }

    fn read_only(path: &Path, key: &FileKey) -> Result<Self> {
        Ok(Self {
            conn: read_only::connect(path, key).map_err(failure)?,
            commits: Commits::Durable,
            read_only: None,
        })
    }

    /// Why it can only be read now; tries first whether it still is so.
    pub(crate) fn stuck(&mut self) -> Option<Stuck> {
        let read_only = self.read_only.as_ref()?;
        let file = read_only.home.outbox();
        let now = match Stuck::of(&read_only.home, &file) {
            Some(stuck) => stuck,
            None => match Self::open_file(&file, &read_only.key) {
                Ok(open) => {
                    tracing::info!("the outbox can be written again");
                    *self = open;
                    return None;
                }
                Err(Error::DiskFull) => Stuck::Full,
                Err(e) => {
                    tracing::warn!("the outbox stays as it was read: {e}");
                    read_only.why.clone()
                }
            },
        };
        Some(now)
    }

    pub(super) fn open_file(path: &Path, key: &FileKey) -> Result<Self> {
        let before = age::before(path, key, commits);
        let mut conn = Connection::open(path).map_err(failure)?;
        // closed without a word where it does not fit its log: the files stay as they are
        let keeps_log = DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE;
        conn.set_db_config(keeps_log, true).map_err(failure)?;
        conn.execute_batch(&key.pragma()).map_err(failure)?;
        conn.busy_timeout(Duration::from_secs(5)).map_err(failure)?;
        age::check(&conn, path, key, before, commits).map_err(|misfit| {
            Error::OutboxDamaged(format!(
                "{}; put the one back that belongs to the other, or both aside with \
                 `counter outbox move-aside`",
                misfit.0
            ))
        })?;
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
        conn.set_db_config(keeps_log, false).map_err(failure)?;
        Ok(Self {
            conn,
            commits: Commits::Durable,
            read_only: None,
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
        if let Some(stuck) = self.stuck() {
            return Err(stuck.error());
        }
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
        count_commit(&tx)?;
        tx.commit().map_err(failure)?;
        Ok(value)
    }

    /// Reads without a lock.
    pub(crate) fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        work(&self.conn)
    }
}
