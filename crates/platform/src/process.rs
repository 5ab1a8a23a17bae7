//! How a process is told to end, and programs that one program starts and that outlive it.

use std::io::Result;
use std::path::Path;
use std::process::{Child, Command, Stdio};

#[cfg(unix)]
#[path = "process/unix.rs"]
mod system;
#[cfg(windows)]
#[path = "process/windows.rs"]
mod system;

/// Starts a program that goes on when this one ends, with no terminal.
///
/// # Errors
/// Where the system does not start it.
pub fn start_apart(command: &mut Command) -> Result<Child> {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    system::apart(command).spawn()
}

/// Another name for a program's file, or a copy of it where the system does not let go of a file by one of its names: it
/// stays what it is when the program is replaced.
///
/// # Errors
/// Where neither can be made.
pub fn keep_program(from: &Path, to: &Path) -> Result<()> {
    system::keep_program(from, to)
}

/// Lets a file be run as a program.
///
/// # Errors
/// Where the system does not allow it.
pub fn make_runnable(path: &Path) -> Result<()> {
    system::make_runnable(path)
}

/// Waits until this process is told to end: SIGTERM or SIGINT; on Windows Ctrl-C, Ctrl-Break, a closed window, a log-off, a
/// shutdown.
///
/// # Errors
/// Where the system lets nobody listen.
pub async fn told_to_end() -> Result<()> {
    system::told_to_end().await
}
