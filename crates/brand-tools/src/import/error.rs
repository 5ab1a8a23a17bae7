//! Why an import could not be made at all. Single rows are set aside instead.

use std::path::Path;

use centre::error::ServiceError;

/// Nothing was imported, and why.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// A file that cannot be opened, read or written.
    #[error("{path}: {source}")]
    Io {
        /// Which.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The field map says something that cannot be meant.
    #[error("{path}: {message}")]
    Map {
        /// Which map.
        path: String,
        /// What is wrong, with its line where that is known.
        message: String,
    },
    /// A file that is not what the map describes.
    #[error("{path}: {message}")]
    File {
        /// Which file.
        path: String,
        /// What is wrong, with line or offset.
        message: String,
    },
    /// It was asked wrongly.
    #[error("{0}")]
    Usage(String),
    /// The database or the rules failed.
    #[error(transparent)]
    Service(#[from] ServiceError),
}

impl ImportError {
    pub(crate) fn io(path: &Path, source: std::io::Error) -> Self {
        Self::Io {
            path: path.display().to_string(),
            source,
        }
    }

    pub(crate) fn map(path: &Path, message: impl Into<String>) -> Self {
        Self::Map {
            path: path.display().to_string(),
            message: message.into(),
        }
    }

    pub(crate) fn file(path: &Path, message: impl Into<String>) -> Self {
        Self::File {
            path: path.display().to_string(),
            message: message.into(),
        }
    }
}

impl From<sea_orm::DbErr> for ImportError {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Service(error.into())
    }
}
