//! `cargo xtask across COMMIT`: this build and one of another day, together. What is on counters and at the centre is never
//! brought up to date on one day.

use crate::cargo::cargo;
use crate::failure::Outcome;
use crate::paths::Workspace;
use crate::{process, setup};
use std::path::Path;
use std::process::Command;

/// What can be chosen.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The commit that the other build is made of, as git reads it.
    commit: String,
}

/// Builds both, and runs the tests that need two.
pub fn run(options: &Options) -> Outcome {
    let workspace = Workspace::here();
    let ready = setup::everything(&workspace)?;
    let root = workspace.target.join("across");
    check_out(&workspace, &root, &options.commit)?;
    let other = Workspace {
        target: root.join("target"),
        root,
    };
    // what the other build needs, it knows itself
    let mut set_up = cargo(&other, ready.system_openssl);
    set_up.args(["run", "--package", "xtask", "--", "set-up"]);
    process::run("the other build's set-up", &mut to(&other, set_up))?;
    for of in [&other, &workspace] {
        let mut build = cargo(of, ready.system_openssl);
        build.args(["build", "--package", "central", "--package", "counter"]);
        process::run("cargo build", &mut to(of, build))?;
    }
    let mut tests = cargo(&workspace, ready.system_openssl);
    tests
        .args(["test", "--package", "tests", "--test", "across_builds"])
        .args(["--", "--ignored"])
        .env("COUNTERPART_BIN_DIR", workspace.built(false))
        .env("COUNTERPART_OTHER_BIN_DIR", other.built(false));
    process::run("cargo test", &mut tests)
}

/// A command of cargo that builds into the workspace's own folder, whatever this one's is.
fn to(workspace: &Workspace, mut cargo: Command) -> Command {
    cargo.env("CARGO_TARGET_DIR", &workspace.target);
    cargo
}

/// Puts the commit's sources into a folder, which stays for the next time.
fn check_out(workspace: &Workspace, folder: &Path, commit: &str) -> Outcome {
    if !folder.exists() {
        let mut clone = Command::new("git");
        clone
            .args(["clone", "--quiet", "--shared", "--no-checkout"])
            .arg(&workspace.root)
            .arg(folder);
        process::run("git clone", &mut clone)?;
    }
    let mut switch = Command::new("git");
    switch
        .args(["checkout", "--quiet", "--detach", commit])
        .current_dir(folder);
    process::run("git checkout", &mut switch)
}
