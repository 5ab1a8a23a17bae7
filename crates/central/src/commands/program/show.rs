//! `central program show`.

use std::io::Write;

use loyalty::ProgramDoc;
use loyalty::program::{Awards, Watch};
use sea_orm::{EntityTrait, QueryOrder};

use crate::cli::{CommandError, DatabaseArgs};
use centre_store::tables::program;

/// How a program is written down; the fields are the same.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Toml,
    /// For programs.
    Json,
}

/// What a document leaves out and holds all the same, as comments: how much counts without the till, what is watched, and
/// limits of behaviours.
fn left_out(doc: &ProgramDoc) -> Result<String, CommandError> {
    #[derive(serde::Serialize)]
    struct Held<'a> {
        #[serde(skip_serializing_if = "Option::is_none")]
        awards: Option<&'a Awards>,
        #[serde(skip_serializing_if = "Option::is_none")]
        watch: Option<&'a Watch>,
    }
    let held = Held {
        awards: Some(&doc.awards).filter(|held| **held == Awards::default()),
        watch: Some(&doc.watch).filter(|held| **held == Watch::default()),
    };
    let text = toml::to_string(&held).map_err(|e| CommandError::Failed(e.to_string()))?;
    let notes = doc.notes();
    let notes = notes.iter().map(ToString::to_string);
    let lines = text.lines().map(str::to_owned).chain(notes);
    let mut all: String = lines.map(|line| format!("# {line}\n")).collect();
    if !all.is_empty() {
        all.insert_str(0, "\n# left out, so that this holds:\n");
    }
    Ok(all)
}

/// Shows a version of the rules, or lists all.
///
/// # Errors
/// [`CommandError::Usage`] for a version that was not published; where the database fails.
pub async fn run(
    database: &DatabaseArgs,
    version: Option<u32>,
    format: Format,
    all: bool,
) -> Result<(), CommandError> {
    database
        .with(async |centre| {
            let mut out = std::io::stdout();
            if all {
                let rows = program::Entity::find()
                    .order_by_asc(program::Column::Version)
                    .all(centre.db().read())
                    .await
                    .map_err(centre::error::ServiceError::from)?;
                let holds = match rows.is_empty() {
                    true => None,
                    false => Some(centre.current_program().await?.version()),
                };
                for row in rows {
                    let (from, at) = (*row.effective_from, *row.published_at);
                    let number = *row.version;
                    let state = if holds == Some(number) {
                        "holds now"
                    } else if from > centre.now() {
                        "to come"
                    } else {
                        "before"
                    };
                    writeln!(out, "{number}\tfrom {from:?}\tpublished {at:?}\t{state}")?;
                }
                return Ok(());
            }
            let program = match version {
                None => centre.current_program().await?,
                Some(number) => centre.program(number).await?.ok_or_else(|| {
                    CommandError::Usage(format!("version {number} was never published"))
                })?,
            };
            let text = match format {
                Format::Json => {
                    serde_json::to_string_pretty(program.doc()).map_err(std::io::Error::from)?
                }
                Format::Toml => toml::to_string(program.doc())
                    .map_err(|e| CommandError::Failed(e.to_string()))?,
            };
            writeln!(out, "{}", text.trim_end())?;
            if format == Format::Toml {
                write!(out, "{}", left_out(program.doc())?)?;
            }
            Ok(())
        })
        .await
}
