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
    /// The key for what is sensitive, rather than the one that signs. What the lost one sealed is lost with it: skin,
    /// allergies, notes, and what was told beside operations
    #[arg(long)]
    pub sensitive: bool,
}

/// Gives the centre a new key. Counters take it at their next contact, at the address that they know.
///
/// # Errors
/// Where the key cannot be written, or the database cannot be opened.
#[boxed]
pub async fn run(args: &ReplaceKeyArgs) -> Result<(), CommandError> {
    let mut out = std::io::stdout();
    if args.sensitive {
        let (file, members) = args.database.replace_sealing_key().await?;
        return Ok(writeln!(
            out,
            "A new key for what is sensitive is in {}. Keep a copy of it where the backups are not. What the old one had \
             sealed is gone; counters are told anew of {members} members.",
            file.display()
        )?);
    }
    let file = args.database.replace_key().await?;
    Ok(writeln!(
        out,
        "A new key is in {}. Keep a copy of it where the backups are not. What the old one signed proves nothing any \
         more: an allowance that a later restore forgets is its store's to bear.",
        file.display()
    )?)
}
