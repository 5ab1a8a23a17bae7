//! Files that the service writes: for nobody else to read, and never where a link leads.
//!
//! Whoever may make a link in a folder could otherwise choose which file is written over, or have what is written
//! land where others read it.

use std::fs::File;
use std::io::{Error, ErrorKind, Result};
use std::path::{Path, PathBuf};

/// Makes a file that is not there.
///
/// # Errors
/// [`ErrorKind::AlreadyExists`] where something has its name, a link too.
pub fn create(path: &Path) -> Result<File> {
    platform::files::options()
        .write(true)
        .create_new(true)
        .open(path)
}

/// Opens a file to write at its end; it is made where it is missing.
///
/// # Errors
/// Where it is a link, or no file.
pub fn append(path: &Path) -> Result<File> {
    let opened = platform::files::options()
        .append(true)
        .create(true)
        .open(path);
    let file = platform::files::checked(path, opened)?;
    if !file.metadata()?.is_file() {
        return Err(unfit(path, "not a file"));
    }
    shut(path);
    Ok(file)
}

/// Reads a file whole.
///
/// # Errors
/// Where it is a link, or cannot be read.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    use std::io::Read;
    let mut bytes = Vec::new();
    let opened = platform::files::options().read(true).open(path);
    let mut file = platform::files::checked(path, opened)?;
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Makes a folder for files that go out, where it is missing.
///
/// # Errors
/// Where it is a link, or cannot be made.
pub fn folder(path: &Path) -> Result<()> {
    match path.symlink_metadata() {
        Ok(there) if there.is_symlink() => Err(platform::files::is_link(path)),
        Ok(_) => Ok(()),
        Err(_) => platform::files::private_folder(path),
    }
}

/// Shuts a file or folder that others could read, and says so in the log. What cannot be shut stays as it is, and is
/// said as well: it may be somebody else's, who lets this service use it.
pub fn shut(path: &Path) {
    let Some(was) = platform::files::open_to_others(path) else {
        return;
    };
    match platform::files::shut(path) {
        Ok(()) => {
            tracing::warn!(path = %path.display(), %was, "others could read this; it is shut now");
        }
        Err(error) => {
            tracing::warn!(path = %path.display(), %was, %error, "others can read this, and it cannot be shut");
        }
    }
}

/// Whether a folder is one that everybody, or somebody else, makes files in: it is not this service's to shut.
pub(crate) fn is_shared(folder: &Path) -> bool {
    platform::files::is_everybodys(folder) || platform::files::stranger(folder).is_some()
}

/// A file in the making: it has its name once it is whole and on the disk, and nothing of it is left where it is not.
#[derive(Debug)]
pub struct Unfinished {
    /// Where nobody else can make links: whoever writes may follow them.
    beside: tempfile::TempDir,
    to: PathBuf,
}

impl Unfinished {
    /// Begins one.
    ///
    /// # Errors
    /// [`ErrorKind::AlreadyExists`] where something has its name; where the folder cannot be written.
    pub fn begin(to: &Path) -> Result<Self> {
        // whole, so that no part of it is taken for anything but a path
        let to = std::path::absolute(to)?;
        if to.symlink_metadata().is_ok() {
            return Err(ErrorKind::AlreadyExists.into());
        }
        let folder = to.parent().unwrap_or_else(|| Path::new("/"));
        let mut made = tempfile::Builder::new();
        made.prefix(".unfinished-");
        if let Some(permissions) = platform::files::private_permissions() {
            made.permissions(permissions);
        }
        let beside = made.tempdir_in(folder)?;
        platform::files::shut(beside.path())?;
        Ok(Self { beside, to })
    }

    /// Where to write it.
    pub fn path(&self) -> PathBuf {
        self.beside.path().join("whole")
    }

    /// Gives it its name. What was written is on the disk before, and the name too.
    ///
    /// # Errors
    /// [`ErrorKind::AlreadyExists`] where something has got its name meanwhile; where the disk fails.
    pub fn finish(self) -> Result<()> {
        let from = self.path();
        platform::files::shut(&from)?;
        platform::files::flush(&from)?;
        platform::files::rename_new(&from, &self.to)
    }
}

fn unfit(path: &Path, why: &str) -> Error {
    let why = format!("{}: {why}", path.display());
    Error::new(ErrorKind::InvalidInput, why)
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::fs::Permissions;
    use std::io::Write;
    use std::os::unix::fs::{PermissionsExt, symlink};

    /// Of a file and of a folder that are for their owner alone.
    const FILE: u32 = 0o600;
    const FOLDER: u32 = 0o700;

    fn mode(path: &Path) -> u32 {
        path.metadata().unwrap().permissions().mode() & 0o7777
    }

    #[test]
    fn no_file_is_written_where_a_link_leads() {
        let root = tempfile::tempdir().unwrap();
        let victim = root.path().join("victim");
        std::fs::write(&victim, "theirs").unwrap();
        for target in [victim.clone(), root.path().join("not there")] {
            let link = root.path().join("link");
            symlink(&target, &link).unwrap();
            assert_eq!(create(&link).unwrap_err().kind(), ErrorKind::AlreadyExists);
            for error in [append(&link).unwrap_err(), read(&link).unwrap_err()] {
                assert!(error.to_string().contains("symbolic link"), "{error}");
            }
            let begun = Unfinished::begin(&link).unwrap_err();
            assert_eq!(begun.kind(), ErrorKind::AlreadyExists);
            std::fs::remove_file(&link).unwrap();
        }
        // one that is made while the file is written is not followed either
        let to = root.path().join("late");
        let late = Unfinished::begin(&to).unwrap();
        std::fs::write(late.path(), "ours").unwrap();
        symlink(&victim, &to).unwrap();
        assert_eq!(late.finish().unwrap_err().kind(), ErrorKind::AlreadyExists);
        assert_eq!(std::fs::read(&victim).unwrap(), b"theirs");
        assert!(!root.path().join("not there").exists());
        let folders = root.path().join("folders");
        std::fs::create_dir(&folders).unwrap();
        let link = root.path().join("to folders");
        symlink(&folders, &link).unwrap();
        assert!(folder(&link).is_err());
        // nothing of what was not finished is left
        let left = std::fs::read_dir(root.path()).unwrap().count();
        assert_eq!(
            left, 4,
            "the victim, the late link, the folder, the link to it"
        );
    }

    #[test]
    fn what_is_made_is_for_its_owner_alone_and_what_was_open_is_shut() {
        let root = tempfile::tempdir().unwrap();
        let at = |name: &str| root.path().join(name);
        create(&at("new")).unwrap();
        append(&at("log")).unwrap().write_all(b"a").unwrap();
        folder(&at("a/b")).unwrap();
        let whole = Unfinished::begin(&at("whole")).unwrap();
        std::fs::write(whole.path(), "all of it").unwrap();
        whole.finish().unwrap();
        for (name, expected) in [
            ("new", FILE),
            ("log", FILE),
            ("whole", FILE),
            ("a", FOLDER),
            ("a/b", FOLDER),
        ] {
            assert_eq!(mode(&at(name)), expected, "{name}");
        }
        std::fs::set_permissions(at("log"), Permissions::from_mode(0o644)).unwrap();
        append(&at("log")).unwrap().write_all(b"b").unwrap();
        assert_eq!(
            (mode(&at("log")), read(&at("log")).unwrap()),
            (FILE, b"ab".to_vec())
        );
        std::fs::set_permissions(at("a"), Permissions::from_mode(0o755)).unwrap();
        shut(&at("a"));
        assert_eq!(mode(&at("a")), FOLDER);
        assert!(append(&at("a")).is_err());
    }
}
