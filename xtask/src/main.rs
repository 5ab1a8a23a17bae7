//! `cargo xtask run | test | windows | across | bench | mutants | check | bindings | set-up`: everything that is done with
//! this workspace, from one command line.
#![allow(clippy::print_stdout, reason = "a command line speaks there")]

mod across;
mod bench;
mod bindings;
mod cargo;
mod display;
mod failure;
mod house;
mod locale;
mod mutants;
mod paths;
mod picture;
mod process;
mod run;
mod setup;
mod test;
mod windows;

use clap::{Parser, Subcommand};
use failure::{Failure, Outcome};
use std::process::ExitCode;

/// How shells name an end by Ctrl-C.
const INTERRUPTED: u8 = 130;

#[derive(Debug, Parser)]
#[command(
    name = "cargo xtask",
    version,
    about = "Run, test and measure Counterpart"
)]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// From a clean machine to the open app, with a demo brand and a centre beside it.
    Run(run::Options),
    /// Every check there is; the last line is "N passed, N failed".
    Test(test::Options),
    /// The programs for Windows and their installer, made here; with --test, tried under Wine.
    Windows(windows::Options),
    /// This build with counters and a centre of another commit.
    Across(across::Options),
    /// Measurements in the optimised build.
    Bench(bench::Options),
    /// Change the rules in every small way and see that the tests notice: hours.
    Mutants(mutants::Options),
    /// The quick checks: the house's order, formatting, clippy, the pages' types.
    Check,
    /// Only the house's order: which module may use which.
    House,
    /// Write ui/counter/src/lib/bindings.ts anew from the app's commands.
    Bindings,
    /// Only put in place what building needs.
    SetUp,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let outcome = process::watch_for_stop().and_then(|()| perform(&cli.task));
    // what was started has been ended by its owner; this is for what those left behind
    process::sweep();
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Told) => ExitCode::FAILURE,
        Err(Failure::Stopped) => ExitCode::from(INTERRUPTED),
        Err(failure) => {
            eprintln!("\nxtask: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn perform(task: &Task) -> Outcome {
    match task {
        Task::Run(options) => run::run(options),
        Task::Test(options) => test::run(options),
        Task::Windows(options) => windows::run(options),
        Task::Across(options) => across::run(options),
        Task::Bench(options) => bench::run(options),
        Task::Mutants(options) => mutants::run(options),
        Task::Check => test::check(),
        Task::House => house::check(&paths::Workspace::here()),
        Task::Bindings => bindings::run(),
        Task::SetUp => setup::everything(&paths::Workspace::here()).map(|_| ()),
    }
}
