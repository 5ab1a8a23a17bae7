//! Unix: a process group of its own, and a second name for a file.

use std::io::Result;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use tokio::signal::unix::{SignalKind, signal};

/// Its owner may read, write and run it; others may read and run it.
const RUNNABLE: u32 = 0o755;

pub(super) fn apart(command: &mut Command) -> &mut Command {
    command.process_group(0)
}

pub(super) fn keep_program(from: &Path, to: &Path) -> Result<()> {
    match std::fs::hard_link(from, to) {
        Ok(()) => Ok(()),
        // another disk, or a file system without them
        Err(_) => std::fs::copy(from, to).map(drop),
    }
}

pub(super) fn make_runnable(path: &Path) -> Result<()> {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(RUNNABLE))
}

pub(super) async fn told_to_end() -> Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = terminate.recv() => Ok(()),
        done = tokio::signal::ctrl_c() => done,
    }
}
