//! Why the service could not do what was asked: a refusal with a stable code, or its own fault.

use protocol::{ErrorCode, WireError};
use sea_orm::DbErr;

use centre_store::db::fault;
use centre_store::db::fault::Fault;

/// An error of a service function.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The one who asked is told this code; nothing is wrong with the service.
    #[error("{}: {}", code_name(.0.code), .0.message)]
    Refused(WireError),
    /// The database did not answer as it should.
    #[error("database: {0}")]
    Database(#[from] DbErr),
    /// A row or a rule is not what the service itself should have made sure of.
    #[error("{0}")]
    Broken(String),
    /// No rules were published yet: there is no business here.
    #[error("no program was published yet")]
    NoProgram,
    /// Rules that were published cannot be read by this build. Nothing is lost by it: what needs them waits.
    #[error("program {version} cannot be read: {why}")]
    Program {
        /// Which version.
        version: u32,
        /// What is wrong with it.
        why: String,
    },
}

impl ServiceError {
    /// A refusal; the message is for logs and holds no personal data.
    pub fn refused(code: ErrorCode, message: impl Into<String>) -> Self {
        Self::Refused(WireError {
            code,
            message: message.into(),
        })
    }

    /// A row that cannot be what it is.
    pub fn broken(message: impl Into<String>) -> Self {
        Self::Broken(message.into())
    }

    /// Whether trying again may help: another process held the database.
    pub fn is_busy(&self) -> bool {
        matches!(self, Self::Database(e) if is_busy(e))
    }

    /// Whether the same again may succeed.
    pub fn fault(&self) -> Fault {
        match self {
            Self::Database(error) => fault::of(error),
            Self::Refused(_) | Self::Broken(_) | Self::NoProgram | Self::Program { .. } => {
                Fault::Other
            }
        }
    }
}

/// Whether another transaction or process was in the way.
pub fn is_busy(error: &DbErr) -> bool {
    let sqlite = ["database is locked", "database table is locked"];
    let text = error.to_string();
    let postgres = matches!(fault::of(error), Fault::Conflict | Fault::Busy);
    postgres || sqlite.iter().any(|t| text.contains(t))
}

impl From<serde_json::Error> for ServiceError {
    fn from(error: serde_json::Error) -> Self {
        // the parser's message may quote what it read: only its place is told
        Self::Broken(format!(
            "stored JSON: line {} column {}",
            error.line(),
            error.column()
        ))
    }
}

impl From<getrandom::Error> for ServiceError {
    fn from(error: getrandom::Error) -> Self {
        Self::Broken(format!("no randomness: {error}"))
    }
}

fn code_name(code: ErrorCode) -> String {
    serde_json::to_value(code)
        .ok()
        .and_then(|v| v.as_str().map(str::to_owned))
        .unwrap_or_else(|| "unknown".to_owned())
}
