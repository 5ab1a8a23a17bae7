//! How this program came onto the machine, and so how another version is put in.

use std::ffi::OsString;
use std::fs;
use std::io::{self, Error, ErrorKind};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The installer that put the program here, kept beside it.
const SETUP: &str = "setup.exe";
/// The brand's public key for packages, beside the program: only who may replace the program may replace it.
const KEY: &str = "package.pub";

/// How the program came onto the machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Installation {
    /// The program is one file, and a package is such a file: an AppImage, or a program by itself.
    File {
        /// Where it is.
        program: PathBuf,
    },
    /// By an installer that can be run without asking: a package is one.
    Installer {
        /// The program that is started afterwards.
        program: PathBuf,
        /// The installer that put in what is here now.
        setup: PathBuf,
    },
    /// By the system's packages, or from where this user may not write: whoever looks after the system brings new versions.
    Managed,
}

impl Installation {
    /// How this program came here.
    #[must_use]
    pub fn found() -> Self {
        // an AppImage runs from a place of its own and says where its file is
        let file = std::env::var_os("APPIMAGE").map(PathBuf::from);
        match file.map_or_else(std::env::current_exe, Ok) {
            Ok(program) => Self::of(&program),
            Err(_) => Self::Managed,
        }
    }

    /// How a program came where it is.
    #[must_use]
    pub fn of(program: &Path) -> Self {
        let Some(folder) = program.parent() else {
            return Self::Managed;
        };
        let (program, setup) = (program.to_owned(), folder.join(SETUP));
        if setup.exists() {
            return Self::Installer { program, setup };
        }
        if platform::files::writable(folder) && !folder.starts_with("/usr") {
            Self::File { program }
        } else {
            Self::Managed
        }
    }

    /// The program; none where new versions are brought by others.
    #[must_use]
    pub fn program(&self) -> Option<&Path> {
        match self {
            Self::File { program } | Self::Installer { program, .. } => Some(program),
            Self::Managed => None,
        }
    }

    /// Where the brand's public key for packages is.
    #[must_use]
    pub fn key(&self) -> Option<PathBuf> {
        Some(self.program()?.parent()?.join(KEY))
    }

    /// Keeps the package of what is here now.
    pub(super) fn keep_last(&self, to: &Path) -> io::Result<()> {
        let from = match self {
            Self::File { program } => program,
            Self::Installer { setup, .. } => setup,
            Self::Managed => return Err(managed()),
        };
        let part = to.with_extension("new");
        fs::copy(from, &part)?;
        platform::files::rename_over(&part, to)
    }

    /// Puts a package in. The program does not run meanwhile.
    pub(super) fn put_in(&self, package: &Path) -> io::Result<()> {
        match self {
            Self::File { program } => {
                let part = program.with_extension("new");
                fs::copy(package, &part)?;
                platform::process::make_runnable(&part)?;
                platform::files::rename_over(&part, program)
            }
            Self::Installer { program, .. } => {
                // the file's ending is what the system runs it by
                let run = package.with_extension("exe");
                fs::copy(package, &run)?;
                let mut folder = OsString::from("/D=");
                folder.push(program.parent().unwrap_or(Path::new("")));
                // the folder comes last and as it is: that is how the installer reads it
                let ended = Command::new(&run).arg("/S").arg(folder).status();
                let _ = fs::remove_file(&run);
                let ended = ended?;
                if ended.success() {
                    Ok(())
                } else {
                    Err(Error::other(format!("the installer ended with {ended}")))
                }
            }
            Self::Managed => Err(managed()),
        }
    }
}

fn managed() -> Error {
    Error::new(
        ErrorKind::PermissionDenied,
        "the system's packages bring new versions here",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_file_is_put_in_and_taken_back() {
        let folder = tempfile::tempdir().unwrap();
        let (program, last) = (
            folder.path().join("program"),
            folder.path().join("last.package"),
        );
        fs::write(&program, "old").unwrap();
        let here = Installation::of(&program);
        assert_eq!(
            here,
            Installation::File {
                program: program.clone()
            }
        );
        here.keep_last(&last).unwrap();
        let package = folder.path().join("new.package");
        fs::write(&package, "new").unwrap();
        here.put_in(&package).unwrap();
        assert_eq!(fs::read_to_string(&program).unwrap(), "new");
        here.put_in(&last).unwrap();
        assert_eq!(fs::read_to_string(&program).unwrap(), "old");
        assert_eq!(here.key(), Some(folder.path().join("package.pub")));
    }

    #[test]
    fn what_the_system_manages_is_left_to_it() {
        assert_eq!(
            Installation::of(Path::new("/usr/bin/counterpart")),
            Installation::Managed
        );
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(SETUP), "").unwrap();
        let program = folder.path().join("counterpart.exe");
        assert!(matches!(
            Installation::of(&program),
            Installation::Installer { .. }
        ));
    }
}
