//! Members: found and shown.

use super::{Answer, clerk_work};
use crate::state::AppState;
use counter::Engine;
use counter::view::{
    AllergyOption, AllergyView, LookedUp, MemberBy, MemberHit, MemberPage, NewPhoneSent, Revealed,
    Scanned,
};
use tauri::State;

/// Members that the clerk may mean.
#[tauri::command]
#[specta::specta]
pub(crate) async fn find(
    state: State<'_, AppState>,
    typed: String,
    limit: u32,
) -> Answer<Vec<MemberHit>> {
    clerk_work(&state, move |e, _| e.find(&typed, limit)).await
}

/// She shows her page's code where she is asked whether it is she.
#[tauri::command]
#[specta::specta]
pub(crate) async fn present_by_code(
    state: State<'_, AppState>,
    member_id: String,
    code: String,
) -> Answer<()> {
    clerk_work(&state, move |e, clerk| {
        e.present_by_code(&clerk, &member_id, &code)
    })
    .await
}

/// Has a code sent to her number, which she then says.
#[tauri::command]
#[specta::specta]
pub(crate) async fn present_send(
    state: State<'_, AppState>,
    member_id: String,
) -> Answer<NewPhoneSent> {
    clerk_work(&state, move |e, clerk| e.present_send(&clerk, &member_id)).await
}

/// She says the code that was sent to her.
#[tauri::command]
#[specta::specta]
pub(crate) async fn present_by_message(
    state: State<'_, AppState>,
    member_id: String,
    code: String,
) -> Answer<()> {
    clerk_work(&state, move |e, clerk| {
        e.present_by_message(&clerk, &member_id, &code)
    })
    .await
}

/// She says the number on her page.
#[tauri::command]
#[specta::specta]
pub(crate) async fn present_by_number(
    state: State<'_, AppState>,
    member_id: String,
    number: String,
) -> Answer<()> {
    clerk_work(&state, move |e, clerk| {
        e.present_by_number(&clerk, &member_id, &number)
    })
    .await
}

/// Digits that are missing where a number is being typed; 0 where it is whole, or no number.
#[tauri::command]
#[specta::specta]
pub(crate) async fn digits_missing(typed: String) -> Answer<u32> {
    Ok(counter::search::digits_missing(&typed))
}

/// Finds a member of another store by a whole number, and keeps her here for the day.
#[tauri::command]
#[specta::specta]
pub(crate) async fn look_up(
    state: State<'_, AppState>,
    query: String,
    by: Option<MemberBy>,
) -> Answer<Option<LookedUp>> {
    clerk_work(&state, move |e, clerk| e.look_up_by(&clerk, &query, by)).await
}

/// What of a member a text is that was typed whole.
#[tauri::command]
#[specta::specta]
pub(crate) async fn typed_whole(
    state: State<'_, AppState>,
    typed: String,
) -> Answer<Option<MemberBy>> {
    clerk_work(&state, move |_, _| Ok(Engine::typed_whole(&typed))).await
}

/// What a scanned text is, as a whole.
#[tauri::command]
#[specta::specta]
pub(crate) async fn scanned(state: State<'_, AppState>, text: String) -> Answer<Scanned> {
    clerk_work(&state, move |e, _| e.scanned(&text)).await
}

/// The member's page.
#[tauri::command]
#[specta::specta]
pub(crate) async fn member_page(
    state: State<'_, AppState>,
    member_id: String,
) -> Answer<MemberPage> {
    clerk_work(&state, move |e, _| e.member_page(&member_id)).await
}

/// Ingredients that the clerk may mean as an allergy.
#[tauri::command]
#[specta::specta]
pub(crate) async fn allergies_find(
    state: State<'_, AppState>,
    typed: String,
    limit: u32,
) -> Answer<Vec<AllergyOption>> {
    clerk_work(&state, move |e, _| e.find_allergies(&typed, limit)).await
}

/// What words for allergies mean, and how many products have each.
#[tauri::command]
#[specta::specta]
pub(crate) async fn allergies_read(
    state: State<'_, AppState>,
    said: Vec<String>,
) -> Answer<Vec<AllergyView>> {
    clerk_work(&state, move |e, _| e.read_allergies(&said)).await
}

/// Full name and phone number, logged.
#[tauri::command]
#[specta::specta]
pub(crate) async fn reveal(state: State<'_, AppState>, member_id: String) -> Answer<Revealed> {
    clerk_work(&state, move |e, clerk| e.reveal(&clerk, &member_id)).await
}
