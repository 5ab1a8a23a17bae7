//! `central backup`: a whole copy of the embedded database, while it is served. The copy knows that it is
//! one, so that serving from it begins a new generation by itself.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbBackend, EntityTrait, Statement};

use crate::centre::Centre;
use crate::cli::{CommandError, DatabaseArgs};
use crate::db::sqlite_at;
use crate::entities::centre;
use crate::error::ServiceError;
use crate::time;

/// What `central backup` is told.
#[derive(Debug, Clone, Args)]
pub struct BackupArgs {
    /// Where the database is.
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// The file to write; it must not be there
    #[arg(long)]
    pub to: PathBuf,
}

/// Writes the copy.
///
/// # Errors
/// Where the file is there already or cannot be written; on PostgreSQL, which has tools of its own.
pub async fn run(args: &BackupArgs) -> Result<(), CommandError> {
    args.database
        .with(async |centre| copy(centre, &args.to).await)
        .await?;
    Ok(writeln!(std::io::stdout(), "{}", args.to.display())?)
}

/// Copies the embedded database to a file, as of one moment, and marks the copy.
///
/// # Errors
/// As [`run`].
pub async fn copy(centre: &Centre, to: &Path) -> Result<(), CommandError> {
    if centre.db().backend() != DbBackend::Sqlite {
        return Err(CommandError::Usage(
            "a PostgreSQL database is backed up by pg_dump or pg_basebackup; \
             say `central restored` after one was put back"
                .to_owned(),
        ));
    }
    if to.exists() {
        return Err(CommandError::Failed(format!(
            "{} is there already",
            to.display()
        )));
    }
    // whole, so that no part of it is taken for anything but a path
    let to = std::path::absolute(to)?;
    // whole or not at all: it has its name when it is marked and on the disk
    let mut name = to.as_os_str().to_owned();
    name.push(".unfinished");
    let unfinished = PathBuf::from(name);
    if unfinished.exists() {
        std::fs::remove_file(&unfinished)?;
    }
    let written = write(centre, &unfinished, &to).await;
    if written.is_err() {
        // half a copy is none; where it cannot be removed either, the error is told all the same
        let _ = std::fs::remove_file(&unfinished);
    }
    written.map_err(|e| match e {
        CommandError::Failed(why) => CommandError::Failed(format!("{}: {why}", to.display())),
        usage => usage,
    })
}

async fn write(centre: &Centre, unfinished: &Path, to: &Path) -> Result<(), CommandError> {
    let name = unfinished
        .to_str()
        .ok_or_else(|| CommandError::Usage("a path that is no text (UTF-8)".to_owned()))?;
    let statement =
        Statement::from_sql_and_values(DbBackend::Sqlite, "VACUUM INTO $1", [name.into()]);
    let db = centre.db().read();
    db.execute_raw(statement)
        .await
        .map_err(ServiceError::from)?;
    mark(unfinished).await?;
    std::fs::File::open(unfinished)?.sync_all()?;
    std::fs::rename(unfinished, to)?;
    if let Some(folder) = to.parent().filter(|p| !p.as_os_str().is_empty()) {
        std::fs::File::open(folder)?.sync_all()?;
    }
    Ok(())
}

async fn mark(file: &Path) -> Result<(), CommandError> {
    let copy = sea_orm::Database::connect(sqlite_at(file)?)
        .await
        .map_err(ServiceError::from)?;
    centre::Entity::update_many()
        .set(centre::ActiveModel {
            copied_at: Set(Some(time::now().timestamp_millis())),
            ..Default::default()
        })
        .exec(&copy)
        .await
        .map_err(ServiceError::from)?;
    copy.close().await.map_err(ServiceError::from)?;
    Ok(())
}
