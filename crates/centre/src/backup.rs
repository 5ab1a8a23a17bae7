//! A whole copy of the embedded database, while it is served. The copy knows that it is
//! one, so that serving from it begins a new generation by itself.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbBackend, EntityTrait, Statement};

use crate::Centre;
use crate::error::ServiceError;
use crate::log::{Entry, Kind};
use centre_store::boxed;
use centre_store::db::sqlite_at;
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
    if to.exists() {
        return Err(BackupError::Exists(to.to_owned()));
    }
    let failed = |source| BackupError::File {
        file: to.to_owned(),
        source,
    };
    // whole, so that no part of it is taken for anything but a path
    let to = std::path::absolute(to).map_err(failed)?;
    // whole or not at all: it has its name when it is marked and on the disk
    let mut name = to.as_os_str().to_owned();
    name.push(".unfinished");
    let unfinished = PathBuf::from(name);
    if unfinished.exists() {
        std::fs::remove_file(&unfinished).map_err(failed)?;
    }
    let written = write(centre, &unfinished, &to).await;
    if written.is_err() {
        // half a copy is none; where it cannot be removed either, the error is told all the same
        let _ = std::fs::remove_file(&unfinished);
    }
    written?;
    noted(centre)
        .await
        .map_err(|source| BackupError::Service { file: to, source })
}

/// The copy holds everything that the database does: that it was made is noted.
async fn noted(centre: &Centre) -> Result<(), ServiceError> {
    let mut work = centre.work().await?;
    work.note(Entry::of(Kind::BackupMade));
    work.commit().await?;
    Ok(())
}

async fn write(centre: &Centre, unfinished: &Path, to: &Path) -> Result<(), BackupError> {
    let name = unfinished.to_str().ok_or(BackupError::PathNotText)?;
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
    let failed = |source| BackupError::File {
        file: to.to_owned(),
        source,
    };
    let address = sqlite_at(unfinished).map_err(failed)?;
    mark(&address, centre.now()).await.map_err(service)?;
    to_disk(unfinished, to).map_err(failed)
}

/// What was written is on the disk before it has its name, and the name too.
fn to_disk(unfinished: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::File::open(unfinished)?.sync_all()?;
    std::fs::rename(unfinished, to)?;
    if let Some(folder) = to.parent().filter(|p| !p.as_os_str().is_empty()) {
        std::fs::File::open(folder)?.sync_all()?;
    }
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
