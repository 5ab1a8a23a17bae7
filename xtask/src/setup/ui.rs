//! The built pages, which the app and the centre embed.

use super::{npm, stamp};
use crate::failure::Outcome;
use crate::paths::Workspace;
use crate::process;

/// What a build or a tool makes is no input of it.
const MADE: &[&str] = &[
    "./node_modules",
    "./dist",
    "./dist-phone",
    "./kit/src/paraglide",
    // the message compiler writes beside its settings
    "./project.inlang",
    "./coverage",
];

/// Builds the pages if their sources, or the built pages themselves, are not those of the last build; whether it did.
pub fn build(workspace: &Workspace) -> Outcome<bool> {
    let note = workspace.notes().join("ui-build");
    let inputs = inputs(workspace)?;
    if stamp::says(&note, &format!("{inputs} {}", outputs(workspace)?)) {
        return Ok(false);
    }
    println!("Pages: building ui/ (its sources changed since the last build).");
    process::run("npm run build", npm::npm(workspace).args(["run", "build"]))?;
    stamp::write(&note, &format!("{inputs} {}", outputs(workspace)?))?;
    Ok(true)
}

fn inputs(workspace: &Workspace) -> Outcome<String> {
    stamp::digest(
        &workspace.ui(),
        &[".", "project.inlang/settings.json"],
        MADE,
    )
}

fn outputs(workspace: &Workspace) -> Outcome<String> {
    stamp::digest(&workspace.ui(), &["dist", "dist-phone"], &[])
}
