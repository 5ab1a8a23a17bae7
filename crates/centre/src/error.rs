//! Why the service could not do what was asked: a refusal with a stable code, or its own fault.

use crate::member_keys::KeysError;
use centre_store::column::Unreadable;
use centre_store::db::fault;
use centre_store::db::fault::Fault;
use centre_store::seal::{CannotSeal, NoKey};
use protocol::{ErrorCode, WireError};
use sea_orm::{DbErr, RuntimeErr, sqlx};

/// An error of a service function. No message holds personal data: rows are named by their ids.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The one who asked is told this code; nothing is wrong with the service.
    #[error("{}: {}", code_name(.0.code), .0.message)]
    Refused(WireError),
    /// The database did not answer as it should.
    #[error("database: {0}")]
    Database(#[source] DbErr),
    /// A stored value cannot be read as what its column holds.
    #[error("a stored value: {0}")]
    Unreadable(#[source] Unreadable),
    /// A row has nothing where something must be, or a word that this build does not know.
    #[error("a row cannot be read: {0}")]
    Row(#[source] DbErr),
    /// A row is not what the service itself should have made sure of.
    #[error("{table} {key} {why}")]
    Corrupt {
        /// Which table.
        table: &'static str,
        /// Which row.
        key: String,
        /// What is wrong with it: "is missing".
        why: &'static str,
    },
    /// Stored JSON is invalid, or a value cannot be written as JSON. (The parser's own message may quote what it read:
    /// only its place is told.)
    #[error("JSON is invalid at line {line} column {column}")]
    Json {
        /// Line from 1; 0 where nothing was read.
        line: usize,
        /// Column from 1.
        column: usize,
    },
    /// The rows of an account make none that the rules know.
    #[error("the rows of the account of {member} are invalid: {source}")]
    Account {
        /// Whose.
        member: protocol::MemberId,
        /// What is wrong with them.
        source: loyalty::Malformed,
    },
    /// The rules refuse what the service does by itself.
    #[error("{doing}: {source}")]
    Rules {
        /// What it does.
        doing: &'static str,
        /// Why they refuse.
        source: loyalty::Error,
    },
    /// An account stays due after it was brought to now: it would be brought for ever.
    #[error("the account of {member} stays due")]
    StaysDue {
        /// Whose.
        member: protocol::MemberId,
    },
    /// Points moved in an allowance that was not loaded.
    #[error("points moved in the allowance {grant}, which is unknown")]
    UnknownAllowance {
        /// Which.
        grant: loyalty::GrantId,
    },
    /// A loss by something that no store stands behind.
    #[error("{op_id} made a loss, and no store bears it")]
    LossOfNoStore {
        /// What made it.
        op_id: String,
    },
    /// A sequence gave no number.
    #[error("the sequence {name} gave no number")]
    Sequence {
        /// Which.
        name: String,
    },
    /// A number that a sequence gave is no card's.
    #[error("a new card number is invalid: {0}")]
    Card(#[source] identity::Refusal),
    /// A database gave another count of answers than it was asked questions.
    #[error("the database gave {given} answers to {asked} questions")]
    Answers {
        /// How many were asked.
        asked: usize,
        /// How many came.
        given: usize,
    },
    /// A version of the rules is larger than one can be.
    #[error("program version {version} is too large")]
    VersionTooLarge {
        /// Which.
        version: u32,
    },
    /// A version of the rules was published before, with others.
    #[error("program version {version} was published before")]
    VersionTaken {
        /// Which.
        version: u32,
    },
    /// The system has no randomness.
    #[error("no randomness: {0}")]
    Randomness(#[from] getrandom::Error),
    /// A PIN could not be hashed.
    #[error("a PIN could not be hashed: {0}")]
    Hashing(argon2::password_hash::Error),
    /// It cannot be said when a job is due next.
    #[error("the schedule {pattern} is invalid: {source}")]
    Schedule {
        /// The pattern.
        pattern: String,
        /// What is wrong with it.
        source: croner::errors::CronError,
    },
    /// Other processes are no longer heard.
    #[error("listening: {0}")]
    Listening(#[source] sqlx::Error),
    /// A task ended early.
    #[error("{doing} ended early: {source}")]
    Task {
        /// What it did.
        doing: &'static str,
        /// Why.
        source: tokio::task::JoinError,
    },
    /// The centre's own key is not to be had.
    #[error("the centre's key: {0}")]
    Key(#[from] crate::key::KeyError),
    /// What is sealed cannot be opened here.
    #[error("a stored value: {0}")]
    NoKey(#[from] NoKey),
    /// What is to be sealed cannot be.
    #[error("sealing: {0}")]
    Sealing(#[from] CannotSeal),
    /// The members of a backup cannot be opened, or their keys not be kept.
    #[error("members' keys: {0}")]
    BackupKeys(#[from] KeysError),
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
    pub fn corrupt(table: &'static str, key: impl ToString, why: &'static str) -> Self {
        Self::Corrupt {
            table,
            key: key.to_string(),
            why,
        }
    }

    /// A row that must be there.
    pub fn missing(table: &'static str, key: impl ToString) -> Self {
        Self::corrupt(table, key, "is missing")
    }

    /// Rules that refuse what the service does by itself.
    pub fn rules(doing: &'static str) -> impl FnOnce(loyalty::Error) -> Self {
        move |source| Self::Rules { doing, source }
    }

    /// Whether trying again may help: another process held the database.
    pub fn is_busy(&self) -> bool {
        matches!(self, Self::Database(e) if is_busy(e))
    }

    /// Whether the same again may succeed.
    pub fn fault(&self) -> Fault {
        match self {
            Self::Database(error) => fault::of(error),
            Self::Refused(_)
            | Self::NoProgram
            | Self::Program { .. }
            | Self::Unreadable(_)
            | Self::Row(_)
            | Self::Corrupt { .. }
            | Self::Json { .. }
            | Self::Account { .. }
            | Self::Rules { .. }
            | Self::StaysDue { .. }
            | Self::UnknownAllowance { .. }
            | Self::LossOfNoStore { .. }
            | Self::Sequence { .. }
            | Self::Card(_)
            | Self::Answers { .. }
            | Self::VersionTooLarge { .. }
            | Self::VersionTaken { .. }
            | Self::Randomness(_)
            | Self::Hashing(_)
            | Self::Schedule { .. }
            | Self::Listening(_)
            | Self::Key(_)
            | Self::NoKey(_)
            | Self::Sealing(_)
            | Self::BackupKeys(_)
            | Self::Task { .. } => Fault::Other,
        }
    }

    /// Whether the service cannot digest what it has: neither the one who asked nor the database's being away is the cause.
    /// What meets it waits until the service can.
    pub fn is_corrupt(&self) -> bool {
        match self {
            Self::Refused(_) | Self::Database(_) | Self::NoProgram | Self::Program { .. } => false,
            Self::Unreadable(_)
            | Self::Row(_)
            | Self::Corrupt { .. }
            | Self::Json { .. }
            | Self::Account { .. }
            | Self::Rules { .. }
            | Self::StaysDue { .. }
            | Self::UnknownAllowance { .. }
            | Self::LossOfNoStore { .. }
            | Self::Sequence { .. }
            | Self::Card(_)
            | Self::Answers { .. }
            | Self::VersionTooLarge { .. }
            | Self::VersionTaken { .. }
            | Self::Randomness(_)
            | Self::Hashing(_)
            | Self::Schedule { .. }
            | Self::Listening(_)
            | Self::Key(_)
            | Self::NoKey(_)
            | Self::Sealing(_)
            | Self::BackupKeys(_)
            | Self::Task { .. } => true,
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

/// A row that cannot be read is no database that is away.
impl From<DbErr> for ServiceError {
    fn from(error: DbErr) -> Self {
        if let Some(unreadable) = Unreadable::of(&error) {
            return Self::Unreadable(unreadable.clone());
        }
        match &error {
            DbErr::Type(_) => Self::Row(error),
            DbErr::Query(RuntimeErr::SqlxError(told))
                if matches!(**told, sqlx::Error::ColumnDecode { .. }) =>
            {
                Self::Row(error)
            }
            _ => Self::Database(error),
        }
    }
}

impl From<serde_json::Error> for ServiceError {
    fn from(error: serde_json::Error) -> Self {
        Self::Json {
            line: error.line(),
            column: error.column(),
        }
    }
}

fn code_name(code: ErrorCode) -> String {
    serde_json::to_value(code)
        .ok()
        .and_then(|v| v.as_str().map(str::to_owned))
        .unwrap_or_else(|| "unknown".to_owned())
}
