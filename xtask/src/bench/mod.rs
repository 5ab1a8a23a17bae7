//! `cargo xtask bench NAME`: measurements in the optimised build. They measure; none of them passes or fails.

mod cache;
mod figures;
mod peers;
mod start;
mod sync;

use crate::cargo::{Target, cargo, targets};
use crate::failure::{Doing, Failure, Outcome};
use crate::paths::Workspace;
use crate::process;
use crate::setup::{self, Ready};
use std::path::PathBuf;

/// The measurements that are programs of the workspace, by their short names. A test holds this list against
/// what cargo knows, so that the help names all of them.
const PROGRAMS: [(&str, &str); 5] = [
    (
        "allergens",
        "What it costs to hold a basket against a member's allergies",
    ),
    (
        "find",
        "How long a search takes on an encrypted cache with a million members",
    ),
    (
        "fleet",
        "How long it takes to see how a thousand devices stand and are",
    ),
    (
        "join",
        "Whole joins from many phones at once, beside bare commits",
    ),
    (
        "rules",
        "How fast the rules are, and a comparison of programs on a large ledger",
    ),
];

/// What the help says below the commands.
fn others() -> String {
    let lines = PROGRAMS.map(|(name, what)| format!("  {name:<11}{what}"));
    format!("Programs of the workspace:\n{}", lines.join("\n"))
}

/// What can be chosen.
#[derive(Debug, clap::Args)]
#[command(after_help = others())]
pub struct Options {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// From the app's start to its first find, beside an empty app of the same Tauri version.
    Start(start::Options),
    /// How fast counters and the centre keep in step, and others beside them.
    Sync(sync::Options),
    /// Any other: the workspace's example or program of this short name. The rest of the line is passed to it.
    #[command(external_subcommand)]
    Program(Vec<String>),
}

/// Runs it.
pub fn run(options: &Options) -> Outcome {
    let workspace = Workspace::here();
    match &options.what {
        What::Start(options) => start::run(&workspace, options),
        What::Sync(options) => sync::run(&workspace, options),
        What::Program(words) => {
            let (name, arguments) = words
                .split_first()
                .ok_or_else(|| Failure::because("which one?"))?;
            let target = find(&workspace, name)?;
            let ready = setup::everything(&workspace)?;
            let program = build(&workspace, ready, &target)?;
            let mut command = std::process::Command::new(program);
            process::run(
                &target.name,
                command.args(arguments).current_dir(&workspace.root),
            )
        }
    }
}

/// The program that measures this.
fn find(workspace: &Workspace, name: &str) -> Outcome<Target> {
    let mut command = cargo(workspace, false);
    command.args(["metadata", "--no-deps", "--format-version", "1"]);
    let metadata = process::output("cargo metadata", &mut command)?;
    let metadata =
        serde_json::from_str(&metadata).doing("reading what cargo says of the workspace")?;
    pick(targets(&metadata), name)
}

fn pick(all: Vec<Target>, name: &str) -> Outcome<Target> {
    let (found, others): (Vec<Target>, Vec<Target>) = all
        .into_iter()
        .filter(|target| target.kind == "example" || target.name.contains("bench"))
        .partition(|target| short_name(&target.name) == name);
    if let Some(target) = found.into_iter().next() {
        return Ok(target);
    }
    let there: Vec<String> = others
        .iter()
        .map(|target| short_name(&target.name))
        .collect();
    Err(Failure::because(format!(
        "no measurement called {name}; there are: start {}",
        there.join(" ")
    )))
}

/// `find` for `bench_find` and `counter-bench-find`.
fn short_name(target: &str) -> String {
    let name = target.replace('_', "-");
    name.rsplit_once("bench-")
        .map_or(name.clone(), |(_, short)| short.to_owned())
}

/// What is shipped; every optimised build selects these.
const SHIPPED: [&str; 3] = ["central", "counter", "counterpart"];

/// Builds it optimised, beside the programs that ship.
fn build(workspace: &Workspace, ready: Ready, target: &Target) -> Outcome<PathBuf> {
    let mut command = cargo(workspace, ready.system_openssl);
    command.args(["build", "--release"]);
    // the same selection as for the programs, so that what they share is compiled once
    for package in SHIPPED.iter().copied().chain([target.package.as_str()]) {
        command.args(["-p", package]);
    }
    command.args(["--features", "counterpart/custom-protocol"]);
    command.args([&format!("--{}", target.kind), &target.name]);
    process::run("cargo build", &mut command)?;
    let built = workspace.built(true);
    Ok(if target.kind == "example" {
        built.join("examples")
    } else {
        built
    }
    .join(&target.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(name: &str) -> Target {
        Target {
            package: "counter".into(),
            kind: "example".into(),
            name: name.into(),
        }
    }

    #[test]
    fn a_measurement_is_found_by_its_short_name() {
        let all = || {
            vec![
                target("bench_find"),
                target("central-bench-push"),
                target("bench_rules"),
            ]
        };
        assert_eq!(pick(all(), "find").unwrap().name, "bench_find");
        assert_eq!(pick(all(), "push").unwrap().name, "central-bench-push");
        assert_eq!(pick(all(), "rules").unwrap().name, "bench_rules");
        let failure = pick(all(), "nonsense").unwrap_err().to_string();
        assert!(
            failure.ends_with("there are: start find push rules"),
            "{failure}"
        );
    }

    #[test]
    fn the_help_names_every_measurement() {
        use clap::Parser;
        #[derive(Parser)]
        struct Bench {
            #[command(flatten)]
            _options: Options,
        }
        let help = Bench::try_parse_from(["bench", "--help"])
            .err()
            .unwrap()
            .to_string();
        let mut metadata = cargo(&Workspace::here(), false);
        metadata.args([
            "metadata",
            "--no-deps",
            "--offline",
            "--format-version",
            "1",
        ]);
        let metadata = process::output("cargo metadata", &mut metadata).unwrap();
        let all = targets(&serde_json::from_str(&metadata).unwrap());
        let measurements = all
            .iter()
            .filter(|t| t.kind == "example" || t.name.contains("bench"))
            .map(|t| short_name(&t.name));
        let mut named = 0;
        for name in measurements.chain(["start".to_owned()]) {
            let line = format!("  {name} ");
            assert!(
                help.lines().any(|l| l.starts_with(&line)),
                "{name}:\n{help}"
            );
            named += 1;
        }
        assert!(named >= 4, "{named}");
    }

    #[test]
    fn a_program_that_only_runs_is_no_measurement() {
        let program = Target {
            kind: "bin".into(),
            ..target("counter")
        };
        assert!(pick(vec![program], "counter").is_err());
    }
}
