//! Cargo, called from a program that cargo itself started.

use crate::paths::Workspace;
use std::ffi::OsStr;
use std::process::Command;

/// The features that every build here shares, so that nothing is built twice: the app carries its own pages.
pub const FEATURES: &str = "counterpart/custom-protocol,empty-app/custom-protocol";

/// The flag of the SQLCipher build that takes the system's OpenSSL instead of compiling one.
const NO_VENDOR: &str = "OPENSSL_NO_VENDOR";

/// Cargo in the workspace, with the environment of a hand-typed call.
pub fn cargo(workspace: &Workspace, system_openssl: bool) -> Command {
    let own = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = called(own, workspace);
    if system_openssl && std::env::var_os(NO_VENDOR).is_none() {
        command.env(NO_VENDOR, "1");
    }
    command
}

/// Another cargo than the one that started this program, in the workspace; it brings OpenSSL along.
pub fn other(program: &str, workspace: &Workspace) -> Command {
    let mut command = called(program, workspace);
    command.env_remove(NO_VENDOR).env_remove("RUSTUP_TOOLCHAIN");
    command
}

fn called(program: impl AsRef<OsStr>, workspace: &Workspace) -> Command {
    let mut command = Command::new(program);
    command.current_dir(&workspace.root);
    // `cargo run` tells this program about itself; passed on, that would make build scripts run again
    for (name, _) in std::env::vars_os() {
        if told_by_cargo_run(&name) {
            command.env_remove(name);
        }
    }
    command
}

fn told_by_cargo_run(name: &OsStr) -> bool {
    name.to_str().is_some_and(|name| {
        name == "CARGO"
            || name == "OUT_DIR"
            || [
                "CARGO_PKG_",
                "CARGO_MANIFEST_",
                "CARGO_BIN_",
                "CARGO_CRATE_",
                "CARGO_PRIMARY_",
            ]
            .iter()
            .any(|start| name.starts_with(start))
    })
}

/// A binary or example of the workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Its package.
    pub package: String,
    /// `bin` or `example`.
    pub kind: String,
    /// Its name.
    pub name: String,
}

/// Every binary and example of the workspace, from what `cargo metadata` says.
pub fn targets(metadata: &serde_json::Value) -> Vec<Target> {
    let mut found = Vec::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        for target in package["targets"].as_array().into_iter().flatten() {
            let kinds = target["kind"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(serde_json::Value::as_str);
            for kind in kinds.filter(|kind| ["bin", "example"].contains(kind)) {
                found.push(Target {
                    package: package["name"].as_str().unwrap_or_default().to_owned(),
                    kind: kind.to_owned(),
                    name: target["name"].as_str().unwrap_or_default().to_owned(),
                });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_cargo_run_tells_is_taken_away() {
        for told in [
            "CARGO_PKG_NAME",
            "CARGO_MANIFEST_DIR",
            "CARGO",
            "CARGO_BIN_NAME",
        ] {
            assert!(told_by_cargo_run(OsStr::new(told)), "{told}");
        }
        for kept in [
            "CARGO_HOME",
            "CARGO_TARGET_DIR",
            "CARGO_TERM_COLOR",
            "CARGO_NET_OFFLINE",
            "PATH",
        ] {
            assert!(!told_by_cargo_run(OsStr::new(kept)), "{kept}");
        }
    }

    #[test]
    fn binaries_and_examples_are_found() {
        let metadata = serde_json::json!({"packages": [{"name": "counter", "targets": [
            {"name": "counter", "kind": ["lib"]},
            {"name": "counter-bench-find", "kind": ["example"]},
        ]}]});
        let example = Target {
            package: "counter".into(),
            kind: "example".into(),
            name: "counter-bench-find".into(),
        };
        assert_eq!(targets(&metadata), [example]);
    }
}
