//! Windows: what a console tells its programs. After a closed window, a log-off or a shutdown the system waits some seconds.

use tokio::signal::windows::{ctrl_break, ctrl_c, ctrl_close, ctrl_logoff, ctrl_shutdown};

pub(super) async fn told_to_end() -> std::io::Result<()> {
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
