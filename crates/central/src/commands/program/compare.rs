//! `central program compare`: what a new program would have done to the members' real histories.

use std::path::Path;

use brand_tools::compare::{Options, compare};
use centre::program::read;

use crate::cli::{CommandError, DatabaseArgs, say};

/// Compares and prints.
///
/// # Errors
/// As [`read`] and [`compare`]; where the CSV cannot be written.
pub async fn run(
    database: &DatabaseArgs,
    file: &Path,
    options: &Options,
    csv: Option<&Path>,
    json: bool,
) -> Result<(), CommandError> {
    let new = read(file)?.program;
    let comparison = database
        .with(async |centre| Ok(compare(centre, &new, options).await?))
        .await?;
    if let Some(csv) = csv {
        comparison.write_csv(csv)?;
    }
    say(json, &comparison, || comparison.text())
}
