//! A counter's home with many members in its cache, for measuring.

use super::{build, find};
use crate::failure::{Doing, Outcome};
use crate::paths::Workspace;
use crate::process;
use crate::setup::{Ready, stamp};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The measurement whose program can also just fill a home.
const FILLER: &str = "find";

/// A home with this many members: made once, kept below the target folder and used again.
pub fn with_members(workspace: &Workspace, ready: Ready, members: u32) -> Outcome<PathBuf> {
    let home = workspace.notes().join(format!("bench-home-{members}"));
    let note = home.join("filled");
    if stamp::says(&note, &members.to_string()) {
        println!(
            "Members: the home with {members} of them is there already ({}).",
            home.display()
        );
        return Ok(home);
    }
    if home.exists() {
        std::fs::remove_dir_all(&home).doing(format!("removing {}", home.display()))?;
    }
    println!("Members: filling a home with {members} of them, once.");
    fill(workspace, ready, &home, members)?;
    stamp::write(&note, &members.to_string())?;
    Ok(home)
}

/// The seam to the engine: its measuring program makes an enrolled home and fills its cache.
fn fill(workspace: &Workspace, ready: Ready, home: &Path, members: u32) -> Outcome {
    let program = build(workspace, ready, &find(workspace, FILLER)?)?;
    let mut command = Command::new(program);
    process::run(
        "filling the home",
        command
            .arg("--fill-only")
            .arg(home)
            .arg(members.to_string()),
    )
}
