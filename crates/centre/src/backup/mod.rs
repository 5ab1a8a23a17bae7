//! A whole copy of the embedded database, while it is served. The copy knows that it is one, so that serving from it
//! begins a new generation by itself. What says who members are is sealed in it, each member's with a key of her own that
//! is in no backup: whose key is forgotten is in no backup any more.

mod parts;
mod put_back;
mod rows;
mod sealed;

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ConnectionTrait, DatabaseConnection, DbBackend, EntityTrait, Statement,
};

use crate::Centre;
use crate::error::ServiceError;
use crate::log::{Entry, Kind};
use crate::member_keys::MemberKeys;
use centre_store::boxed;
use centre_store::files::Unfinished;
use centre_store::tables::centre;
pub(crate) use put_back::open_members;

/// Why there is no copy.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The database is not the embedded one.
    #[error(
        "a PostgreSQL database is backed up by pg_dump or pg_basebackup; say `central restored` after one was put back"
    )]
    NotEmbedded,
    /// The path cannot be written down in a statement.
    #[error("a path that is not text (UTF-8)")]
    PathNotText,
    /// A file of that name is there.
    #[error("{} is there already", .0.display())]
    Exists(PathBuf),
    /// The file cannot be written.
    #[error("{}: {source}", file.display())]
    File {
        /// Which.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The database failed.
    #[error("{}: {source}", file.display())]
    Service {
        /// The copy.
        file: PathBuf,
        /// Why.
        source: ServiceError,
    },
}

/// Copies the embedded database to a file, as of one moment, and marks the copy.
///
/// # Errors
/// Where the file is there already or cannot be written; on PostgreSQL, which has tools of its own.
#[boxed]
pub async fn copy(centre: &Centre, to: &Path) -> Result<(), BackupError> {
    if centre.db().backend() != DbBackend::Sqlite {
        return Err(BackupError::NotEmbedded);
    }
    let failed = |source| BackupError::File {
        file: to.to_owned(),
        source,
    };
    // whole or not at all: it has its name when it is marked and on the disk
    let there = |e: std::io::Error| match e.kind() {
        ErrorKind::AlreadyExists => BackupError::Exists(to.to_owned()),
        _ => failed(e),
    };
    let unfinished = Unfinished::begin(to).map_err(there)?;
    // it goes with the folder in which the other is made
    let draft = unfinished.path().with_extension("draft");
    let service = |source: ServiceError| BackupError::Service {
        file: to.to_owned(),
        source,
    };
    into(centre.db().read(), &draft).await?;
    let members = match centre.backup_keys() {
        Some(file) => MemberKeys::make(file).await,
        None => return Err(BackupError::NotEmbedded),
    };
    let members = members.map_err(|e| service(e.into()))?;
    let made = make(&draft, &members, centre.now()).await;
    members.close().await.map_err(|e| service(e.into()))?;
    let sealed = made.map_err(service)?;
    // what a page no longer holds may still stand between its cells: only what is written anew has nothing of it
    into(&sealed, &unfinished.path()).await?;
    sealed.close().await.map_err(|e| service(e.into()))?;
    unfinished.finish().map_err(there)?;
    noted(centre).await.map_err(service)
}

/// Writes all that a database has to a new file.
async fn into(db: &DatabaseConnection, to: &Path) -> Result<(), BackupError> {
    let name = to.to_str().ok_or(BackupError::PathNotText)?;
    let statement =
        Statement::from_sql_and_values(DbBackend::Sqlite, "VACUUM INTO $1", [name.into()]);
    let written = db.execute_raw(statement).await;
    written.map(drop).map_err(|e| BackupError::Service {
        file: to.to_owned(),
        source: e.into(),
    })
}

/// The copy holds everything that the database does: that it was made is noted.
async fn noted(centre: &Centre) -> Result<(), ServiceError> {
    let mut work = centre.work().await?;
    work.note(Entry::of(Kind::BackupMade));
    work.commit().await?;
    Ok(())
}

/// Seals the members of a copy, and marks it as one.
async fn make(
    copy: &Path,
    keys: &MemberKeys,
    now: DateTime<Utc>,
) -> Result<DatabaseConnection, ServiceError> {
    let db = sealed::opened(copy).await?;
    let rows = sealed::seal(&db, keys).await?;
    centre::Entity::update_many()
        .set(centre::ActiveModel {
            copied_at: Set(Some(now.into())),
            members_sealed: Set(true),
            ..Default::default()
        })
        .exec(&db)
        .await?;
    tracing::info!(rows, "the members of a backup are sealed");
    Ok(db)
}
