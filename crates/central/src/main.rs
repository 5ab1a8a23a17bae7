//! The central service's command line.

use std::process::ExitCode;

use central::cli::CommandError;
use central::{demo, import};
use clap::{Parser, Subcommand};

/// Counterpart's central service: ledger, feed, sync, phone pages
#[derive(Debug, Parser)]
#[command(name = "central", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Fill a database with a made-up brand
    Demo(demo::DemoArgs),
    /// Read members, products and purchases from files
    Import(import::ImportArgs),
}

#[tokio::main]
async fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Demo(args) => demo::run(&args).await,
        Command::Import(args) => import::run(&args).await,
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => report(&error),
    }
}

fn report(error: &CommandError) -> ExitCode {
    eprintln!("central: {error}");
    error.exit_code()
}
