//! `central demo`: a made-up brand to try everything with.

use clap::Args;

use crate::cli::{CommandError, DatabaseArgs};

/// What `central demo` is told.
#[derive(Debug, Clone, Args)]
pub struct DemoArgs {
    /// Where the database is.
    #[command(flatten)]
    pub database: DatabaseArgs,
}

/// Runs the command.
///
/// # Errors
/// Where the database cannot be opened or already holds a brand.
pub async fn run(_args: &DemoArgs) -> Result<(), CommandError> {
    Err(CommandError::Failed("this build makes no demonstration data yet".to_owned()))
}
