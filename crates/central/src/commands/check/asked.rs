//! What is to be looked at.

use std::path::PathBuf;

use clap::Args;

use crate::cli::DatabaseArgs;

/// What `central check` is told.
#[derive(Debug, Clone, Args)]
pub struct CheckArgs {
    /// Where the database is.
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// Certificate that is served, in PEM
    #[arg(long, value_name = "FILE")]
    pub tls_cert: Option<PathBuf>,
    /// Folder of the packages of the counters' program; without it, `packages` in --data
    #[arg(long, value_name = "DIR", env = "CENTRAL_PACKAGES")]
    pub packages: Option<PathBuf>,
    /// Read every page of the embedded database too
    #[arg(long)]
    pub deep: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}
