//! What a process that runs for some time knows of itself: how people find it, and when it is told to end.

#[cfg(unix)]
#[path = "process/unix.rs"]
mod system;
#[cfg(windows)]
#[path = "process/windows.rs"]
mod system;

/// Which process this is, to people who look who runs a job.
pub(super) fn this_process() -> String {
    let machine = platform::person::machine().unwrap_or_else(|| "machine".to_owned());
    format!("{machine}-{}", std::process::id())
}

/// Waits until the process is told to end: SIGTERM or SIGINT; on Windows Ctrl-C, Ctrl-Break, a closed window, a log-off, a
/// shutdown.
pub(super) async fn stop_signal() {
    if platform::process::told_to_end().await.is_err() {
        // no handler can be had: the interrupt alone must do
        let _ = tokio::signal::ctrl_c().await;
    }
}

/// Tells whoever started the process, where it listens for that, that it serves now.
pub(super) fn ready() {
    system::tell(system::Told::Ready);
}

/// Tells whoever started the process that it has begun to stop.
pub(super) fn stopping() {
    system::tell(system::Told::Stopping);
}
