//! `cargo xtask bench NAME`: measurements in the optimised build. They measure; none of them passes or fails.

mod cache;
mod figures;
mod start;

use crate::cargo::{Target, cargo, targets};
use crate::failure::{Doing, Failure, Outcome};
use crate::paths::Workspace;
use crate::process;
use crate::setup::{self, Ready};
use std::path::PathBuf;

/// What can be chosen.
#[derive(Debug, clap::Args)]
pub struct Options {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// From the app's start to its first find, beside an empty app of the same Tauri version.
    Start(start::Options),
    /// Any other: the workspace's program whose name ends in `-bench-NAME` (`find`, for one). The rest of the line is
    /// passed to it.
    #[command(external_subcommand)]
    Program(Vec<String>),
}

/// Runs it.
pub fn run(options: &Options) -> Outcome {
    let workspace = Workspace::here();
    match &options.what {
        What::Start(options) => start::run(&workspace, options),
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
        .filter(|target| target.name.contains("-bench-"))
        .partition(|target| target.name.ends_with(&format!("-bench-{name}")));
    if let Some(target) = found.into_iter().next() {
        return Ok(target);
    }
    let there: Vec<&str> = others
        .iter()
        .filter_map(|target| target.name.split_once("-bench-").map(|(_, name)| name))
        .collect();
    Err(Failure::because(format!(
        "no measurement called {name}; there are: start {}",
        there.join(" ")
    )))
}

/// Builds it optimised, with its package's own features.
fn build(workspace: &Workspace, ready: Ready, target: &Target) -> Outcome<PathBuf> {
    let mut command = cargo(workspace, ready.system_openssl);
    command.args([
        "build",
        "--release",
        "-p",
        &target.package,
        &format!("--{}", target.kind),
        &target.name,
    ]);
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
    fn a_measurement_is_found_by_the_end_of_its_name() {
        let all = || {
            vec![
                target("counter"),
                target("counter-bench-find"),
                target("central-bench-push"),
            ]
        };
        assert_eq!(pick(all(), "find").unwrap().name, "counter-bench-find");
        let failure = pick(all(), "nonsense").unwrap_err().to_string();
        assert!(failure.ends_with("there are: start find push"), "{failure}");
    }
}
