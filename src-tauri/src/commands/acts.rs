//! Acts on a member's account, and what a manager approves.

use super::{Answer, clerk_work};
use crate::state::AppState;
use counter::view::{ActDone, ActQuote, ActRequest, ApprovedBefore, ClerkCard, MemberActs};
use tauri::State;

/// What may be done to a member's account here, and her redemptions.
#[tauri::command]
#[specta::specta]
pub(crate) async fn member_acts(
    state: State<'_, AppState>,
    member_id: String,
) -> Answer<MemberActs> {
    clerk_work(&state, move |e, _| e.member_acts(&member_id)).await
}

/// What an act would come to.
#[tauri::command]
#[specta::specta]
pub(crate) async fn act_quote(state: State<'_, AppState>, request: ActRequest) -> Answer<ActQuote> {
    clerk_work(&state, move |e, clerk| e.quote_act(&clerk, &request)).await
}

/// Records an act. A manager's PIN in it is checked and kept nowhere.
#[tauri::command]
#[specta::specta]
pub(crate) async fn act_record(state: State<'_, AppState>, request: ActRequest) -> Answer<ActDone> {
    clerk_work(&state, move |e, clerk| e.record_act(&clerk, &request)).await
}

/// Who may approve a return of a receipt that this counter does not know.
#[tauri::command]
#[specta::specta]
pub(crate) async fn managers(state: State<'_, AppState>) -> Answer<Vec<ClerkCard>> {
    clerk_work(&state, |e, _| e.managers()).await
}

/// How often such returns were approved here this month.
#[tauri::command]
#[specta::specta]
pub(crate) async fn approved_returns(state: State<'_, AppState>) -> Answer<ApprovedBefore> {
    clerk_work(&state, |e, clerk| e.approved_returns(&clerk)).await
}
