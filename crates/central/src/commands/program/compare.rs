//! `central program compare`: what a new program would have done to the members' real histories.

use std::path::Path;

use brand_tools::compare::{Options, compare};
use centre::log::{Entry, Kind};
use centre::program::read;

use crate::cli::{CommandError, DatabaseArgs, note, say};

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
        .with(async |centre| {
            let comparison = compare(centre, &new, options).await?;
            let what = match csv {
                Some(_) => "with a CSV of members",
                None => "",
            };
            note(centre, Entry::of(Kind::MembersCompared).what(what)).await?;
            Ok(comparison)
        })
        .await?;
    if let Some(csv) = csv {
        comparison.write_csv(csv)?;
    }
    say(json, &comparison, || comparison.text())
}
