//! The cache file: one connection that writes, some that read beside it. It is made anew where it is damaged.

use super::connection::{commits, connect};
use super::key_change::{self, opens};
use super::snapshot::{self, Bulking};
use super::{products, receipts, table};
use crate::age;
use crate::error::{Error, Result};
use crate::home::{FileKey, Home};
use crate::lock::lock;
use crate::read_only::{self, ReadOnly, Reading, Stuck, open_or_read};
use crate::search;
use rusqlite::{Connection, Transaction};
use rusqlite_migration::{M, Migrations};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, MutexGuard};

const READERS: usize = 2;

/// The cache file: one connection that writes, some that read beside it.
pub(crate) struct Cache {
    pub(super) writer: Mutex<Connection>,
    pub(super) readers: Vec<Mutex<Connection>>,
    /// Members are hidden from whoever reads.
    pub(super) hidden: AtomicBool,
    /// It holds nothing and lies in memory: what the file held was erased for good.
    empty: bool,
    /// A snapshot whose search keys wait; taken after the writer.
    pub(super) bulk: Mutex<Option<Bulking>>,
    /// Why it can only be read, where that is so.
    read_only: Option<ReadOnly>,
    /// The file was damaged when it was opened, and this one was begun in its place.
    begun_anew: bool,
}

impl Cache {
    /// Opens the file as [`Cache::open_of`] does, by the key that it has.
    #[cfg(test)]
    pub(crate) fn open(home: &Home, key: &FileKey) -> Result<Self> {
        Self::open_of(home, key, key)
    }

    /// Opens the file; one that cannot be read is moved aside and made anew. `before` is the key that it may have of a
    /// build before.
    pub(crate) fn open_of(home: &Home, key: &FileKey, before: &FileKey) -> Result<Self> {
        let file = home.cache();
        let is_of_before = || file.exists() && !opens(&file, key) && opens(&file, before);
        open_or_read(
            home,
            &file,
            || match Self::open_file(&file, key) {
                Err(Error::CacheDamaged(_)) if is_of_before() => {
                    key_change::write_anew(&file, before, key)?;
                    Self::open_file(&file, key)
                }
                Err(Error::CacheDamaged(why)) => {
                    let kept = move_aside(home).map_err(Error::home(&file))?;
                    tracing::warn!(why, kept = %kept.display(), "cache was damaged, made anew");
                    let mut fresh = Self::open_file(&file, key)?;
                    fresh.begun_anew = true;
                    Ok(fresh)
                }
                other => other,
            },
            |stuck| {
                let key = if is_of_before() { before } else { key };
                Self::open_stuck(home, key, stuck)
            },
        )
    }

    /// One that holds nothing, in memory.
    pub(crate) fn empty() -> Result<Self> {
        let name = format!("file:{}?mode=memory&cache=shared", uuid::Uuid::new_v4());
        let mut writer = Connection::open(&name)?;
        schema().to_latest(&mut writer).map_err(|e| match e {
            rusqlite_migration::Error::RusqliteError { err, .. } => Error::from(err),
            other => Error::CacheDamaged(other.to_string()),
        })?;
        let readers = (0..READERS)
            .map(|_| Ok(Mutex::new(Connection::open(&name)?)))
            .collect::<Result<_>>()?;
        Ok(Self {
            empty: true,
            ..Self::of(writer, readers)
        })
    }

    fn of(writer: Connection, readers: Vec<Mutex<Connection>>) -> Self {
        Self {
            writer: Mutex::new(writer),
            readers,
            hidden: AtomicBool::new(false),
            empty: false,
            bulk: Mutex::new(None),
            read_only: None,
            begun_anew: false,
        }
    }

    /// Whether what it held was erased for good.
    pub(crate) fn is_empty(&self) -> bool {
        self.empty
    }

    /// Opens the file to be read only.
    fn open_stuck(home: &Home, key: &FileKey, stuck: Stuck) -> Result<Self> {
        let mut place = Reading::of(&home.cache());
        if !place.came_to_be(&home.cache(), key)? {
            return Err(stuck.error());
        }
        if let Reading::There = place {
            let conn = read_only::connect(&home.cache(), key)?;
            let pending = schema().pending_migrations(&conn).unwrap_or(0) > 0;
            if pending || !table::is_of_this_build(&conn).unwrap_or(true) {
                // of an older build: brought up to date where it can be
                place = Reading::copy(&home.cache()).map_err(Error::home(&home.cache()))?;
            }
        }
        let mut cache = match &place {
            Reading::Copy { path: copy, .. } => Self::open_file(copy, key)?,
            Reading::There => {
                let read = || read_only::connect(&home.cache(), key);
                let readers = (0..READERS).map(|_| read().map(Mutex::new));
                Self::of(read()?, readers.collect::<rusqlite::Result<_>>()?)
            }
        };
        cache.read_only = Some(ReadOnly::new(home, key, stuck, place));
        Ok(cache)
    }

