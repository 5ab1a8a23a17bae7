//! `central import`: members, products and history from files.

use clap::Args;

use crate::cli::{CommandError, DatabaseArgs};

/// What `central import` is told.
#[derive(Debug, Clone, Args)]
pub struct ImportArgs {
    /// Where the database is.
    #[command(flatten)]
    pub database: DatabaseArgs,
}

/// Runs the command.
///
/// # Errors
/// Where a file cannot be read or the database fails.
pub async fn run(_args: &ImportArgs) -> Result<(), CommandError> {
    Err(CommandError::Failed("this build imports nothing yet".to_owned()))
}
