//! How fast counters and the centre keep in step: real engines against a real `central serve`.
//!
//! `cargo xtask bench sync [--rows N] [--peers]` builds and runs it. It measures and prints; nothing
//! here passes or fails.

#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    missing_docs
)]

mod centre;
mod figures;
mod floor;
mod live;
mod redeem;
mod rows;
mod spread;
mod wire;

use centre::Centre;
use clap::Parser;
use serde_json::{Map, Value, json};
use std::path::PathBuf;

#[derive(Parser)]
struct Args {
    /// The `central` program.
    #[arg(long)]
    central: PathBuf,
    /// Folder for databases and counters; emptied first.
    #[arg(long)]
    dir: PathBuf,
    /// Members whose profiles are changed, pushed and pulled.
    #[arg(long, default_value_t = 20_000)]
    rows: usize,
    /// Redemptions that are timed.
    #[arg(long, default_value_t = 200)]
    redemptions: usize,
    /// Sales that are pushed together.
    #[arg(long, default_value_t = 2_000)]
    sales: usize,
    /// Connected counters, five to a store.
    #[arg(long, default_value_t = 100)]
    counters: usize,
    /// Seconds for which operations flow among them.
    #[arg(long, default_value_t = 20)]
    seconds: u64,
    /// Live connections.
    #[arg(long, default_value_t = 1_000)]
    live: usize,
    /// Live connections of a second look; 0 = none.
    #[arg(long, default_value_t = 10_000)]
    live_more: usize,
    /// Only these parts: floor, rows, redeem, spread, live, wire.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Where all figures are written as JSON.
    #[arg(long)]
    json: Option<PathBuf>,
}

/// Stores that a demo brand has at most.
const DEMO_STORES: usize = 16;

impl Args {
    fn wants(&self, part: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|p| p == part)
    }
}

fn main() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let args = Args::parse();
    if args.dir.exists() {
        std::fs::remove_dir_all(&args.dir).expect("the folder is emptied");
    }
    std::fs::create_dir_all(&args.dir).expect("a folder");
    let mut all = Map::new();
    let mut add = |part: &str, value: Value| {
        all.insert(part.to_owned(), value);
    };
    let floor = floor::measure(&args.dir);
    add("floor", floor.json());
    if args.wants("rows") || args.wants("redeem") || args.wants("wire") {
        let centre = Centre::start(&args.central, &args.dir.join("one"), 4, 1_200, args.rows);
        if args.wants("rows") {
            add("rows", rows::measure(&centre, &args.dir, args.rows));
        }
        if args.wants("redeem") {
            let (redeemed, ledger) =
                redeem::measure(&centre, &args.dir, &floor, args.redemptions, args.sales);
            add("redeem", redeemed);
            add("ledger", ledger);
        }
        if args.wants("wire") {
            add("wire", wire::measure(&centre, &args.dir));
        }
    }
    if args.wants("spread") || args.wants("live") {
        // five to a store, as far as a demo brand has stores
        let stores = args.counters.div_ceil(5).clamp(2, DEMO_STORES);
        let centre = Centre::start(
            &args.central,
            &args.dir.join("many"),
            stores,
            stores * 50,
            0,
        );
        if args.wants("spread") {
            let spread = spread::measure(&centre, &args.dir, args.counters, args.seconds);
            add("spread", spread);
        }
        if args.wants("live") {
            let mut looks = vec![live::measure(&centre, args.live)];
            if args.live_more > 0 {
                looks.push(live::measure(&centre, args.live_more));
            }
            add("live", json!(looks));
        }
    }
    if let Some(file) = &args.json {
        std::fs::write(file, Value::Object(all).to_string()).expect("figures written");
    }
}
