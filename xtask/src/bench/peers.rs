//! Other systems' sync, installed below the target folder and driven by `xtask/peers`.

use crate::failure::{Doing, Failure, Outcome};
use crate::paths::Workspace;
use crate::process;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What PouchDB's server needs; a newer express breaks it.
const POUCH: [&str; 4] = [
    "pouchdb",
    "pouchdb-adapter-leveldb",
    "express-pouchdb",
    "express@4",
];

/// Anki's figures.
pub fn anki(workspace: &Workspace, rows: u32) -> Outcome<Value> {
    let home = workspace.target.join("peers/anki");
    let python = home.join("bin/python");
    if !home.join("lib").exists() {
        println!("Anki: installing it into {}, once.", home.display());
        let mut venv = Command::new("python3");
        process::run("python3 -m venv", venv.args(["-m", "venv"]).arg(&home))?;
    }
    if !has_module(&python, "anki.collection") {
        let mut pip = Command::new(home.join("bin/pip"));
        process::run("pip install", pip.args(["install", "--quiet", "anki"]))?;
    }
    let mut command = Command::new(python);
    command.arg(driver(workspace, "anki_sync.py"));
    measure("anki", &mut command, workspace, rows)
}

/// Whether Python finds a module; that it does not is an answer, and no failure to be printed.
fn has_module(python: &Path, module: &str) -> bool {
    let script = format!("import sys\ntry:\n import {module}\nexcept Exception:\n sys.exit(1)");
    let mut asked = Command::new(python);
    let said = asked
        .args(["-c", &script])
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    said.status().is_ok_and(|status| status.success())
}

/// PouchDB's figures.
pub fn pouch(workspace: &Workspace, rows: u32) -> Outcome<Value> {
    let home = workspace.target.join("peers/pouch");
    std::fs::create_dir_all(&home).doing(format!("making {}", home.display()))?;
    if !home.join("node_modules/express-pouchdb").exists() {
        println!("PouchDB: installing it into {}, once.", home.display());
        let mut npm = Command::new("npm");
        npm.args(["install", "--no-audit", "--no-fund", "--silent"])
            .args(POUCH)
            .current_dir(&home);
        process::run("npm install", &mut npm)?;
    }
    // modules are looked for beside the script
    let script = home.join("pouch_sync.js");
    std::fs::copy(driver(workspace, "pouch_sync.js"), &script)
        .doing(format!("copying to {}", script.display()))?;
    let mut command = Command::new("node");
    command.arg(script);
    measure("pouchdb", &mut command, workspace, rows)
}

fn driver(workspace: &Workspace, name: &str) -> PathBuf {
    workspace.root.join("xtask/peers").join(name)
}

/// Runs a driver in an empty folder and reads its last line.
fn measure(name: &str, command: &mut Command, workspace: &Workspace, rows: u32) -> Outcome<Value> {
    let folder = workspace.target.join("peers/data").join(name);
    empty(&folder)?;
    command.arg(rows.to_string()).arg(&folder);
    let said = process::output(name, command)?;
    empty(&folder)?;
    let line = said.lines().last().unwrap_or_default();
    serde_json::from_str(line).map_err(|e| Failure::because(format!("{name} said {line:?}: {e}")))
}

fn empty(folder: &Path) -> Outcome {
    if folder.exists() {
        std::fs::remove_dir_all(folder).doing(format!("removing {}", folder.display()))?;
    }
    std::fs::create_dir_all(folder).doing(format!("making {}", folder.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_that_is_not_there_is_no_failure() {
        let python = Path::new("python3");
        assert!(has_module(python, "json.decoder"));
        for none in ["no_such_module_at_all", "json.no_such_part"] {
            assert!(!has_module(python, none), "{none}");
        }
        assert!(!has_module(Path::new("/no/such/python"), "json"));
    }
}
