//! Why a folder is not this counter's to use, and what stands in the way of its files.

use super::Error;
use std::path::{Path, PathBuf};

/// Longest whole path of a database in bytes: SQLite takes no longer one, and adds to it.
pub(crate) const PATH_BYTES: usize = 512 - "/outbox.aside-20260101T000000000.db-journal".len();

/// Why a folder, or a file in it, is not to be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// There is something else under that name.
    #[error("it is not a folder")]
    NotAFolder,
    /// Its path is longer than SQLite takes.
    #[error("its path is too long: {PATH_BYTES} bytes at most")]
    TooLong,
    /// It, or the link to it, is somebody else's.
    #[error(
        "it belongs to {owner} and this runs as {me}: run it as {owner}, or choose another folder"
    )]
    Owner {
        /// Whose it is.
        owner: String,
        /// Who would use it.
        me: String,
    },
    /// Everybody may write in it.
    #[error("everybody may write in it (mode {mode:o}): choose a folder of this counter's own")]
    Shared {
        /// Its mode.
        mode: u32,
    },
    /// There is something in it, and it is no counter's folder.
    #[error(
        "there is something of others in it ({name}): choose an empty folder of this counter's own"
    )]
    NotEmpty {
        /// One of them.
        name: String,
    },
    /// A file of this counter's that is somebody else's now.
    #[error(
        "it belongs to {owner} and this runs as {me}: give it back with `chown {me}`, and run the counter as {me} alone"
    )]
    FileOwner {
        /// Whose it is.
        owner: String,
        /// Who is to have it.
        me: String,
    },
    /// A file of this counter's that is a link, a folder or a device.
    #[error("it is not a plain file")]
    NotAFile,
    /// It cannot be written: a read-only disk, or its mode.
    #[error("it cannot be written: the disk is read-only, or its mode forbids it")]
    ReadOnly,
}

/// What keeps a file of the folder from being written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trouble {
    pub(crate) path: PathBuf,
    pub(crate) why: Unfit,
}

impl From<Trouble> for Error {
    fn from(t: Trouble) -> Self {
        Self::HomeUnfit {
            path: t.path,
            why: t.why,
        }
    }
}

/// The name of a file or folder, as it is shown where its whole path is nobody's business.
pub(crate) fn name_of(path: &Path) -> String {
    path.file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy()
        .into_owned()
}
