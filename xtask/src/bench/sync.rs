//! How fast counters and the centre keep in step, and beside them Anki and PouchDB on the same number of rows.

use super::peers;
use crate::cargo::cargo;
use crate::failure::{Doing, Outcome};
use crate::paths::Workspace;
use crate::process;
use crate::setup::{self, Ready};
use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// The program that measures our side, an example of `counter`.
const EXAMPLE: &str = "bench_sync";
/// Push and pull are each to be at least this many times Anki's.
const BAR: f64 = 1.2;

/// What can be chosen.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// How many rows are pushed and pulled, by us and by the others.
    #[arg(long, default_value_t = 20_000)]
    rows: u32,
    /// Measure Anki and PouchDB beside us; they are installed below the target folder.
    #[arg(long)]
    peers: bool,
    /// What else is passed to the measuring program; see its `--help`.
    #[arg(last = true)]
    more: Vec<String>,
}

/// Measures and prints.
pub fn run(workspace: &Workspace, options: &Options) -> Outcome {
    let ready = setup::everything(workspace)?;
    build(workspace, ready)?;
    let notes = workspace.notes().join("bench-sync");
    std::fs::create_dir_all(&notes).doing(format!("making {}", notes.display()))?;
    let figures = notes.join("figures.json");
    let built = workspace.built(true);
    let mut command = Command::new(built.join("examples").join(EXAMPLE));
    command
        .arg("--central")
        .arg(built.join("central"))
        .arg("--dir")
        .arg(notes.join("work"))
        .args(["--rows", &options.rows.to_string()])
        .arg("--json")
        .arg(&figures)
        .args(&options.more)
        .current_dir(&workspace.root);
    process::run(EXAMPLE, &mut command)?;
    if options.peers {
        let ours = read(&figures)?;
        let anki = peers::anki(workspace, options.rows)?;
        let pouch = peers::pouch(workspace, options.rows)?;
        compare(&ours["rows"], &anki, &pouch);
    }
    Ok(())
}

/// Only these two and the example, with the features of a whole build, so that what they share is compiled once.
fn build(workspace: &Workspace, ready: Ready) -> Outcome {
    let mut command = cargo(workspace, ready.system_openssl);
    command.args(["build", "--release"]);
    for package in super::SHIPPED {
        command.args(["-p", package]);
    }
    command.args(["--features", "counterpart/custom-protocol"]);
    command.args(["--bin", "central", "--bin", "counter", "--example", EXAMPLE]);
    process::run("cargo build", &mut command)
}

fn read(file: &Path) -> Outcome<Value> {
    let text = std::fs::read_to_string(file).doing(format!("reading {}", file.display()))?;
    serde_json::from_str(&text).doing("reading the figures")
}

fn compare(ours: &Value, anki: &Value, pouch: &Value) {
    let figure = |of: &Value, name: &str| of[name].as_f64().unwrap_or(f64::NAN);
    println!("\nBeside others, the same number of rows in the same run:");
    println!(
        "{:<8} {:>12} {:>14} {:>14} {:>14}",
        "", "ours ops/s", "Anki notes/s", "Anki rows/s", "PouchDB docs/s"
    );
    for (what, own, notes, rows, documents) in [
        (
            "push",
            "push_per_s",
            "push_notes_per_s",
            "push_rows_per_s",
            "push_per_s",
        ),
        (
            "pull",
            "pull_changed_per_s",
            "pull_notes_per_s",
            "pull_rows_per_s",
            "pull_per_s",
        ),
    ] {
        let (own, notes, rows) = (figure(ours, own), figure(anki, notes), figure(anki, rows));
        let documents = figure(pouch, documents);
        println!("{what:<8} {own:>12.0} {notes:>14.0} {rows:>14.0} {documents:>14.0}");
        println!(
            "         ours to Anki's: {:.2} by notes ({}), {:.2} by rows, a note and its card counted each ({}); bar {BAR}",
            own / notes,
            met(own / notes),
            own / rows,
            met(own / rows),
        );
    }
}

fn met(ratio: f64) -> &'static str {
    if ratio >= BAR { "met" } else { "NOT MET" }
}
