//! `counter run`: a counter without a window, kept in step and up to date.

use super::args::RunArgs;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::update::{Installation, Situation, Updates};
use std::io::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Notify;

/// Runs until it is told to stop, or ends for a new version.
pub(super) fn run(engine: &Engine, args: &RunArgs) -> Result<()> {
    let _running = engine.running()?.ok_or(Error::Busy)?;
    let installation = match &args.program {
        Some(program) => Installation::of(program),
        None => Installation::found(),
    };
    let how = Updates {
        quiet_after: Duration::from_secs(args.quiet_after),
        patience: Duration::from_secs(args.patience),
        // as this one was, whatever stands before the command
        ..Updates::usual(installation, std::env::args_os().skip(1).collect())
    };
    let left = Arc::new(Notify::new());
    let leaving = Arc::clone(&left);
    let begun = Instant::now();
    let shared = Arc::clone(&engine.shared);
    // other processes of this device record: what they did last is in the outbox
    let situation = move || {
        let now = crate::clock::Reading::now().wall;
        let last = shared.outbox().read(crate::outbox::last_made);
        let since = last.ok().flatten().map(|at| now - at);
        Situation {
            work_open: false,
            idle: since
                .and_then(|since| since.to_std().ok())
                .unwrap_or_else(|| begun.elapsed()),
        }
    };
    engine.start_sync();
    engine.keep_up_to_date(how, situation, move || leaving.notify_one());
    let line = serde_json::json!({"running": crate::version::version()});
    // whoever started it may not listen
    let _ = writeln!(std::io::stdout(), "{line}").and_then(|()| std::io::stdout().flush());
    engine.runtime.block_on(async {
        tokio::select! {
            () = left.notified() => {}
            () = told_to_end() => {}
        }
    });
    Ok(())
}

/// Waits until the process is told to end.
async fn told_to_end() {
    if platform::process::told_to_end().await.is_err() {
        // no handler can be had: it ends when it is killed, which loses nothing
        std::future::pending::<()>().await;
    }
}
