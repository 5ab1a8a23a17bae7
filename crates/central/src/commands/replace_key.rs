//! `central replace-key`: another key for a centre whose own is lost.

use std::io::Write;

use centre_store::boxed;
use clap::Args;

use crate::cli::{CommandError, DatabaseArgs};

/// What `central replace-key` is told.
#[derive(Debug, Clone, Args)]
pub struct ReplaceKeyArgs {
    /// Where the database is.
    #[command(flatten)]
    pub database: DatabaseArgs,
}

/// Gives the centre a new key. Counters take it at their next contact, at the address that they know.
///
/// # Errors
/// Where the key cannot be written, or the database cannot be opened.
#[boxed]
pub async fn run(args: &ReplaceKeyArgs) -> Result<(), CommandError> {
    let file = args.database.replace_key().await?;
    Ok(writeln!(
        std::io::stdout(),
        "A new key is in {}. Keep a copy of it where the backups are not. What the old one signed proves nothing any \
         more: an allowance that a later restore forgets is its store's to bear.",
        file.display()
    )?)
}
