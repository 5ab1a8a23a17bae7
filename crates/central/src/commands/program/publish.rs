//! `central program publish`: a document becomes the next version of the rules.

use std::io::Write;
use std::path::Path;

use centre::program::{publish, read};
use chrono::{DateTime, NaiveDate, Utc};
use loyalty::Program;

use crate::cli::{CommandError, DatabaseArgs};

/// When a program is to begin: a business date's first moment, or an instant.
fn beginning(program: &Program, text: &str) -> Result<DateTime<Utc>, CommandError> {
    if let Ok(date) = text.parse::<NaiveDate>() {
        return Ok(program.day_begins(date));
    }
    DateTime::parse_from_rfc3339(text)
        .map(|at| at.with_timezone(&Utc))
        .map_err(|_| {
            CommandError::Usage(format!(
                "--from {text:?} is neither a date nor an RFC 3339 time"
            ))
        })
}

/// Reads, publishes and says so.
///
/// # Errors
/// As [`read`] and [`publish`].
pub async fn run(
    database: &DatabaseArgs,
    file: &Path,
    from: Option<&str>,
    dry_run: bool,
    json: bool,
) -> Result<(), CommandError> {
    let document = read(file)?;
    let from = from
        .map(|text| beginning(&document.program, text))
        .transpose()?;
    database
        .with(async |centre| {
            let done = publish(centre, &document, from, dry_run).await?;
            let mut out = std::io::stdout();
            if json {
                let text = serde_json::to_string_pretty(&done).map_err(std::io::Error::from)?;
                writeln!(out, "{text}")?;
                return Ok(());
            }
            let how = match (done.exists, dry_run) {
                (true, _) => "was published before, with the same rules; it holds from",
                (false, true) => "would be published, to hold from",
                (false, false) => "is published; it holds from",
            };
            writeln!(
                out,
                "version {} {how} {:?}",
                done.version, done.effective_from
            )?;
            for notice in &done.notices {
                writeln!(out, "note: {notice}")?;
            }
            for note in document.program.doc().notes() {
                writeln!(out, "note: {note}")?;
            }
            Ok(())
        })
        .await
}
