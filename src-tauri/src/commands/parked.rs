//! Baskets that stand aside.

use super::{Answer, clerk_work};
use crate::state::AppState;
use counter::view::{ParkRequest, ParkedList, TakenUp};
use tauri::State;

/// What stands aside. `anew`: the page was loaded, so nobody has any in hand.
#[tauri::command]
#[specta::specta]
pub(crate) async fn parked(state: State<'_, AppState>, anew: bool) -> Answer<ParkedList> {
    clerk_work(
        &state,
        move |e, _| {
            if anew { e.parked_anew() } else { e.parked() }
        },
    )
    .await
}

/// Puts a basket aside.
#[tauri::command]
#[specta::specta]
pub(crate) async fn park(state: State<'_, AppState>, request: ParkRequest) -> Answer<ParkedList> {
    clerk_work(&state, move |e, _| e.park(&request)).await
}

/// Takes a basket up again.
#[tauri::command]
#[specta::specta]
pub(crate) async fn take_up(state: State<'_, AppState>, id: String) -> Answer<TakenUp> {
    clerk_work(&state, move |e, _| e.take_up(&id)).await
}

/// Lets a basket go.
#[tauri::command]
#[specta::specta]
pub(crate) async fn let_go(state: State<'_, AppState>, id: String) -> Answer<ParkedList> {
    clerk_work(&state, move |e, _| e.let_go(&id)).await
}
