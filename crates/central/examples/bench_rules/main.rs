//! How fast the rules are: purchases a second in `loyalty` alone, and `central program compare` on a million
//! rows of a ledger.
//!
//! `cargo xtask bench rules [-- --rows N --rounds N]`. The ledger is filled by the same functions that the
//! centre uses; filling is not what is measured.

#![allow(
    clippy::print_stdout,
    clippy::cast_precision_loss,
    clippy::unwrap_used,
    missing_docs
)]

mod comparison;
mod purchases;

use clap::Parser;

#[derive(Parser)]
struct Args {
    /// Rows of the ledger that is compared.
    #[arg(long, default_value_t = 1_000_000)]
    rows: u64,
    /// Rounds of the purchases; the median is told.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
}

#[tokio::main]
async fn main() {
    let args = Args::parse();
    purchases::measure(args.rounds).unwrap();
    comparison::measure(args.rows).await;
}
