//! Whether a folder is this counter's to use, found out before anything in it is touched.

use crate::error::{Error, PATH_BYTES, Result, Unfit};
use platform::files;
use std::fs;
use std::path::Path;

/// Files by which a folder is known to be a counter's.
const MARKS: [&str; 5] = [
    "device.key",
    "device.key.sealed",
    "device.id",
    "outbox.db",
    "cache.db",
];
/// Beginnings of the names of all that a counter writes into its folder.
const OWN: [&str; 14] = [
    "device.",
    "outbox.",
    "cache.",
    "printer.",
    "print.lock",
    "pin.lock",
    "sync.lock",
    "token.lock",
    "settings.",
    "store-settings.",
    "log",
    "updates",
    "receipts",
    "counter",
];

/// Whether a counter puts something of this name into its folder.
pub(super) fn is_own(name: &str) -> bool {
    OWN.iter().any(|begin| name.starts_with(begin))
}

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
    match fs::symlink_metadata(dir) {
        Ok(_) => {}
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(e) => return Err(Error::home(dir)(e)),
    }
    if let Some(files::Stranger { owner, me }) = files::stranger(dir) {
        return unfit(Unfit::Owner { owner, me });
    }
    if !fs::metadata(dir).map_err(Error::home(dir))?.is_dir() {
        return unfit(Unfit::NotAFolder);
    }
    let marked = MARKS.iter().any(|m| dir.join(m).symlink_metadata().is_ok());
    let stranger = stranger(dir, marked)?;
    let shared = files::shared_mode(dir);
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
        let own = is_own(&name);
        // what a counter writes beside its marks is no mark by itself
        let left = [
            "device.new",
            "device.key.new",
            "device.lock",
            "sync.lock",
            "log",
            "updates",
            "receipts",
        ]
        .contains(&name.as_str());
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
    let made = files::private_folder(dir).and_then(|()| shut(dir));
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
    if files::open_to_others(dir).is_none() {
        return Ok(());
    }
    match files::shut(dir) {
        Err(e) if e.kind() == std::io::ErrorKind::ReadOnlyFilesystem => Ok(()),
        other => other,
    }
}

#[cfg(all(test, unix))]
#[path = "fit_tests.rs"]
mod tests;
