//! `central restored`: said once, after the database was put back from a backup.

use std::io::Write;

use clap::Args;

use crate::cli::{CommandError, DatabaseArgs};
use centre::recovery;
use centre_store::boxed;

/// What `central restored` is told.
#[derive(Debug, Clone, Args)]
pub struct RestoredArgs {
    /// Where the database is.
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Begins a new generation: nothing is granted until every counter has reported what it holds, or was
/// written off.
///
/// # Errors
/// Where the database cannot be had.
#[boxed]
pub async fn run(args: &RestoredArgs) -> Result<(), CommandError> {
    args.database
        .with(async |centre| {
    let generation = recovery::restored(centre).await?;
    let waiting = recovery::waiting_for(centre.db().read(), generation).await?;
    let mut out = std::io::stdout();
    if args.json {
        let json = serde_json::json!({"generation": generation, "waiting_for": waiting});
        writeln!(out, "{json}")?;
    } else {
        writeln!(
            out,
            "generation {generation}: nothing is granted until {waiting} counters have reported \
             (central devices list; write off one that will not come back)"
        )?;
    }
    Ok(())
        })
        .await
}
