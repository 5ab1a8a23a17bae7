//! npm packages, exactly as the lock file has them.

use super::stamp;
use crate::failure::{Doing, Failure, Outcome};
use crate::paths::{Workspace, on_path};
use crate::process;
use serde_json::Value;
use std::path::Path;
use std::process::Command;

const OLDEST_NODE: u32 = 20;

/// Installs the packages if they are not those of the lock file; whether it did.
pub fn install(workspace: &Workspace) -> Outcome<bool> {
    let ui = workspace.ui();
    let modules = ui.join("node_modules");
    let note = modules.join(".counterpart-lock");
    let lock = stamp::digest(&ui, &["package-lock.json"], &[])?;
    if stamp::says(&note, &lock) {
        return Ok(false);
    }
    need_node()?;
    if has_all(&ui)? {
        stamp::write(&note, &lock)?;
        return Ok(false);
    }
    println!("npm packages: installing those of ui/package-lock.json.");
    process::run(
        "npm ci",
        npm(workspace).args(["ci", "--no-audit", "--no-fund"]),
    )?;
    stamp::write(&note, &lock)?;
    Ok(true)
}

/// npm in the user interface's folder.
pub fn npm(workspace: &Workspace) -> Command {
    let mut command = Command::new("npm");
    command.current_dir(workspace.ui());
    command
}

/// Whether npm's own note of what it installed has every package of the lock file that is not optional.
fn has_all(ui: &Path) -> Outcome<bool> {
    let Ok(installed) = std::fs::read_to_string(ui.join("node_modules/.package-lock.json")) else {
        return Ok(false);
    };
    let wanted = std::fs::read_to_string(ui.join("package-lock.json"))
        .doing("reading ui/package-lock.json")?;
    let wanted = serde_json::from_str(&wanted).doing("reading ui/package-lock.json")?;
    Ok(serde_json::from_str(&installed).is_ok_and(|installed| satisfies(&installed, &wanted)))
}

fn satisfies(installed: &Value, wanted: &Value) -> bool {
    let Some(packages) = wanted["packages"].as_object() else {
        return false;
    };
    packages
        .iter()
        .filter(|(path, _)| !path.is_empty())
        .all(|(path, package)| {
            let there = &installed["packages"][path];
            let optional = package["optional"].as_bool() == Some(true);
            (there.is_null() && optional)
                || (there["version"] == package["version"]
                    && there["integrity"] == package["integrity"])
        })
}

fn need_node() -> Outcome {
    let too_old = |said: &str| {
        Failure::because(format!(
            "Node {OLDEST_NODE} or newer is needed (with npm) to build the pages; {said}."
        ))
    };
    if on_path("npm").is_none() {
        return Err(too_old("npm is not on the search path"));
    }
    let said = process::output("node --version", Command::new("node").arg("--version"))?;
    match major(&said) {
        Some(version) if version >= OLDEST_NODE => Ok(()),
        _ => Err(too_old(&format!("this is {}", said.trim()))),
    }
}

fn major(version: &str) -> Option<u32> {
    version
        .trim()
        .strip_prefix('v')?
        .split('.')
        .next()?
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn wanted() -> Value {
        json!({"packages": {
            "": {"name": "root"},
            "node_modules/a": {"version": "1.0.0", "integrity": "x"},
            "node_modules/other-system": {"version": "1.0.0", "integrity": "y", "optional": true},
        }})
    }

    #[test]
    fn optional_packages_of_other_systems_may_be_absent() {
        assert!(satisfies(
            &json!({"packages": {"node_modules/a": {"version": "1.0.0", "integrity": "x"}}}),
            &wanted()
        ));
    }

    #[test]
    fn another_version_or_content_is_not_enough() {
        for package in [
            json!({"version": "1.0.1", "integrity": "x"}),
            json!({"version": "1.0.0", "integrity": "z"}),
        ] {
            assert!(!satisfies(
                &json!({"packages": {"node_modules/a": package}}),
                &wanted()
            ));
        }
        assert!(!satisfies(&json!({"packages": {}}), &wanted()));
        assert!(!satisfies(&Value::Null, &Value::Null));
    }

    #[test]
    fn node_tells_its_version() {
        assert_eq!(major("v20.20.2\n"), Some(20));
        assert_eq!(major("nonsense"), None);
    }
}
