//! Processes, ended by their own id.

use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// Longest that any command may take: what is not done by then hangs.
pub const PATIENCE: Duration = Duration::from_secs(150);

/// Sends a signal (`TERM`, `KILL`, …) to one process.
///
/// # Panics
/// Where no signal can be sent at all.
pub fn signal(pid: u32, name: &str) {
    // a process that ended by itself meanwhile is as well
    let _ = Command::new("sh")
        .args(["-c", &format!("kill -{name} {pid} 2>/dev/null")])
        .status()
        .expect("sh runs");
}

/// Sends a signal to all processes of a group that was started as one.
///
/// # Panics
/// Where no signal can be sent at all.
pub fn signal_group(leader: u32, name: &str) {
    // a group that ended by itself meanwhile is as well
    let _ = Command::new("sh")
        .args(["-c", &format!("kill -{name} -{leader} 2>/dev/null")])
        .status()
        .expect("sh runs");
}

/// Runs a command to its end and takes what it printed.
///
/// # Panics
/// Where it cannot be started or hangs.
pub fn output(command: &mut Command) -> Output {
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|e| panic!("{command:?}: {e}"));
    output_of(child, &format!("{command:?}"))
}

/// Waits for a process with piped output.
///
/// # Panics
/// Where it hangs: it is killed then.
pub fn output_of(child: Child, what: &str) -> Output {
    let pid = child.id();
    let (done, ended) = mpsc::channel();
    std::thread::spawn(move || {
        // the receiver is gone only where the test has failed already
        let _ = done.send(child.wait_with_output());
    });
    match ended.recv_timeout(PATIENCE) {
        Ok(output) => output.unwrap_or_else(|e| panic!("{what}: {e}")),
        Err(_) => {
            signal(pid, "KILL");
            panic!("{what} did not end in {PATIENCE:?}");
        }
    }
}
