//! The programs as they ship, set aside for the black-box tests: a later build with other features would put its own
//! in their place.

use crate::failure::{Doing, Outcome};
use crate::paths::Workspace;
use std::path::PathBuf;

/// Where they are set aside.
pub fn dir(workspace: &Workspace) -> PathBuf {
    workspace.notes().join("bin")
}

/// Sets the built program aside.
pub fn keep(workspace: &Workspace, name: &str) -> Outcome {
    let dir = dir(workspace);
    std::fs::create_dir_all(&dir).doing(format!("making {}", dir.display()))?;
    let (from, to) = (workspace.built(false).join(name), dir.join(name));
    let part = dir.join(format!("{name}.new"));
    let doing = || format!("setting {} aside", from.display());
    // whole or not at all, and never into a program that is running
    std::fs::copy(&from, &part).doing(doing())?;
    std::fs::rename(&part, &to).doing(doing())
}
