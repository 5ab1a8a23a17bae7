//! tauri-driver, which steers the app's window in the black-box tests.

use crate::cargo::cargo;
use crate::failure::Outcome;
use crate::paths::{Workspace, on_path};
use crate::process;
use std::path::PathBuf;

const NAME: &str = "tauri-driver";

/// The driver: the one on the search path, else one built into the target folder once.
pub fn find_or_build(workspace: &Workspace) -> Outcome<PathBuf> {
    if let Some(found) = on_path(NAME) {
        return Ok(found);
    }
    let tools = workspace.target.join("tools");
    let own = tools.join("bin").join(NAME);
    if !own.is_file() {
        println!("{NAME}: building it once into {}.", tools.display());
        let mut install = cargo(workspace, false);
        install
            .args(["install", NAME, "--version", "^2", "--locked", "--root"])
            .arg(&tools);
        process::run("cargo install tauri-driver", &mut install)?;
    }
    Ok(own)
}
