//! The TypeScript bindings of the app's commands: written by a test of the app, never by hand.

use crate::cargo::{FEATURES, cargo};
use crate::failure::{Doing, Failure, Outcome};
use crate::paths::Workspace;
use crate::process;
use crate::setup::{self, Ready};

/// The test that writes them.
const TEST: &str = "export_bindings";

/// `cargo xtask bindings`: writes them anew.
pub fn run() -> Outcome {
    let workspace = Workspace::here();
    let ready = setup::for_bindings(&workspace)?;
    let before = read(&workspace)?;
    export(
        &workspace,
        ready,
        &[
            "--package",
            "counterpart",
            "--features",
            "counterpart/custom-protocol",
        ],
    )?;
    let changed = read(&workspace)? != before;
    println!(
        "ui/counter/src/lib/bindings.ts: {}",
        if changed {
            "written anew"
        } else {
            "was up to date"
        }
    );
    Ok(())
}

/// An error when they are not what the commands say now. They are written anew all the same.
pub fn must_be_current(workspace: &Workspace, ready: Ready) -> Outcome {
    let before = read(workspace)?;
    // the whole workspace, so that nothing is built again with other features; the name picks the one test
    export(workspace, ready, &["--workspace", "--features", FEATURES])?;
    if read(workspace)? == before {
        return Ok(());
    }
    Err(Failure::because(
        "ui/counter/src/lib/bindings.ts was not what the app's commands say. It is now: look at the difference and commit it \
         (`cargo xtask bindings` does the same)",
    ))
}

fn export(workspace: &Workspace, ready: Ready, packages: &[&str]) -> Outcome {
    let mut command = cargo(workspace, ready.system_openssl);
    command
        .arg("test")
        .args(packages)
        .args(["--lib", "--bins", TEST]);
    let said = process::output("cargo test export_bindings", &mut command)?;
    // a test that was renamed would pass by not being there
    if said
        .lines()
        .any(|line| line.starts_with("test result: ok.") && !line.contains(" 0 passed"))
    {
        Ok(())
    } else {
        Err(Failure::because(format!(
            "no test called {TEST} wrote the bindings"
        )))
    }
}

fn read(workspace: &Workspace) -> Outcome<Option<Vec<u8>>> {
    let file = workspace.bindings();
    match std::fs::read(&file) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).doing(format!("reading {}", file.display())),
    }
}
