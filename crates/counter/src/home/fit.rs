//! Whether a folder is this counter's to use, found out before anything in it is touched, and what stands in
//! the way of its files.

use crate::error::{Error, PATH_BYTES, Result, Trouble, Unfit};
use std::fs;
use std::path::Path;

/// Files by which a folder is known to be a counter's.
const MARKS: [&str; 3] = ["device.key", "outbox.db", "cache.db"];
/// Beginnings of the names of all that a counter writes into its folder.
const OWN: [&str; 9] = [
    "device.",
    "outbox.",
    "cache.",
    "printer.",
    "print.lock",
    "sync.lock",
    "settings.",
    "receipts",
    "counter",
];
/// Files that a counter writes to, each with a part of the engine that needs it.
const WRITTEN: [&str; 10] = [
    "outbox.db",
    "outbox.db-wal",
    "outbox.db-shm",
    "cache.db",
    "cache.db-wal",
    "cache.db-shm",
    "sync.lock",
    "print.lock",
    "printer.json",
    "settings.json",
];

/// Whether a folder is this counter's, or may become so. Changes nothing.
pub(super) fn check(dir: &Path) -> Result<()> {
    let unfit = |why| {
        Err(Error::HomeUnfit {
            path: dir.to_owned(),
            why,
        })
    };
    if dir.as_os_str().len() > PATH_BYTES {
        return unfit(Unfit::TooLong);
    }
    let link = match fs::symlink_metadata(dir) {
        Ok(found) => found,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(e) => return Err(Error::home(dir)(e)),
    };
    if let Some(why) = owner::differs(&link) {
        return unfit(why);
    }
    let found = fs::metadata(dir).map_err(Error::home(dir))?;
    if !found.is_dir() {
        return unfit(Unfit::NotAFolder);
    }
    if let Some(why) = owner::differs(&found) {
        return unfit(why);
    }
    let marked = MARKS.iter().any(|m| dir.join(m).symlink_metadata().is_ok());
    let stranger = stranger(dir, marked)?;
    let shared = owner::shared(&found);
    match (marked, stranger, shared) {
        (false, Some(name), _) => unfit(Unfit::NotEmpty { name }),
        // one of our own that was opened to all is shut again, unless others have come in
        (false, None, Some(mode)) | (true, Some(_), Some(mode)) => unfit(Unfit::Shared { mode }),
        _ => Ok(()),
    }
}

/// Something in the folder that no counter put there.
fn stranger(dir: &Path, marked: bool) -> Result<Option<String>> {
    for entry in fs::read_dir(dir).map_err(Error::home(dir))? {
        let name = entry.map_err(Error::home(dir))?.file_name();
        let name = name.to_string_lossy().into_owned();
        let own = OWN.iter().any(|begin| name.starts_with(begin));
        // what a counter writes beside its marks is no mark by itself
        let left = name == "device.new" || name == "sync.lock" || name == "receipts";
        if !(own && (marked || left)) {
            return Ok(Some(name));
        }
    }
    Ok(None)
}

/// Makes the folder where it is missing, and shuts it. What was made for nothing is taken away again.
pub(super) fn make(dir: &Path) -> Result<()> {
    let missing: Vec<&Path> = dir
        .ancestors()
        .take_while(|a| a.symlink_metadata().is_err())
        .collect();
    let made = fs::create_dir_all(dir).and_then(|()| shut(dir));
    made.map_err(|e| {
        for folder in missing {
            // an empty one goes; another was not made here, or is used already
            let _ = fs::remove_dir(folder);
        }
        Error::home(dir)(e)
    })
}

/// Closes the folder to others; on a read-only disk it stays as it is.
fn shut(dir: &Path) -> std::io::Result<()> {
    if !owner::is_open(&fs::metadata(dir)?) {
        return Ok(());
    }
    match restrict(dir, 0o700) {
        Err(e) if e.kind() == std::io::ErrorKind::ReadOnlyFilesystem => Ok(()),
        other => other,
    }
}

impl super::Home {
    /// What keeps files of the folder from being written, the folder itself first. Changes nothing.
    pub(crate) fn troubles(&self) -> Vec<Trouble> {
        let mut found = Vec::new();
        if !owner::writable(&self.dir) {
            found.push(Trouble {
                path: self.dir.clone(),
                why: Unfit::ReadOnly,
            });
        }
        for name in WRITTEN {
            let path = self.dir.join(name);
            let Ok(metadata) = fs::symlink_metadata(&path) else {
                continue;
            };
            let why = if !metadata.is_file() {
                Some(Unfit::NotAFile)
            } else if let Some(Unfit::Owner { owner, me }) = owner::differs(&metadata) {
                Some(Unfit::FileOwner { owner, me })
            } else if owner::writable(&path) {
                None
            } else {
                Some(Unfit::ReadOnly)
            };
            found.extend(why.map(|why| Trouble { path, why }));
        }
        found
    }
}

#[cfg(unix)]
pub(super) fn restrict(path: &Path, mode: u32) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
pub(super) fn restrict(_: &Path, _: u32) -> std::io::Result<()> {
    Ok(()) // the profile folder is this user's own there
}

/// Whose things are, and what others may do with them.
#[cfg(unix)]
mod owner {
    use super::Unfit;
    use std::fs::Metadata;
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    use std::path::Path;

    /// Others may write, or everybody may put things in.
    const OPEN: u32 = 0o1002;

    pub(super) fn differs(of: &Metadata) -> Option<Unfit> {
        let me = rustix::process::geteuid().as_raw();
        (of.uid() != me).then(|| Unfit::Owner {
            owner: name(of.uid()),
            me: name(me),
        })
    }

    pub(super) fn shared(of: &Metadata) -> Option<u32> {
        let mode = of.permissions().mode() & 0o7777;
        (mode & OPEN != 0).then_some(mode)
    }

    pub(super) fn is_open(of: &Metadata) -> bool {
        of.permissions().mode() & 0o7077 != 0
    }

    pub(super) fn writable(path: &Path) -> bool {
        rustix::fs::access(path, rustix::fs::Access::WRITE_OK).is_ok()
    }

    /// The name of a user, or the number where the system has no name for it.
    fn name(uid: u32) -> String {
        let known = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
        let named = known.lines().find_map(|line| {
            let mut fields = line.split(':');
            let name = fields.next()?;
            (fields.nth(1)? == uid.to_string()).then(|| name.to_owned())
        });
        named.unwrap_or_else(|| format!("user {uid}"))
    }
}

/// The profile folder is this user's own.
#[cfg(not(unix))]
mod owner {
    use super::Unfit;
    use std::fs::Metadata;
    use std::path::Path;

    pub(super) fn differs(_: &Metadata) -> Option<Unfit> {
        None
    }
    pub(super) fn shared(_: &Metadata) -> Option<u32> {
        None
    }
    pub(super) fn is_open(_: &Metadata) -> bool {
        false
    }
    pub(super) fn writable(path: &Path) -> bool {
        std::fs::metadata(path).is_ok_and(|m| !m.permissions().readonly())
    }
}

#[cfg(all(test, unix))]
#[path = "fit_tests.rs"]
mod tests;
