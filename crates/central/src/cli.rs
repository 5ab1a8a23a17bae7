//! The command line's common parts: where the database is, and what an exit says.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use brand_tools::compare::CsvError;
use brand_tools::demo::DemoError;
use brand_tools::import::ImportError;
use centre::backup::BackupError;
use centre::program::{DocumentError, PublishError};
use clap::Args;
use serde::Serialize;

use centre::error::ServiceError;
use centre::key::KeyPlace;
use centre::log::{Entry, Who};
use centre::{Centre, Clock};
use centre_store::db::Made;

/// Where the database is.
#[derive(Debug, Clone, Args)]
pub struct DatabaseArgs {
    /// Address of the database: sqlite://PATH or postgres://…; without it, a file in --data
    #[arg(long, env = "CENTRAL_DATABASE")]
    pub database: Option<String>,
    /// Folder of the built-in database
    #[arg(long, env = "CENTRAL_DATA", default_value = "./central-data")]
    pub data: PathBuf,
    /// File of the centre's own key, which lies outside the database; without it, beside the built-in database, or in
    /// --data for one on a server. Keep a copy of it where the backups are not
    #[arg(long, value_name = "FILE", env = "CENTRAL_KEY")]
    pub key: Option<PathBuf>,
}

impl DatabaseArgs {
    /// Opens the centre, works with it, and closes it, however the work ends: an engine whose threads still write while
    /// the process ends may crash it, and what was done would be told as failed.
    ///
    /// # Errors
    /// Where the address is not understood or the database cannot be opened; what the work fails with; where the engine
    /// cannot be closed.
    pub async fn with<T>(
        &self,
        work: impl AsyncFnOnce(&Centre) -> Result<T, CommandError>,
    ) -> Result<T, CommandError> {
        // what is done is noted in the name of whoever runs the program
        let centre = self.open().await?.acting_for(Who::It { user: user() });
        let done = work(&centre).await;
        let closed = centre.close().await;
        let done = done?;
        closed?;
        Ok(done)
    }

    /// Where the centre's key is kept; the folder is made where it is missing.
    fn key_place(&self, url: &str) -> Result<KeyPlace, CommandError> {
        if let Some(file) = &self.key {
            return Ok(KeyPlace::File(file.clone()));
        }
        if url.starts_with("sqlite:") {
            return Ok(KeyPlace::Beside);
        }
        std::fs::create_dir_all(&self.data).map_err(|e| {
            CommandError::Failed(format!("cannot make {}: {e}", self.data.display()))
        })?;
        Ok(KeyPlace::File(self.data.join("central.key")))
    }

    /// Where the database is, and where its keys are.
    fn places(&self) -> Result<(String, KeyPlace), CommandError> {
        let url = match &self.database {
            Some(url) => url.clone(),
            None => centre_store::db::sqlite_in(&self.data)?,
        };
        let place = self.key_place(&url)?;
        Ok((url, place))
    }

    /// Gives a centre whose key for what is sensitive is lost another one: in which file it is, and how many members
    /// counters are told of anew.
    ///
    /// # Errors
    /// Where the key cannot be written or the database cannot be opened.
    pub async fn replace_sealing_key(&self) -> Result<(PathBuf, u64), CommandError> {
        let (url, place) = self.places()?;
        let told = centre::sealing::replace_key(&url, &place).await?;
        let file = place.sealing_file(&url).map_err(ServiceError::from)?;
        Ok((file, told))
    }

    /// Gives a centre whose key is lost another one: in which file it is.
    ///
    /// # Errors
    /// Where the key cannot be written or the database cannot be opened.
    pub async fn replace_key(&self) -> Result<PathBuf, CommandError> {
        let (url, place) = self.places()?;
        centre::replace_key(&url, &place).await?;
        Ok(place.file(&url).map_err(ServiceError::from)?)
    }

    /// Opens the centre.
    ///
    /// # Errors
    /// Where the address is not understood or the database cannot be opened.
    async fn open(&self) -> Result<Centre, CommandError> {
        match &self.database {
            Some(url) if url.starts_with("sqlite:") || url.starts_with("postgres") => {
                let place = self.key_place(url)?;
                Ok(Centre::open_at(url, &place, Clock::default()).await?)
            }
            Some(_) => Err(CommandError::Usage(
                "--database must begin with sqlite:// or postgres://".to_owned(),
            )),
            None => {
                let made = Made::in_folder(&self.data).map_err(|e| {
                    CommandError::Failed(format!("cannot make {}: {e}", self.data.display()))
                })?;
                let place = self.key_place(&made.address)?;
                let opened = Centre::open_at(&made.address, &place, Clock::default()).await;
                opened.map_err(|e| {
                    made.undo();
                    CommandError::Failed(format!("cannot open {}: {e}", self.data.display()))
                })
            }
        }
    }
}

