//! Windows: no console, a process group of its own; a program that runs cannot be replaced by any of its names, so it is
//! copied.

use std::io::Result;
use std::os::windows::process::CommandExt;
use std::path::Path;
use std::process::Command;

use tokio::signal::windows::{ctrl_break, ctrl_c, ctrl_close, ctrl_logoff, ctrl_shutdown};
use windows_sys::Win32::System::Threading::{CREATE_NEW_PROCESS_GROUP, CREATE_NO_WINDOW};

pub(super) fn apart(command: &mut Command) -> &mut Command {
    command.creation_flags(CREATE_NEW_PROCESS_GROUP | CREATE_NO_WINDOW)
}

pub(super) fn keep_program(from: &Path, to: &Path) -> Result<()> {
    std::fs::copy(from, to).map(drop)
}

pub(super) fn make_runnable(_: &Path) -> Result<()> {
    Ok(())
}

pub(super) async fn told_to_end() -> Result<()> {
    let (mut interrupt, mut pause) = (ctrl_c()?, ctrl_break()?);
    let (mut close, mut log_off, mut shutdown) = (ctrl_close()?, ctrl_logoff()?, ctrl_shutdown()?);
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = pause.recv() => {}
        _ = close.recv() => {}
        _ = log_off.recv() => {}
        _ = shutdown.recv() => {}
    }
    Ok(())
}
