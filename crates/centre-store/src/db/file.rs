//! The built-in database as a file: its address, whatever its path is called, and its folder.

use std::io::{Error, ErrorKind, Result};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use sea_orm::sqlx::sqlite::SqliteConnectOptions;

use crate::files;

/// The database's name in its folder.
const NAME: &str = "central.db";
/// What SQLite puts beside a database.
const BESIDE: [&str; 4] = ["", "-wal", "-shm", "-journal"];
/// Longest whole path of a database in bytes: SQLite takes no longer one, and adds to it.
const PATH_BYTES: usize = 512 - "-journal".len();

/// The address of a SQLite database at a path, which may hold anything that a path may.
///
/// # Errors
/// Where the path is no text, or longer than SQLite takes; the error names it.
pub fn sqlite_at(path: &Path) -> Result<String> {
    // whole, so that no part of it is taken for anything but a path
    let path = std::path::absolute(path)?;
    let unfit = |why: &str| {
        let why = format!("{}: {why}", path.display());
        Error::new(ErrorKind::InvalidInput, why)
    };
    let text = path
        .to_str()
        .ok_or_else(|| unfit("a path that is not text (UTF-8)"))?;
    if text.len() > PATH_BYTES {
        return Err(unfit("a path that is too long for the built-in database"));
    }
    // an address says by a % what a path just holds
    let mut address = "sqlite://".to_owned();
    for c in text.chars() {
        match c {
            '%' => address.push_str("%25"),
            '?' => address.push_str("%3F"),
            '#' => address.push_str("%23"),
            other => address.push(other),
        }
    }
    Ok(address)
}

/// The file of a SQLite database by its address; none where the address is no file's.
#[must_use]
pub fn file_of(address: &str) -> Option<PathBuf> {
    let path = address
        .strip_prefix("sqlite://")
        .or_else(|| address.strip_prefix("sqlite:"))?;
    let path = path.split('?').next().unwrap_or(path);
    if path.is_empty() || path == ":memory:" {
        return None;
    }
    let path = path
        .replace("%3F", "?")
        .replace("%23", "#")
        .replace("%25", "%");
    Some(PathBuf::from(path))
}

/// The address of the SQLite database in a folder; the folder is made where it is not there.
///
/// # Errors
/// Where the folder cannot be made, or its path is one that SQLite does not take.
pub fn sqlite_in(folder: &Path) -> Result<String> {
    Made::in_folder(folder).map(|made| made.address)
}

/// Makes the file of a database for its owner alone, or shuts it, with all that lies beside it: SQLite makes those
/// files as the database is. Nothing is said of what cannot be: opening it says so.
pub(super) fn shut(address: &str) {
    let Ok(options) = SqliteConnectOptions::from_str(address) else {
        return;
    };
    let file = options.get_filename();
    if !file.is_absolute() && file.parent().is_none_or(|p| p.as_os_str().is_empty()) {
        // one in memory has a name and no file
        return;
    }
    match files::create(file) {
        Ok(_) => {}
        Err(_) => BESIDE
            .iter()
            .for_each(|tail| files::shut(&beside(file, tail))),
    }
}

fn beside(file: &Path, tail: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(tail);
    PathBuf::from(name)
}

/// A database's place, and what of it was made just now: it is taken away again where nothing came of it.
#[derive(Debug)]
pub struct Made {
    /// The database's address.
    pub address: String,
    file: PathBuf,
    /// Whether there was no database before.
    fresh: bool,
    /// Folders that were not there, the innermost first.
    folders: Vec<PathBuf>,
}

impl Made {
    /// Makes the folder where it is missing.
    ///
    /// # Errors
    /// As [`sqlite_in`]; nothing is left behind then.
    pub fn in_folder(folder: &Path) -> Result<Self> {
        let file = std::path::absolute(folder)?.join(NAME);
        let folders = file.ancestors().skip(1);
        let missing = folders.take_while(|f| f.symlink_metadata().is_err());
        let made = Self {
            address: sqlite_at(&file)?,
            fresh: file.symlink_metadata().is_err(),
            folders: missing.map(Path::to_owned).collect(),
            file,
        };
        match platform::files::private_folder(folder) {
            Ok(()) => {
                made.shut();
                Ok(made)
            }
            Err(e) => {
                made.undo();
                Err(e)
            }
        }
    }

