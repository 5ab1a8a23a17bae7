//! `counter --home DIR COMMAND`: the same functions as the app's, from a shell.
//!
//! Exit codes: 0 done · 1 refused or failed, with the reason on standard error (or as JSON on
//! standard output with `--json`) · 2 wrong usage.

mod args;
mod ask;
mod keep_running;
mod manage;
mod parse;
mod profile;
mod reaction;
mod run;
mod sale;
mod sample;
mod servicing;
mod shown;
mod sign_up;
mod slip;
mod who;

pub use run::run;
