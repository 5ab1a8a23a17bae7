//! A whole copy of the embedded database, while it is served. The copy knows that it is
//! one, so that serving from it begins a new generation by itself.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbBackend, EntityTrait, Statement};

use crate::Centre;
use crate::error::ServiceError;
use crate::log::{Entry, Kind};
use centre_store::boxed;
use centre_store::db::sqlite_at;
use centre_store::files::Unfinished;
use centre_store::tables::centre;

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
    let name = unfinished.path();
    let name = name.to_str().ok_or(BackupError::PathNotText)?;
    let statement =
        Statement::from_sql_and_values(DbBackend::Sqlite, "VACUUM INTO $1", [name.into()]);
    let db = centre.db().read();
    let service = |source: ServiceError| BackupError::Service {
        file: to.to_owned(),
        source,
    };
    db.execute_raw(statement)
        .await
        .map_err(|e| service(e.into()))?;
    let address = sqlite_at(&unfinished.path()).map_err(failed)?;
    mark(&address, centre.now()).await.map_err(service)?;
    unfinished.finish().map_err(there)?;
    noted(centre).await.map_err(service)
}

/// The copy holds everything that the database does: that it was made is noted.
async fn noted(centre: &Centre) -> Result<(), ServiceError> {
    let mut work = centre.work().await?;
    work.note(Entry::of(Kind::BackupMade));
    work.commit().await?;
    Ok(())
}

async fn mark(address: &str, now: DateTime<Utc>) -> Result<(), ServiceError> {
    let copy = sea_orm::Database::connect(address).await?;
    centre::Entity::update_many()
        .set(centre::ActiveModel {
            copied_at: Set(Some(now.into())),
            ..Default::default()
        })
        .exec(&copy)
        .await?;
    copy.close().await?;
    Ok(())
}
