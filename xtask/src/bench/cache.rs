//! A counter's home with many members in its cache, for measuring.

use super::{build, find};
use crate::failure::{Doing, Outcome};
use crate::paths::Workspace;
use crate::process;
use crate::run;
use crate::setup::{Ready, stamp};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The measurement whose program can also just fill a home.
const FILLER: &str = "find";

/// A home with this many members: made once, kept below the target folder and used again.
pub fn with_members(workspace: &Workspace, ready: Ready, members: u32) -> Outcome<PathBuf> {
    let dir = workspace.notes().join(format!("bench-home-{members}"));
    let note = dir.join("filled");
    let home = dir.join(".run/counter");
    if stamp::says(&note, &members.to_string()) {
        println!(
            "Members: the home with {members} of them is there already ({}).",
            home.display()
        );
        return Ok(home);
    }
    if dir.exists() {
        std::fs::remove_dir_all(&dir).doing(format!("removing {}", dir.display()))?;
    }
    println!(
        "Members: a counter of the demo brand, and {members} made-up members more in its cache, once."
    );
    std::fs::create_dir_all(&dir).doing(format!("making {}", dir.display()))?;
    let home = run::enrolled_home(workspace, ready, &dir)?;
    fill(workspace, ready, &home, members)?;
    stamp::write(&note, &members.to_string())?;
    Ok(home)
}

/// Fills the cache of an enrolled home by the measuring program's own members.
fn fill(workspace: &Workspace, ready: Ready, home: &Path, members: u32) -> Outcome {
    let program = build(workspace, ready, &find(workspace, FILLER)?)?;
    let mut command = Command::new(program);
    process::run(
        "filling the home",
        command
            .arg("--fill-home")
            .arg(home)
            .arg("--members")
            .arg(members.to_string()),
    )
}
