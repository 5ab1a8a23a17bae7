//! How far a new version has come, in a file that the program and its guard both read.

use protocol::check_in::{UpdateReport, UpdateStage};
use serde::{Deserialize, Serialize};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

const FILE: &str = "state.json";

/// What is known of new versions here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct State {
    /// The last one that was offered.
    pub(crate) next: Option<Next>,
}

/// A new version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Next {
    /// Which.
    pub(crate) version: String,
    /// How far it came.
    pub(crate) stage: UpdateStage,
    /// Why not, where it failed.
    #[serde(default)]
    pub(crate) reason: Option<String>,
}

impl Next {
    pub(crate) fn at(version: &str, stage: UpdateStage) -> Self {
        Self {
            version: version.to_owned(),
            stage,
            reason: None,
        }
    }

    pub(crate) fn failed(version: &str, reason: &str) -> Self {
        Self {
            reason: Some(reason.to_owned()),
            ..Self::at(version, UpdateStage::Failed)
        }
    }
}

impl State {
    /// What the file says; nothing where it is none: then a package is fetched again.
    pub(crate) fn read(updates: &Path) -> Self {
        fs::read(updates.join(FILE))
            .ok()
            .and_then(|text| serde_json::from_slice(&text).ok())
            .unwrap_or_default()
    }

    /// Keeps it: whole or not at all.
    pub(crate) fn keep(&self, updates: &Path) -> io::Result<()> {
        platform::files::private_folder(updates)?;
        platform::files::write_whole(&updates.join(FILE), &serde_json::to_vec(self)?)
    }

    /// Keeps what became of the next version.
    pub(crate) fn keep_next(updates: &Path, next: Next) -> io::Result<()> {
        Self { next: Some(next) }.keep(updates)
    }
}

/// How the last new version went; none where there was none.
pub(crate) fn report(updates: &Path) -> Option<UpdateReport> {
    let next = State::read(updates).next?;
    Some(UpdateReport {
        version: next.version,
        stage: next.stage,
        reason: next.reason,
    })
}

/// This program has reached the centre: where it is on trial, it stays. True where that is news.
pub(crate) fn reached(updates: &Path, version: &str) -> bool {
    let state = State::read(updates);
    if let Some(next) = &state.next
        && next.stage == UpdateStage::Trying
        && next.version == version
    {
        let good = Next {
            stage: UpdateStage::Good,
            ..next.clone()
        };
        match (State { next: Some(good) }).keep(updates) {
            Ok(()) => tracing::info!(version, "this version has reached the centre and stays"),
            Err(e) => tracing::warn!("it cannot be noted that this version is good: {e}"),
        }
        return true;
    }
    false
}

/// Where the package of a version lies.
pub(crate) fn package(updates: &Path, version: &str) -> PathBuf {
    updates.join(format!("{}.package", plain(version)))
}

/// Where it lies as long as it is not whole.
pub(crate) fn part(updates: &Path, version: &str) -> PathBuf {
    updates.join(format!("{}.part", plain(version)))
}

/// Where the version lies that was there before.
pub(crate) fn last(updates: &Path) -> PathBuf {
    updates.join("last.package")
}

/// Held by the program as long as it runs.
pub(crate) fn program_lock(updates: &Path) -> PathBuf {
    updates.join("program.lock")
}

/// Held by the guard as long as it watches.
pub(crate) fn guard_lock(updates: &Path) -> PathBuf {
    updates.join("watch.lock")
}

/// A version as part of a file's name.
fn plain(version: &str) -> String {
    let safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+');
    version
        .chars()
        .map(|c| if safe(c) { c } else { '_' })
        .collect()
}

/// Removes packages and guards that nobody needs any more; what cannot be removed is tried the next time.
pub(crate) fn tidy(updates: &Path, keep: &[PathBuf]) {
    let Ok(files) = fs::read_dir(updates) else {
        return;
    };
    for file in files.filter_map(Result::ok) {
        let path = file.path();
        let name = file.file_name();
        let name = name.to_string_lossy();
        let ours =
            name.ends_with(".package") || name.ends_with(".part") || name.starts_with("guard");
        if ours && !keep.contains(&path) {
            let _ = fs::remove_file(path);
        }
    }
}