/// Who runs this program, by the system's name; and who that was before `sudo`.
fn user() -> String {
    let name = platform::person::user().unwrap_or_else(|| {
        tracing::warn!("the system does not say who runs this");
        "unknown".to_owned()
    });
    match std::env::var("SUDO_USER") {
        Ok(before) if !before.is_empty() && before != name => format!("{name} (sudo: {before})"),
        _ => name,
    }
}

/// Notes in the log what a command did or showed that no unit of work of its own notes.
///
/// # Errors
/// Where the database fails.
pub async fn note(centre: &Centre, entry: Entry) -> Result<(), CommandError> {
    let mut work = centre.work().await?;
    work.note(entry);
    work.commit().await?;
    Ok(())
}

/// Prints what a command found: as JSON, or in words.
///
/// # Errors
/// Where it cannot be printed.
pub fn say<T: Serialize>(
    json: bool,
    found: &T,
    words: impl FnOnce() -> String,
) -> Result<(), CommandError> {
    let text = if json {
        serde_json::to_string_pretty(found).map_err(std::io::Error::from)? + "\n"
    } else {
        words()
    };
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}

/// Why a command did not do its work.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// It was asked wrongly: exit 2.
    #[error("{0}")]
    Usage(String),
    /// It could not: exit 1.
    #[error("{0}")]
    Failed(String),
}

impl From<ServiceError> for CommandError {
    fn from(error: ServiceError) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<std::io::Error> for CommandError {
    fn from(error: std::io::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<DemoError> for CommandError {
    fn from(error: DemoError) -> Self {
        match error {
            DemoError::TooMuch(_) => Self::Usage(error.to_string()),
            DemoError::Occupied(_) | DemoError::Built { .. } | DemoError::Service(_) => {
                Self::Failed(error.to_string())
            }
        }
    }
}

impl From<ImportError> for CommandError {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Service(_) => Self::Failed(format!("nothing was imported: {error}")),
            ImportError::Usage(_) => Self::Usage(error.to_string()),
            ImportError::Io { .. } | ImportError::Map { .. } | ImportError::File { .. } => {
                Self::Failed(error.to_string())
            }
        }
    }
}

impl From<DocumentError> for CommandError {
    fn from(error: DocumentError) -> Self {
        Self::Usage(error.to_string())
    }
}

impl From<PublishError> for CommandError {
    fn from(error: PublishError) -> Self {
        match error {
            PublishError::Document(_)
            | PublishError::Taken { .. }
            | PublishError::Past(_)
            | PublishError::NeverHolds { .. } => Self::Usage(error.to_string()),
            PublishError::Service(_) => Self::Failed(error.to_string()),
        }
    }
}

impl From<CsvError> for CommandError {
    fn from(error: CsvError) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<BackupError> for CommandError {
    fn from(error: BackupError) -> Self {
        match error {
            BackupError::NotEmbedded | BackupError::PathNotText => Self::Usage(error.to_string()),
            BackupError::Exists(_) | BackupError::File { .. } | BackupError::Service { .. } => {
                Self::Failed(error.to_string())
            }
        }
    }
}

impl CommandError {
    /// What the process ends with.
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Usage(_) => 2,
            Self::Failed(_) => 1,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An engine that is still open when the process ends writes on while its library is taken down under it.
    #[tokio::test]
    async fn the_database_is_closed_however_the_work_ends() {
        let folder = tempfile::tempdir().unwrap();
        let args = DatabaseArgs {
            database: None,
            data: folder.path().to_owned(),
            key: None,
        };
        let files = || {
            let all = std::fs::read_dir(folder.path()).unwrap();
            let mut names: Vec<_> = all.map(|f| f.unwrap().file_name()).collect();
            names.sort();
            names
        };
        for fails in [false, true] {
            let done = args
                .with(async |centre| {
                    // in the middle of something
                    let work = centre.work().await?;
                    assert!(
                        files()
                            .iter()
                            .any(|f| f.to_string_lossy().ends_with("-wal"))
                    );
                    if fails {
                        return Err(CommandError::Failed("in vain".to_owned()));
                    }
                    drop(work);
                    Ok(())
                })
                .await;
            assert_eq!(done.is_err(), fails);
            assert!(
                !files()
                    .iter()
                    .any(|f| f.to_string_lossy().ends_with("-wal")),
                "{:?}",
                files()
            );
        }
    }
}
