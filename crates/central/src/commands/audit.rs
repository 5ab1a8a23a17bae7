//! The command `central audit`.

mod asked;
pub mod log;

use centre::audit;
use centre_store::boxed;

use asked::{not_asked, there};

use crate::cli::{CommandError, DatabaseArgs, say};

/// Options of `central audit`.
#[derive(Debug, Clone, clap::Args)]
pub struct AuditArgs {
    /// Where the database is.
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// Say what was found as JSON
    #[arg(long)]
    pub json: bool,
    /// What to look at; without it, all that must always hold.
    #[command(subcommand)]
    pub what: Option<What>,
}

/// What to look at.
#[derive(Debug, Clone, clap::Subcommand)]
pub enum What {
    /// Verify the log of who did what, list it, and take a checkpoint of it out
    Log(Box<log::LogArgs>),
}

/// Audits and says what was found. The process ends with 0 where everything holds, 1 where something does
/// not, and 2 where it could not be asked.
///
/// # Errors
/// Where something does not hold; where there is no such database, or it fails.
#[boxed]
pub async fn run(args: &AuditArgs) -> Result<(), CommandError> {
    if let Some(What::Log(of)) = &args.what {
        return log::run(of).await;
    }
    there(&args.database)?;
    let audited = args
        .database
        .with(async |centre| Ok(audit::of(centre).await?))
        .await;
    let report = audited.map_err(not_asked)?;
    say(args.json, &report, || report.text())?;
    if report.clean {
        return Ok(());
    }
    Err(CommandError::Failed(format!(
        "{} rows break what must always hold",
        report.count()
    )))
}
