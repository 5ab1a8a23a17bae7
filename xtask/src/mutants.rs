//! `cargo xtask mutants`: the rules are changed in every small way, and the tests must notice. It takes hours
//! and is no part of `test`; what survives is explained in docs/MUTANTS.md.

use crate::cargo::cargo;
use crate::failure::Outcome;
use crate::paths::Workspace;
use crate::process;

/// What can be chosen.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Passed to `cargo mutants`, for example `--shard 0/20` or `--file crates/loyalty/src/tier.rs`.
    #[arg(last = true)]
    more: Vec<String>,
}

/// Installs the tool below the target folder where it is not there, and runs it on `loyalty`.
pub fn run(options: &Options) -> Outcome {
    let workspace = Workspace::here();
    let root = workspace.target.join("tools").join("mutants");
    let program = root.join("bin").join("cargo-mutants");
    if !program.exists() {
        let mut install = cargo(&workspace, true);
        install.args(["install", "cargo-mutants", "--locked", "--root"]);
        process::run("cargo install", install.arg(&root))?;
    }
    let mut command = std::process::Command::new(program);
    command
        .args(["mutants", "--package", "loyalty", "--output"])
        .arg(workspace.target.join("mutants"))
        .args(&options.more)
        .current_dir(&workspace.root);
    process::run("cargo mutants", &mut command)
}
