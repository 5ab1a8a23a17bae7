//! A database that can be read and not written now: on a read-only disk, on a full one, or because a file of
//! it is somebody else's. Members are found all the same; what would be written says why it is not.

use crate::error::{Error, Result, Trouble, uri};
use crate::home::{FileKey, Home};
use rusqlite::{Connection, OpenFlags};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Bytes of a page.
const PAGE: u64 = 4096;

/// Why nothing can be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Stuck {
    /// There is no room on the disk.
    Full,
    /// A file or the folder stands in the way.
    Trouble(Trouble),
}

impl Stuck {
    /// What keeps these files of the folder from being written, where the files are there to be read.
    pub(crate) fn of(home: &Home, file: &Path) -> Option<Self> {
        let is_about = |t: &Trouble| t.path == home.dir() || belongs(&t.path, file);
        let found = home.troubles().into_iter().find(is_about)?;
        is_begun(file).then_some(Self::Trouble(found))
    }

    /// As an error, for whoever wanted to write.
    pub(crate) fn error(&self) -> Error {
        match self {
            Self::Full => Error::DiskFull,
            Self::Trouble(t) => t.clone().into(),
        }
    }
}

/// The log of a database.
pub(crate) fn log_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    PathBuf::from(name)
}

/// Whether there is anything to read: a file without one whole page is one that never came to be.
fn is_begun(file: &Path) -> bool {
    file.metadata()
        .is_ok_and(|f| f.is_file() && f.len() >= PAGE)
}

/// Whether a file is a database or one of those beside it.
fn belongs(path: &Path, database: &Path) -> bool {
    let (path, database) = (path.as_os_str(), database.as_os_str());
    path.as_encoded_bytes()
        .strip_prefix(database.as_encoded_bytes())
        .is_some_and(|tail| matches!(tail, b"" | b"-wal" | b"-shm"))
}

/// Where a stuck database is read.
pub(crate) enum Reading {
    /// Where it is, as a file that nobody changes.
    There,
    /// In a copy that is gone when this is dropped.
    Copy {
        /// Its database.
        path: PathBuf,
        /// Removed with all in it.
        _dir: TempDir,
    },
}

impl Reading {
    /// A copy is made where the file alone does not say all: a log lies beside it.
    pub(crate) fn of(path: &Path) -> Self {
        if !log_of(path).metadata().is_ok_and(|log| log.len() > 0) {
            return Self::There;
        }
        match Self::copy(path) {
            Ok(copy) => copy,
            Err(e) => {
                tracing::warn!("no copy can be made, so what is read may be a little older: {e}");
                Self::There
            }
        }
    }

    /// A copy of a database and its log, in a folder of this user's alone.
    pub(crate) fn copy(path: &Path) -> std::io::Result<Self> {
        let make = |under: &Path| -> std::io::Result<Self> {
            let dir = tempfile::Builder::new()
                .prefix("counterpart")
                .tempdir_in(under)?;
            let to = dir.path().join("copy.db");
            fs::copy(path, &to)?;
            if log_of(path).exists() {
                fs::copy(log_of(path), log_of(&to))?;
            }
            Ok(Self::Copy {
                path: to,
                _dir: dir,
            })
        };
        // the disk of temporary files may be the one that is full: then the memory
        make(&std::env::temp_dir()).or_else(|e| make(Path::new("/dev/shm")).map_err(|_| e))
    }
}

impl Reading {
    /// Whether the database came to be: its schema was begun. One that was not holds nothing to be read.
    pub(crate) fn came_to_be(&self, file: &Path, key: &FileKey) -> rusqlite::Result<bool> {
        let conn = match self {
            Self::There => connect(file, key)?,
            Self::Copy { path, .. } => {
                let conn = Connection::open(path)?;
                conn.execute_batch(&key.pragma())?;
                conn
            }
        };
        let version: i64 = conn.query_row("PRAGMA user_version", [], |r| r.get(0))?;
        Ok(version > 0)
    }
}

/// A connection that reads a file as one that nobody changes.
pub(crate) fn connect(path: &Path, key: &FileKey) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    let conn = Connection::open_with_flags(uri(path, "mode=ro&immutable=1"), flags)?;
    conn.execute_batch(&key.pragma())?;
    conn.set_prepared_statement_cache_capacity(64);
    Ok(conn)
}

/// What a stuck database needs to be written again once it can be.
pub(crate) struct ReadOnly {
    pub(crate) home: Home,
    pub(crate) key: FileKey,
    pub(crate) why: Stuck,
    /// Kept as long as it is read.
    _place: Reading,
}

impl ReadOnly {
    pub(crate) fn new(home: &Home, key: &FileKey, why: Stuck, place: Reading) -> Self {
        Self {
            home: home.clone(),
            key: key.clone(),
            why,
            _place: place,
        }
    }
}

/// Opens a database as it is meant to be, or, where it cannot be written now, to be read only.
pub(crate) fn open_or_read<T>(
    home: &Home,
    file: &Path,
    open: impl FnOnce() -> Result<T>,
    read: impl FnOnce(Stuck) -> Result<T>,
) -> Result<T> {
    if let Some(stuck) = Stuck::of(home, file) {
        return read(stuck);
    }
    match open() {
        Err(Error::DiskFull) if is_begun(file) => read(Stuck::Full),
        other => other,
    }
}
