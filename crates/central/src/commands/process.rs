//! What a process that runs for some time knows of itself: how people find it, and when it is told to end.

/// Which process this is, to people who look who runs a job.
pub(super) fn this_process() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname");
    let name = name.ok().map(|name| name.trim().to_owned());
    let machine = name.filter(|name| !name.is_empty());
    let machine = machine.unwrap_or_else(|| "machine".to_owned());
    format!("{machine}-{}", std::process::id())
}

/// Waits until the process is told to end: SIGTERM or SIGINT.
pub(super) async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        // no handler can be had: the interrupt alone must do
        let _ = tokio::signal::ctrl_c().await;
        return;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}
