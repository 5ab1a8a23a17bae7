//! The Rust tests: by nextest where it is installed, else their programs one after the other. Either way the whole
//! workspace is selected, so that nothing is built again with other features.

use crate::cargo::{FEATURES, cargo};
use crate::failure::{Doing, Failure, Outcome};
use crate::paths::{Workspace, on_path};
use crate::process;
use serde_json::Value;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

/// What to run.
#[derive(Debug, Clone, Copy)]
pub struct Selection<'s> {
    /// Only this package.
    pub only: Option<&'s str>,
    /// Not these packages.
    pub without: &'s [&'s str],
    /// Not these test programs.
    pub without_programs: &'s [&'s str],
    /// Only one half of the tests, the first or the second; nextest tells them apart.
    pub half: Option<Half>,
    /// The longest that it may take.
    pub limit: Duration,
}

/// One half of the tests. Which test is in which hangs on its name alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Half {
    /// The first.
    First,
    /// The second.
    Second,
}

impl Half {
    /// How nextest is asked for it.
    const fn partition(self) -> &'static str {
        match self {
            Self::First => "hash:1/2",
            Self::Second => "hash:2/2",
        }
    }
}

/// Runs the tests; `prepare` sets their environment.
pub fn run(
    workspace: &Workspace,
    system_openssl: bool,
    selection: Selection<'_>,
    prepare: impl Fn(&mut Command),
) -> Outcome {
    if on_path("cargo-nextest").is_some() {
        let mut command = cargo(workspace, system_openssl);
        command.args(["nextest", "run", "--workspace", "--features", FEATURES]);
        command.args([
            "--no-fail-fast",
            "--no-tests",
            "pass",
            "-E",
            &filter(selection),
        ]);
        if let Some(half) = selection.half {
            command.args(["--partition", half.partition()]);
        }
        prepare(&mut command);
        return process::run_within("cargo nextest", &mut command, Some(selection.limit));
    }
    let mut command = cargo(workspace, system_openssl);
    command.args(["test", "--workspace", "--features", FEATURES]);
    command.args(["--no-run", "--message-format", "json-render-diagnostics"]);
    let programs = test_programs(&process::output("cargo test --no-run", &mut command)?);
    let mut failed = Vec::new();
    for program in programs
        .iter()
        .filter(|program| selection.takes(&program.package, &program.target))
    {
        println!("   {}: {}", program.package, program.target);
        let mut command = Command::new(&program.file);
        command
            .current_dir(&program.folder)
            .env("CARGO_MANIFEST_DIR", &program.folder);
        prepare(&mut command);
        match process::run_within(&program.target, &mut command, Some(selection.limit)) {
            Err(Failure::Stopped) => return Err(Failure::Stopped),
            Err(_) => failed.push(program.target.clone()),
            Ok(()) => {}
        }
    }
    if failed.is_empty() {
        return Ok(());
    }
    Err(Failure::because(format!(
        "tests failed in {}",
        failed.join(", ")
    )))
}

impl Selection<'_> {
    fn takes(&self, package: &str, program: &str) -> bool {
        self.only.is_none_or(|only| only == package)
            && !self.without.contains(&package)
            && !self.without_programs.contains(&program)
    }
}

/// The selection in nextest's own words.
fn filter(selection: Selection<'_>) -> String {
    let mut parts: Vec<String> = selection
        .only
        .iter()
        .map(|package| format!("package({package})"))
        .collect();
    parts.extend(
        selection
            .without
            .iter()
            .map(|package| format!("not package({package})")),
    );
    parts.extend(
        selection
            .without_programs
            .iter()
            .map(|program| format!("not binary({program})")),
    );
    if parts.is_empty() {
        "all()".to_owned()
    } else {
        parts.join(" and ")
    }
}

/// A built test program.
#[derive(Debug, PartialEq, Eq)]
struct Program {
    package: String,
    target: String,
    folder: PathBuf,
    file: PathBuf,
}

/// The test programs among cargo's messages.
fn test_programs(messages: &str) -> Vec<Program> {
    let read = |line: &str| -> Option<Program> {
        let message: Value = serde_json::from_str(line)
            .doing("reading cargo's messages")
            .ok()?;
        let is_test = message["profile"]["test"].as_bool() == Some(true);
        let file = PathBuf::from(message["executable"].as_str().filter(|_| is_test)?);
        let manifest = PathBuf::from(message["manifest_path"].as_str()?);
        let folder = manifest.parent()?.to_owned();
        Some(Program {
            package: package_name(message["package_id"].as_str()?).to_owned(),
            target: message["target"]["name"].as_str()?.to_owned(),
            folder,
            file,
        })
    };
    messages.lines().filter_map(read).collect()
}

/// The name in a package id: `path+file:///folder/name#0.1.0` or `path+file:///folder#name@0.1.0`.
fn package_name(id: &str) -> &str {
    let (path, tail) = id.rsplit_once('#').unwrap_or((id, ""));
    match tail.split_once('@') {
        Some((name, _)) => name,
        None => path.rsplit('/').next().unwrap_or(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_secs(1);

    #[test]
    fn a_selection_becomes_a_filter() {
        let all = Selection {
            only: None,
            without: &[],
            without_programs: &[],
            half: None,
            limit: LIMIT,
        };
        assert_eq!(filter(all), "all()");
        assert_eq!(
            filter(Selection {
                without: &["tests", "b"],
                ..all
            }),
            "not package(tests) and not package(b)"
        );
        let one = Selection {
            only: Some("a"),
            without_programs: &["n"],
            ..all
        };
        assert_eq!(filter(one), "package(a) and not binary(n)");
        assert!(one.takes("a", "m") && !one.takes("a", "n") && !one.takes("b", "m"));
    }

    #[test]
    fn test_programs_are_found_among_messages() {
        let messages = r#"{"reason":"compiler-artifact","package_id":"path+file:///w/crates/loyalty#0.1.0","manifest_path":"/w/crates/loyalty/Cargo.toml","target":{"name":"loyalty"},"profile":{"test":true},"executable":"/t/loyalty-1"}
{"reason":"compiler-artifact","package_id":"path+file:///w/src-tauri#counterpart@0.1.0","manifest_path":"/w/src-tauri/Cargo.toml","target":{"name":"counterpart"},"profile":{"test":false},"executable":"/t/counterpart"}
not json
{"reason":"build-finished","success":true}"#;
        let found = test_programs(messages);
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].package.as_str(), found[0].folder.to_str()),
            ("loyalty", Some("/w/crates/loyalty"))
        );
        assert_eq!(
            package_name("path+file:///w/src-tauri#counterpart@0.1.0"),
            "counterpart"
        );
    }
}
