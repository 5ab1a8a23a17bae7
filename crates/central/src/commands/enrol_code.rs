//! `central enrol-code`: a one-time code that lets one device in.

use std::io::Write;

use clap::Args;

use crate::cli::{CommandError, DatabaseArgs};
use centre::sync::enrol;
use centre_store::boxed;

/// What `central enrol-code` is told.
#[derive(Debug, Clone, Args)]
pub struct EnrolCodeArgs {
    /// Where the database is.
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// The store that the device will stand in
    #[arg(long)]
    pub store: String,
    /// The device checks customers out, and so holds allowances ahead of time
    #[arg(long)]
    pub checkout: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Makes the code and prints it: it is told only here.
///
/// # Errors
/// Where there is no such store, or the database cannot be had.
#[boxed]
pub async fn run(args: &EnrolCodeArgs) -> Result<(), CommandError> {
    args.database
        .with(async |centre| {
            let code =
                enrol::new_enrol_code(centre, &args.store.as_str().into(), args.checkout).await?;
            let mut out = std::io::stdout();
            if args.json {
                let json = serde_json::to_string(&code)
                    .map_err(|e| CommandError::Failed(e.to_string()))?;
                writeln!(out, "{json}")?;
            } else {
                writeln!(out, "{}", code.code)?;
                writeln!(
                    out,
                    "for one device in store {}, until {}",
                    code.store, code.expires_at
                )?;
            }
            Ok(())
        })
        .await
}
