//! Files and folders that are for one user alone, and names that are on the disk when this says so.

use std::fs::{File, OpenOptions};
use std::io::{Error, ErrorKind, Result, Write};
use std::path::Path;

#[cfg(unix)]
#[path = "files/unix.rs"]
mod system;
#[cfg(windows)]
#[path = "files/windows.rs"]
mod system;

/// Whose a file or folder is, where it is not this user's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stranger {
    /// Its owner, by name where the system has one.
    pub owner: String,
    /// Who runs this.
    pub me: String,
}

/// What to open a file with that is for its owner alone, and that no link leads away: a link itself is opened where the
/// system refuses none, so ask [`checked`] for it.
pub fn options() -> OpenOptions {
    system::options()
}

/// The file that was opened by [`options`], unless its path was a link.
///
/// # Errors
/// [`ErrorKind::InvalidInput`] where it is a link; else what opening said.
pub fn checked(path: &Path, opened: Result<File>) -> Result<File> {
    match opened {
        Err(e) if system::is_refused_link(&e) => Err(is_link(path)),
        Ok(file) if file.metadata()?.is_symlink() => Err(is_link(path)),
        other => other,
    }
}

/// What is said of a path that is a link.
pub fn is_link(path: &Path) -> Error {
    let why = format!("{}: a symbolic link; name what it leads to", path.display());
    Error::new(ErrorKind::InvalidInput, why)
}

/// Whose something is, or what a link leads to, where it is somebody else's; none too where the system does not tell.
pub fn stranger(path: &Path) -> Option<Stranger> {
    system::stranger(path)
}

/// What others may do with something, in the system's own words; none where it is its owner's alone.
pub fn open_to_others(path: &Path) -> Option<String> {
    system::open_to_others(path)
}

/// Writes a file for its owner alone, whole or not at all: beside, made durable, then named, so that a crash leaves the one
/// before or this one.
///
/// # Errors
/// Where it cannot be written; nothing is left beside it then.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let part = path.with_extension("new");
    let written = File::create(&part)
        .and_then(|mut file| {
            shut(&part)?;
            file.write_all(bytes)?;
            file.sync_all()
        })
        .and_then(|()| rename_over(&part, path));
    written.inspect_err(|_| {
        // half a file is none; where it cannot be removed either, the error is told all the same
        let _ = std::fs::remove_file(&part);
    })
}

/// Bytes that this user may still write where something lies; none where the system does not say.
pub fn free_space(path: &Path) -> Option<u64> {
    system::free_space(path)
}

/// Whether others may write to something, or everybody may put things in: the mode, where the system has modes.
pub fn shared_mode(path: &Path) -> Option<u32> {
    system::shared_mode(path)
}

/// Whether a folder is one in which everybody makes files, as `/tmp` is.
pub fn is_everybodys(folder: &Path) -> bool {
    system::is_everybodys(folder)
}

/// Makes something its owner's alone. What is in a folder follows where it was not given access of its own.
///
/// # Errors
/// Where the system refuses.
pub fn shut(path: &Path) -> Result<()> {
    system::shut(path)
}

/// With what a folder is to be made so that it is its owner's alone from the first moment; none where that is said
/// afterwards, by [`shut`].
pub fn private_permissions() -> Option<std::fs::Permissions> {
    system::private_permissions()
}

/// Makes a folder and those above it that are missing, each for its owner alone.
///
/// # Errors
/// Where one cannot be made.
pub fn private_folder(path: &Path) -> Result<()> {
    system::private_folder(path)
}

/// Whether this user may write to a file, or put things into a folder. Changes nothing.
pub fn writable(path: &Path) -> bool {
    system::writable(path)
}

/// Gives a file a name in the place of what has it. Both name and file are on the disk when this returns. Another program
/// that has one of the two open is waited for some seconds where that keeps a name from being changed.
///
/// # Errors
/// Where it cannot be had.
pub fn rename_over(from: &Path, to: &Path) -> Result<()> {
    system::rename_over(from, to)
}

/// The same with a name that nothing has.
///
/// # Errors
/// [`ErrorKind::AlreadyExists`] where something has it.
pub fn rename_new(from: &Path, to: &Path) -> Result<()> {
    system::rename_new(from, to)
}

/// Makes what was written to a file, by whoever, durable.
///
/// # Errors
/// Where it cannot be opened to write, or the disk fails.
pub fn flush(file: &Path) -> Result<()> {
    // some systems flush only by a handle that may write
    OpenOptions::new().write(true).open(file)?.sync_all()
}

/// Makes what was named, removed or renamed in a file's folder durable.
///
/// # Errors
/// Where the disk fails.
pub fn flush_folder_of(file: &Path) -> Result<()> {
    match file.parent() {
        // a name alone lies where this process is
        Some(here) if here.as_os_str().is_empty() => system::flush_folder(Path::new(".")),
        Some(folder) => system::flush_folder(folder),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn a_name_is_given_over_another_and_never_over_one_that_must_be_new() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        std::fs::write(at("a"), "a").unwrap();
        std::fs::write(at("b"), "b").unwrap();
        let taken = rename_new(&at("a"), &at("b")).unwrap_err();
        assert_eq!(taken.kind(), ErrorKind::AlreadyExists);
        assert_eq!(std::fs::read(at("b")).unwrap(), b"b");
        rename_over(&at("a"), &at("b")).unwrap();
        assert_eq!(std::fs::read(at("b")).unwrap(), b"a");
        rename_new(&at("b"), &at("柜台 一")).unwrap();
        flush_folder_of(&at("柜台 一")).unwrap();
        flush_folder_of(Path::new("a name alone")).unwrap();
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_is_shut_is_its_owners_alone() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("a/b");
        private_folder(&folder).unwrap();
        let file = folder.join("f");
        let mut made = checked(&file, options().write(true).create_new(true).open(&file)).unwrap();
        made.write_all(b"x").unwrap();
        for path in [&folder, &file] {
            assert_eq!(open_to_others(path), None, "{}", path.display());
            assert_eq!(stranger(path), None);
            assert!(writable(path));
            shut(path).unwrap();
            assert_eq!(open_to_others(path), None);
        }
        assert_eq!(std::fs::read(&file).unwrap(), b"x", "its owner still can");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_no_file() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        std::fs::write(at("a"), "a").unwrap();
        std::os::unix::fs::symlink(at("a"), at("link")).unwrap();
        let link = at("link");
        let refused = checked(&link, options().read(true).open(&link)).unwrap_err();
        assert!(refused.to_string().contains("symbolic link"), "{refused}");
    }
}
