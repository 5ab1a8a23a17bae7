//! Threads of the embedded engine, which outlive the connections that they served.

use std::time::Duration;

/// As the kernel shows the names of the engine's threads: it keeps 15 letters of `sqlx-sqlite-worker-…`.
const NAME: &str = "sqlx-sqlite-wor";
const PAUSE: Duration = Duration::from_millis(2);
/// Longer than any of them needs for its last steps; a process that is to end ends.
const LONGEST: Duration = Duration::from_secs(5);

/// Waits until the engine's threads have ended, after the last database was closed. A connection is closed once its
/// thread has answered so; the thread itself ends a little later, and gives memory back while it does. Were the process
/// to end meanwhile, both would clear away the same things, and what was done well would be told as a crash.
///
/// Where the system does not show a process its threads, nothing is waited for.
pub async fn ended() {
    let gone = async {
        while any() {
            tokio::time::sleep(PAUSE).await;
        }
    };
    if tokio::time::timeout(LONGEST, gone).await.is_err() {
        tracing::warn!("the database's threads have not ended");
    }
}

/// Whether this process has such a thread.
pub fn any() -> bool {
    let Ok(threads) = std::fs::read_dir("/proc/self/task") else {
        return false;
    };
    threads.flatten().any(|thread| {
        std::fs::read_to_string(thread.path().join("comm")).is_ok_and(|name| name.starts_with(NAME))
    })
}
