//! `central demo`: fills a database with a made-up brand.

use std::io::IsTerminal;

use brand_tools::demo::{self, DemoSize};
use centre_store::boxed;
use chrono::NaiveDate;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::cli::{CommandError, DatabaseArgs, say};

/// Options of `central demo`.
#[derive(Debug, Clone, clap::Args)]
pub struct DemoArgs {
    /// Where the database is.
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// Same seed, same brand
    #[arg(long, default_value_t = 7)]
    pub seed: u64,
    /// How many members
    #[arg(long, default_value_t = 1200)]
    pub members: usize,
    /// How many stores
    #[arg(long, default_value_t = 4)]
    pub stores: usize,
    /// The brand's today (YYYY-MM-DD): purchases end the day before; default is today in Shanghai
    #[arg(long)]
    pub until: Option<NaiveDate>,
    /// Say what was made as JSON
    #[arg(long)]
    pub json: bool,
}

/// Makes the brand, or finds it there, and says who can sign in.
///
/// # Errors
/// Where another brand's data is there, more is asked for than can be made, or the database fails.
#[boxed]
pub async fn run(args: &DemoArgs) -> Result<(), CommandError> {
    let size = DemoSize {
        seed: args.seed,
        members: args.members,
        stores: args.stores,
        until: args.until,
    };
    let report = args
        .database
        .with(async |centre| Ok(demo::make(centre, &size, bar(args)).await?))
        .await?;
    say(args.json, &report, || report.text())
}

fn bar(args: &DemoArgs) -> ProgressBar {
    if args.json || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar =
        ProgressBar::with_draw_target(Some(args.members as u64), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} members {msg}") {
        bar.set_style(style);
    }
    bar
}
