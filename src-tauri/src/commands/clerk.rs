//! Signing in and out.

use super::{Answer, blocking, work};
use crate::state::AppState;
use counter::view::{ClerkCard, Session};
use tauri::State;

/// Clerks who may sign in here.
#[tauri::command]
#[specta::specta]
pub(crate) async fn clerks(state: State<'_, AppState>) -> Answer<Vec<ClerkCard>> {
    work(&state, |e| e.clerks()).await
}

/// Signs a clerk in by PIN.
#[tauri::command]
#[specta::specta]
pub(crate) async fn sign_in(
    state: State<'_, AppState>,
    clerk: String,
    pin: String,
) -> Answer<Session> {
    let engine = state.engine()?;
    let signed_in = blocking(move || engine.sign_in(&clerk, &pin)).await?;
    let session = signed_in.session();
    state.set_clerk(Some(signed_in));
    Ok(session)
}

/// Signs the clerk out.
#[tauri::command]
#[specta::specta]
pub(crate) async fn sign_out(state: State<'_, AppState>) -> Answer<()> {
    state.set_clerk(None);
    Ok(())
}

/// Covers the screen until the next sign-in: what runs goes on, but a page that is loaded anew asks who is there.
#[tauri::command]
#[specta::specta]
pub(crate) async fn cover(state: State<'_, AppState>) -> Answer<()> {
    state.cover();
    Ok(())
}

/// Who has signed in: after the page was loaded anew, and when clerks have changed. Nobody where whoever had is stopped.
#[tauri::command]
#[specta::specta]
pub(crate) async fn session(state: State<'_, AppState>) -> Answer<Option<Session>> {
    if state.is_covered() {
        return Ok(None);
    }
    let (engine, Some(clerk)) = (state.engine()?, state.peek()) else {
        return Ok(None);
    };
    let asked = clerk.clone();
    if blocking(move || engine.is_stopped(&asked)).await? {
        state.set_clerk(None);
        return Ok(None);
    }
    Ok(Some(clerk.session()))
}
