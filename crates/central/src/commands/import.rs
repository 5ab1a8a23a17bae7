//! `central import`: members, products and purchases from a brand's own CSV files.

use std::io::IsTerminal;

use brand_tools::import::{ImportFiles, Plan};
use centre::Clock;
use centre_store::boxed;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::cli::{CommandError, DatabaseArgs, say};

/// Options of `central import`.
#[derive(Debug, Clone, clap::Args)]
pub struct ImportArgs {
    /// Where the database is.
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// What to import.
    #[command(flatten)]
    pub files: ImportFiles,
    /// Say what became of it as JSON
    #[arg(long)]
    pub json: bool,
}

/// Imports, and says what became of every row.
///
/// # Errors
/// Where a file is not what the map says, or the database fails; then nothing was imported.
#[boxed]
pub async fn run(args: &ImportArgs) -> Result<(), CommandError> {
    let plan = Plan::read(&args.files, Clock::default().now())?;
    let report = args
        .database
        .with(async |centre| {
            let bar = bar(plan.rows(), args.json);
            let report = plan.carry_out(centre, &args.files, &bar).await?;
            bar.finish_and_clear();
            Ok(report)
        })
        .await?;
    say(args.json, &report, || report.text())
}

fn bar(rows: usize, quiet: bool) -> ProgressBar {
    if quiet || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(Some(rows as u64), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} rows {elapsed} {msg}") {
        bar.set_style(style);
    }
    bar
}
