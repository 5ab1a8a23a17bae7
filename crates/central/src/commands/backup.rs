//! `central backup`: a whole copy of the embedded database, while it is served.

use std::io::Write;
use std::path::PathBuf;

use centre::backup;
use centre_store::boxed;
use clap::Args;

use crate::cli::{CommandError, DatabaseArgs};

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
#[boxed]
pub async fn run(args: &BackupArgs) -> Result<(), CommandError> {
    args.database
        .with(async |centre| Ok(backup::copy(centre, &args.to).await?))
        .await?;
    Ok(writeln!(std::io::stdout(), "{}", args.to.display())?)
}
