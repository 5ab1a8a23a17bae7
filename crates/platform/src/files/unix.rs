//! Linux, Android, macOS and their kin: modes and owners.

use super::Stranger;
use rustix::fs::{Access, CWD, OFlags, RenameFlags, access, renameat_with};
use rustix::io::Errno;
use std::fs::{DirBuilder, File, OpenOptions, Permissions};
use std::io::{Error, Result};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

/// Of a file: for its owner alone.
const FILE: u32 = 0o600;
/// Of a folder: for its owner alone.
const FOLDER: u32 = 0o700;
/// What of a mode lets others in.
const OTHERS: u32 = 0o077;
/// Others may write, or everybody may put things in.
const SHARED: u32 = 0o1002;
/// A folder in which everybody makes files, as `/tmp` is.
const STICKY: u32 = 0o1000;
const ALL: u32 = 0o7777;

pub(super) fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options
        .mode(FILE)
        .custom_flags((OFlags::NOFOLLOW | OFlags::CLOEXEC).bits().cast_signed());
    options
}

pub(super) fn is_refused_link(error: &Error) -> bool {
    Errno::from_io_error(error) == Some(Errno::LOOP)
}

pub(super) fn stranger(path: &Path) -> Option<Stranger> {
    let me = rustix::process::geteuid().as_raw();
    // a link's own owner, and that of what it leads to
    let owners = [path.symlink_metadata(), path.metadata()];
    let found = owners.into_iter().flatten().map(|found| found.uid());
    let owner = found.into_iter().find(|owner| *owner != me)?;
    Some(Stranger {
        owner: name(owner),
        me: name(me),
    })
}

/// The name of a user, or the number where the system has no name for it.
fn name(uid: u32) -> String {
    let known = uzers::get_user_by_uid(uid);
    known.map_or_else(
        || format!("user {uid}"),
        |user| user.name().to_string_lossy().into_owned(),
    )
}

fn mode(path: &Path) -> Option<u32> {
    Some(path.metadata().ok()?.permissions().mode() & ALL)
}

pub(super) fn open_to_others(path: &Path) -> Option<String> {
    let mode = mode(path)?;
    (mode & OTHERS != 0).then(|| format!("{mode:o}"))
}

pub(super) fn shared_mode(path: &Path) -> Option<u32> {
    mode(path).filter(|mode| mode & SHARED != 0)
}

pub(super) fn is_everybodys(folder: &Path) -> bool {
    mode(folder).is_some_and(|mode| mode & STICKY != 0)
}

pub(super) fn shut(path: &Path) -> Result<()> {
    let mode = if path.metadata()?.is_dir() {
        FOLDER
    } else {
        FILE
    };
    std::fs::set_permissions(path, Permissions::from_mode(mode))
}

pub(super) fn private_permissions() -> Option<Permissions> {
    Some(Permissions::from_mode(FOLDER))
}

pub(super) fn private_folder(path: &Path) -> Result<()> {
    DirBuilder::new().recursive(true).mode(FOLDER).create(path)
}

pub(super) fn writable(path: &Path) -> bool {
    access(path, Access::WRITE_OK).is_ok()
}

pub(super) fn rename_over(from: &Path, to: &Path) -> Result<()> {
    std::fs::rename(from, to)?;
    super::flush_folder_of(to)
}

pub(super) fn rename_new(from: &Path, to: &Path) -> Result<()> {
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        Ok(()) => {}
        // not every file system can: a second name is refused where there is one
        Err(Errno::INVAL | Errno::NOSYS) => {
            std::fs::hard_link(from, to)?;
            std::fs::remove_file(from)?;
        }
        Err(error) => return Err(error.into()),
    }
    super::flush_folder_of(to)
}

pub(super) fn flush_folder(folder: &Path) -> Result<()> {
    File::open(folder)?.sync_all()
}

pub(super) fn free_space(path: &Path) -> Option<u64> {
    let told = rustix::fs::statvfs(path).ok()?;
    Some(told.f_bavail.saturating_mul(told.f_frsize))
}
