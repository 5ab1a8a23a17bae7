//! Samples and welcome gifts handed to a member.

use super::{Answer, clerk_work};
use crate::state::AppState;
use counter::view::{SampleDone, SampleOptions, SampleRequest};
use tauri::State;

/// Samples that can be handed to a member, or products that are meant by what was typed.
#[tauri::command]
#[specta::specta]
pub(crate) async fn sample_options(
    state: State<'_, AppState>,
    member_id: String,
    typed: String,
) -> Answer<SampleOptions> {
    clerk_work(&state, move |e, _| e.sample_options(&member_id, &typed)).await
}

/// Records that a member was handed a sample.
#[tauri::command]
#[specta::specta]
pub(crate) async fn sample_give(
    state: State<'_, AppState>,
    request: SampleRequest,
) -> Answer<SampleDone> {
    clerk_work(&state, move |e, clerk| e.give_sample(&clerk, &request)).await
}
