//! Windows: owners and lists of access; a file that another program has open can be neither renamed nor replaced.

use super::Stranger;
use crate::windows::{access, rename};
use std::fs::OpenOptions;
use std::io::{Error, Result};
use std::os::windows::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Opens a link itself and not what it leads to.
const OPEN_REPARSE_POINT: u32 = 0x0020_0000;
/// What another program has open is waited for.
const PATIENCE: Duration = Duration::from_secs(10);
const BETWEEN: Duration = Duration::from_millis(50);
/// ERROR_ACCESS_DENIED: also what is said of a name whose file is about to be deleted by who has it open.
const DENIED: i32 = 5;
/// ERROR_SHARING_VIOLATION
const SHARING: i32 = 32;
/// ERROR_LOCK_VIOLATION
const LOCKED: i32 = 33;
/// ERROR_USER_MAPPED_FILE
const MAPPED: i32 = 1224;

pub(super) fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.custom_flags(OPEN_REPARSE_POINT);
    options
}

/// None is refused: it is opened, and seen to be one.
pub(super) fn is_refused_link(_: &Error) -> bool {
    false
}

pub(super) fn stranger(path: &Path) -> Option<Stranger> {
    let owner = access::owner(path).ok()?;
    let me = access::me().ok()?;
    // what an administrator makes belongs to all of them
    (owner != me && !owner.is_of_the_system()).then(|| Stranger {
        owner: owner.name(),
        me: me.name(),
    })
}

/// What a user makes in her own profile is hers alone, and [`shut`] closes what is elsewhere; lists of access are not read
/// back.
pub(super) fn open_to_others(_: &Path) -> Option<String> {
    None
}

pub(super) fn shared_mode(_: &Path) -> Option<u32> {
    None
}

/// Each user has a folder of her own for what is temporary.
pub(super) fn is_everybodys(_: &Path) -> bool {
    false
}

pub(super) fn shut(path: &Path) -> Result<()> {
    access::only_mine(path)
}

pub(super) fn private_permissions() -> Option<std::fs::Permissions> {
    None
}

pub(super) fn private_folder(path: &Path) -> Result<()> {
    let missing: Vec<PathBuf> = path
        .ancestors()
        .take_while(|folder| !folder.as_os_str().is_empty() && folder.symlink_metadata().is_err())
        .map(Path::to_owned)
        .collect();
    std::fs::create_dir_all(path)?;
    for folder in missing.iter().rev() {
        access::only_mine(folder)?;
    }
    Ok(())
}

pub(super) fn writable(path: &Path) -> bool {
    path.metadata()
        .is_ok_and(|found| found.is_dir() || !found.permissions().readonly())
}

pub(super) fn rename_over(from: &Path, to: &Path) -> Result<()> {
    patiently(|| rename(from, to, true))
}

pub(super) fn rename_new(from: &Path, to: &Path) -> Result<()> {
    patiently(|| rename(from, to, false))
}

/// A folder cannot be flushed there. [`rename`] writes the new name through to the disk; the file system's own log has
/// what is made and removed.
pub(super) fn flush_folder(_: &Path) -> Result<()> {
    Ok(())
}

/// Whether an error is of another program that has the file open: a virus scanner, a backup, a program that syncs folders.
fn is_held(error: &Error) -> bool {
    matches!(error.raw_os_error(), Some(SHARING | LOCKED | MAPPED))
}

/// Tries again while another program has the file open.
fn patiently(mut attempt: impl FnMut() -> Result<()>) -> Result<()> {
    let begun = Instant::now();
    loop {
        match attempt() {
            Err(e)
                if (is_held(&e) || e.raw_os_error() == Some(DENIED))
                    && begun.elapsed() < PATIENCE =>
            {
                std::thread::sleep(BETWEEN);
            }
            other => {
                let waited = begun.elapsed();
                if waited > BETWEEN {
                    tracing::warn!(ms = waited.as_millis(), "another program had a file open");
                }
                return other;
            }
        }
    }
}

pub(super) fn free_space(path: &Path) -> Option<u64> {
    crate::windows::free_space(path)
}
