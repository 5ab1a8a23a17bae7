//! Why no demo brand was made.

use centre::error::ServiceError;

/// Nothing was made, and why.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// Somebody's data is here.
    #[error("{0}")]
    Occupied(String),
    /// More than the demo can make.
    #[error("{0}")]
    TooMuch(String),
    /// A part of the demo that is built in is broken.
    #[error("built-in {what}: {why}")]
    Built {
        /// Which.
        what: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// The database or the rules failed.
    #[error(transparent)]
    Service(#[from] ServiceError),
}

impl DemoError {
    pub(crate) fn built(what: &'static str, why: &impl ToString) -> Self {
        Self::Built {
            what,
            why: why.to_string(),
        }
    }
}

impl From<sea_orm::DbErr> for DemoError {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Service(error.into())
    }
}
