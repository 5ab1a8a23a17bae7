//! `central program`: the brand's rules as a document that is tried, compared, published and shown.

mod compare;
mod diff;
mod publish;
mod scenarios;
mod show;

use std::path::PathBuf;

use brand_tools::compare::Options;
use centre_store::boxed;
use clap::{Args, Subcommand};

use crate::cli::{CommandError, DatabaseArgs};
pub use show::Format;

/// What `central program` is told.
#[derive(Debug, Clone, Args)]
pub struct ProgramArgs {
    /// What to do.
    #[command(subcommand)]
    pub what: What,
}

/// What to do.
#[derive(Debug, Clone, Subcommand)]
pub enum What {
    /// Run scenario files and print the state after each step: 0 = all expectations hold, 1 = one does not,
    /// 2 = a file cannot be read
    Try {
        /// Files with one scenario or an array of them; - reads standard input
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Try them under this program instead of their own (TOML or JSON)
        #[arg(long)]
        program: Option<PathBuf>,
    },
    /// Publish a document as the next version of the rules
    Publish {
        /// Where the database is.
        #[command(flatten)]
        database: DatabaseArgs,
        /// The program, TOML or JSON; without a version it gets the next
        file: PathBuf,
        /// From when it holds: a date (its business day's beginning) or an RFC 3339 time; without it, at once
        #[arg(long)]
        from: Option<String>,
        /// Only say what would happen
        #[arg(long)]
        dry_run: bool,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Show the program that holds now, or a version of it
    Show {
        /// Where the database is.
        #[command(flatten)]
        database: DatabaseArgs,
        /// Which version; without it, the one that holds now
        version: Option<u32>,
        /// How to write it
        #[arg(long, value_enum, default_value_t)]
        format: Format,
        /// List all versions and when each holds from
        #[arg(long, conflicts_with_all = ["version", "format"])]
        all: bool,
    },
    /// Say field by field what differs between two programs
    Diff {
        /// Where the database is.
        #[command(flatten)]
        database: DatabaseArgs,
        /// The one: a version's number or a file. Alone, it is compared with the program that holds now
        one: String,
        /// The other, likewise
        other: Option<String>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Replay the members' histories under the program that holds and under a new one, and say what differs.
    /// Changes nothing
    Compare {
        /// Where the database is.
        #[command(flatten)]
        database: DatabaseArgs,
        /// The new program, TOML or JSON
        file: PathBuf,
        /// Compare it with this version instead of the one that holds now
        #[arg(long)]
        with: Option<u32>,
        /// Let time pass to the end of this day; without it, to now
        #[arg(long)]
        until: Option<chrono::NaiveDate>,
        /// Write every member's figures to this file as CSV
        #[arg(long)]
        csv: Option<PathBuf>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

/// Runs the command.
///
/// # Errors
/// As each of them says; see [`CommandError::exit_code`].
#[boxed]
pub async fn run(args: &ProgramArgs) -> Result<(), CommandError> {
    match &args.what {
        What::Try { files, program } => scenarios::run(files, program.as_deref()),
        What::Publish {
            database,
            file,
            from,
            dry_run,
            json,
        } => publish::run(database, file, from.as_deref(), *dry_run, *json).await,
        What::Show {
            database,
            version,
            format,
            all,
        } => show::run(database, *version, *format, *all).await,
        What::Diff {
            database,
            one,
            other,
            json,
        } => diff::run(database, one, other.as_deref(), *json).await,
        What::Compare {
            database,
            file,
            with,
            until,
            csv,
            json,
        } => {
            let options = Options {
                with: *with,
                until: *until,
                progress: !*json,
            };
            compare::run(database, file, &options, csv.as_deref(), *json).await
        }
    }
}