    /// Whether it is empty because the one before it was damaged.
    pub(crate) fn begun_anew(&self) -> bool {
        self.begun_anew
    }

    /// Why it can only be read now.
    pub(crate) fn stuck(&self) -> Option<&Stuck> {
        self.read_only.as_ref().map(|f| &f.why)
    }

    /// Opens it to be written where it can be by now.
    pub(crate) fn thaw(&mut self) {
        let Some(read_only) = &self.read_only else {
            return;
        };
        if Stuck::of(&read_only.home, &read_only.home.cache()).is_some() {
            return;
        }
        match Self::open_file(&read_only.home.cache(), &read_only.key) {
            Ok(open) => {
                tracing::info!("the cache can be written again");
                *self = open;
            }
            Err(e) => tracing::info!("the cache still cannot be written: {e}"),
        }
    }

    /// The connection that writes.
    pub(super) fn writer(&self) -> Result<MutexGuard<'_, Connection>> {
        match self.stuck() {
            Some(stuck) => Err(stuck.error()),
            None => Ok(lock(&self.writer)),
        }
    }

    fn open_file(path: &Path, key: &FileKey) -> Result<Self> {
        let before = age::before(path, key, commits);
        let mut writer = connect(path, key)?;
        age::check(&writer, path, key, before, commits).map_err(|m| Error::CacheDamaged(m.0))?;
        schema().to_latest(&mut writer).map_err(|e| match e {
            rusqlite_migration::Error::RusqliteError { err, .. } => Error::from(err),
            other => Error::CacheDamaged(other.to_string()),
        })?;
        table::note_members(&mut writer)?;
        snapshot::begin_broken_off(&mut writer)?;
        let readers = (0..READERS)
            .map(|_| {
                let conn = connect(path, key)?;
                conn.pragma_update(None, "query_only", true)?;
                Ok(Mutex::new(conn))
            })
            .collect::<Result<_>>()?;
        Ok(Self::of(writer, readers))
    }

    /// Puts the file aside, whatever is in it, and begins an empty one.
    pub(crate) fn rebuild(&mut self, home: &Home, key: &FileKey) -> Result<()> {
        if let Some(stuck) = self.stuck() {
            return Err(stuck.error());
        }
        if home.cache().exists() {
            let kept = move_aside(home).map_err(Error::home(&home.cache()))?;
            tracing::warn!(kept = %kept.display(), "cache put aside");
        }
        *self = Self::open_file(&home.cache(), key)?;
        match fs::remove_file(home.cache_erased()) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
                Err(Error::home(&home.cache_erased())(e))
            }
            _ => Ok(()),
        }
    }

    /// Reads on a connection that nobody else uses now.
    pub(crate) fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        for reader in &self.readers {
            if let Ok(conn) = reader.try_lock() {
                return work(&conn);
            }
        }
        work(&lock(self.readers.first().unwrap_or(&self.writer)))
    }
}

/// Steps of the schema; the text of one that was released is never changed.
fn schema() -> Migrations<'static> {
    Migrations::new(vec![
        M::up(search::schema::SQL),
        M::up(include_str!("schema.sql")),
        M::up(include_str!("feed_row.sql")),
        M::up(include_str!("entity_member.sql")),
        M::up(include_str!("coupon_member.sql")),
        M::up_with_hook(include_str!("product_keys.sql"), |tx: &Transaction<'_>| {
            products::write_keys(tx)?;
            Ok(search::rekey(tx)?)
        }),
        M::up(include_str!("age.sql")),
        M::up_with_hook(include_str!("receipt_number.sql"), |tx| {
            Ok(receipts::fill(tx)?)
        }),
        M::up(include_str!("member_column.sql")),
        M::up(include_str!("cursor_attested.sql")),
    ])
}

/// Puts a damaged file and its companions under another name, until the new one has been filled.
fn move_aside(home: &Home) -> std::io::Result<PathBuf> {
    let path = home.cache();
    let stamp = chrono::Utc::now().format("%Y%m%dT%H%M%S%3f");
    let kept = home.damaged_cache(&stamp.to_string());
    platform::files::rename_over(&path, &kept)?;
    for tail in ["-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(tail);
        match fs::remove_file(PathBuf::from(name)) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(e),
            _ => {}
        }
    }
    Ok(kept)
}

/// Removes every file of a cache, those that were put aside among them, for good. That there was one is kept: a
/// counter whose outbox is gone as well is not taken for a new one.
pub(crate) fn erase(home: &Home) -> Result<()> {
    crate::home::write_private(&home.cache_erased(), "")?;
    for entry in fs::read_dir(home.dir()).map_err(Error::home(home.dir()))? {
        let entry = entry.map_err(Error::home(home.dir()))?;
        let path = entry.path();
        let is_cache = entry.file_name().to_string_lossy().starts_with("cache.");
        if is_cache && path != home.cache_erased() {
            fs::remove_file(&path).map_err(Error::home(&path))?;
        }
    }
    Ok(())
}