    /// Shuts the folder of a database that was there before, where it is this service's: what else lies in it tells of
    /// the members too.
    fn shut(&self) {
        let Some(folder) = self.file.parent() else {
            return;
        };
        if self.fresh || files::is_shared(folder) {
            return;
        }
        files::shut(folder);
    }

    /// Takes away what was made and holds nothing yet.
    pub fn undo(&self) {
        if self.fresh {
            for tail in BESIDE {
                // it may never have been made
                let _ = std::fs::remove_file(beside(&self.file, tail));
            }
        }
        for folder in &self.folders {
            // one that something else was put into stays
            let _ = std::fs::remove_dir(folder);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Db;

    #[tokio::test]
    async fn any_path_works() {
        let root = tempfile::tempdir().unwrap();
        for name in [
            "a%20b",
            "a b",
            "a?b=c",
            "a#b",
            "100%",
            "柜伴 数据",
            "it's \"x\"",
            "a&b;c",
            "file:x",
            ":memory:",
            "sqlite:",
            "%",
            "deep/er/%3F",
            "a\\b",
        ] {
            let folder = root.path().join(name);
            let db = Db::open(&sqlite_in(&folder).unwrap()).await.unwrap();
            db.close().await.unwrap();
            assert!(folder.join(NAME).is_file(), "{name}");
            // and it is the same one
            let db = Db::open(&sqlite_in(&folder).unwrap()).await.unwrap();
            db.close().await.unwrap();
        }
        let tops = std::fs::read_dir(root.path()).unwrap().count();
        assert_eq!(tops, 14, "a folder of another name was made");
    }

    #[tokio::test]
    async fn the_folder_and_every_file_of_the_database_are_for_their_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("data");
        let modes = || {
            let all = std::fs::read_dir(&folder).unwrap().map(|f| f.unwrap());
            let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o7777;
            let mut found: Vec<(String, u32)> = all
                .map(|f| {
                    (
                        f.file_name().to_string_lossy().into_owned(),
                        mode(&f.path()),
                    )
                })
                .collect();
            found.push((".".to_owned(), mode(&folder)));
            found.sort();
            found
        };
        let right = || {
            let all = [
                (".", 0o700),
                (NAME, 0o600),
                ("central.db-shm", 0o600),
                ("central.db-wal", 0o600),
            ];
            all.map(|(name, mode)| (name.to_owned(), mode)).to_vec()
        };
        let db = Db::open(&sqlite_in(&folder).unwrap()).await.unwrap();
        assert_eq!(modes(), right());
        // as an older build made them
        for name in ["", NAME, "central.db-wal", "central.db-shm"] {
            let wide = if name.is_empty() { 0o755 } else { 0o644 };
            let path = folder.join(name);
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(wide)).unwrap();
        }
        let again = Db::open(&sqlite_in(&folder).unwrap()).await.unwrap();
        assert_eq!(modes(), right());
        again.close().await.unwrap();
        db.close().await.unwrap();
    }

    #[test]
    fn a_path_that_cannot_be_is_named_and_leaves_nothing() {
        let root = tempfile::tempdir().unwrap();
        let long = root
            .path()
            .join("x".repeat(200))
            .join("y".repeat(200))
            .join("z".repeat(200));
        let name = root.path().join("made").join("n".repeat(256));
        std::fs::write(root.path().join("file"), "").unwrap();
        let below = root.path().join("file/below");
        for folder in [&long, &name, &below] {
            assert!(sqlite_in(folder).is_err(), "{}", folder.display());
        }
        let told = sqlite_in(&long).unwrap_err().to_string();
        assert!(told.contains("xxx") && told.contains("too long"), "{told}");
        #[cfg(unix)]
        {
            use std::os::unix::ffi::OsStrExt;
            let no_text = root.path().join(std::ffi::OsStr::from_bytes(b"a\xffb"));
            let told = sqlite_in(&no_text).unwrap_err().to_string();
            assert!(told.contains("not text"), "{told}");
        }
        let left: Vec<_> = std::fs::read_dir(root.path()).unwrap().collect();
        assert_eq!(left.len(), 1, "{left:?}");
    }
}
