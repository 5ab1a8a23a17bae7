//! The window's commands by what they are about.

pub(crate) mod acts;
pub(crate) mod clerk;
pub(crate) mod device;
pub(crate) mod invite;
pub(crate) mod member;
pub(crate) mod parked;
pub(crate) mod profile;
pub(crate) mod sample;
pub(crate) mod slip;
pub(crate) mod work;

use crate::state::AppState;
use counter::{Engine, Error, Problem, Result, SignedIn};
use std::sync::Arc;
use tauri::State;

/// Results of commands.
type Answer<T> = std::result::Result<T, Problem>;

/// Runs engine work off the window's thread.
async fn work<T: Send + 'static>(
    state: &State<'_, AppState>,
    job: impl FnOnce(Arc<Engine>) -> Result<T> + Send + 'static,
) -> Answer<T> {
    let engine = state.engine()?;
    blocking(move || job(engine)).await
}

/// Runs engine work that a clerk must have signed in for.
async fn clerk_work<T: Send + 'static>(
    state: &State<'_, AppState>,
    job: impl FnOnce(Arc<Engine>, SignedIn) -> Result<T> + Send + 'static,
) -> Answer<T> {
    let (engine, clerk) = (state.engine()?, state.clerk()?);
    blocking(move || {
        // whoever has left sees and does nothing more
        if engine.is_stopped(&clerk)? {
            return Err(Error::NotSignedIn);
        }
        job(engine, clerk)
    })
    .await
}

async fn blocking<T: Send + 'static>(
    job: impl FnOnce() -> Result<T> + Send + 'static,
) -> Answer<T> {
    let done = tauri::async_runtime::spawn_blocking(job).await;
    done.unwrap_or_else(|e| Err(Error::NotSaved(format!("a command broke off: {e}"))))
        .map_err(|e| {
            let problem = e.problem();
            tracing::info!(code = problem.code, number = problem.number, "refused");
            problem
        })
}
