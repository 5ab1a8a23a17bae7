//! By which rules history earns points: those that are published, or those that this import
//! publishes because none are yet.

use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use loyalty::Program;
use sea_orm::EntityTrait;

use super::error::ImportError;
use centre::Centre;
use centre::catalogue;
use centre::unit_of_work::UnitOfWork;
use centre_store::tables::program;

/// Reads a program document, TOML or JSON.
pub(super) fn read(path: &Path) -> Result<Program, ImportError> {
    let text = std::fs::read_to_string(path).map_err(|e| ImportError::io(path, e))?;
    centre::program::parse(path, &text).map_err(|e| ImportError::file(path, e.to_string()))
}

/// The rules, and whether they were published just now, in force since `since`.
pub(super) async fn of(
    centre: &Centre,
    work: &mut UnitOfWork,
    given: Option<&Program>,
    since: DateTime<Utc>,
) -> Result<(Arc<Program>, bool), ImportError> {
    if program::Entity::find().one(work.on()).await?.is_some() {
        let current = centre.current_program().await?;
        return match given {
            Some(given) if *given != *current => Err(ImportError::Usage(format!(
                "--program: version {} is in force here, with other rules",
                current.version()
            ))),
            _ => Ok((current, false)),
        };
    }
    let rules = given.cloned().unwrap_or_default();
    catalogue::publish_program(work, &rules, since).await?;
    Ok((Arc::new(rules), true))
}
