//! `central program diff`: two programs, field by field.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use centre::Centre;
use centre::program::{differences, read};
use loyalty::Program;
use serde_json::Value;

use crate::cli::{CommandError, DatabaseArgs};

async fn named(centre: &Centre, what: &str) -> Result<Arc<Program>, CommandError> {
    if let Ok(version) = what.parse::<u32>() {
        return centre
            .program(version)
            .await?
            .ok_or_else(|| CommandError::Usage(format!("version {version} was never published")));
    }
    Ok(Arc::new(read(Path::new(what))?.program))
}

/// Compares and prints.
///
/// # Errors
/// [`CommandError::Usage`] for what is neither a published version nor a document.
pub async fn run(
    database: &DatabaseArgs,
    one: &str,
    other: Option<&str>,
    json: bool,
) -> Result<(), CommandError> {
    database
        .with(async |centre| {
            let (before, after) = match other {
                Some(other) => (named(centre, one).await?, named(centre, other).await?),
                None => (centre.current_program().await?, named(centre, one).await?),
            };
            let found = differences(&before, &after).map_err(std::io::Error::from)?;
            let mut out = std::io::stdout();
            if json {
                let text = serde_json::to_string_pretty(&found).map_err(std::io::Error::from)?;
                writeln!(out, "{text}")?;
                return Ok(());
            }
            if found.is_empty() {
                writeln!(out, "The same rules.")?;
            }
            let show =
                |value: &Option<Value>| value.as_ref().map_or("–".to_owned(), ToString::to_string);
            for d in &found {
                writeln!(out, "{}: {} → {}", d.place, show(&d.before), show(&d.after))?;
            }
            Ok(())
        })
        .await
}
