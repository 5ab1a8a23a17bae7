//! Members invited: by a code, on paper, or with the clerk filling the form in.

use super::slip::documents;
use super::{Answer, clerk_work};
use crate::state::AppState;
use counter::view::{
    FillIn, FilledIn, InviteSlip, InvitedView, JoinCode, Joined, NumberTold, Saved, SlipFormat,
    SlipLanguage, ToAgree,
};
use tauri::{AppHandle, State};

/// A fresh sign-up code.
#[tauri::command]
#[specta::specta]
pub(crate) async fn join_code(state: State<'_, AppState>) -> Answer<JoinCode> {
    clerk_work(&state, |e, clerk| e.join_code(&clerk)).await
}

/// A fresh sign-up code that goes on paper.
#[tauri::command]
#[specta::specta]
pub(crate) async fn paper_code(state: State<'_, AppState>) -> Answer<JoinCode> {
    clerk_work(&state, |e, clerk| e.paper_code(&clerk)).await
}

/// Who joined by a code.
#[tauri::command]
#[specta::specta]
pub(crate) async fn joined(state: State<'_, AppState>, code_id: String) -> Answer<Option<Joined>> {
    clerk_work(&state, move |e, _| e.joined(&code_id)).await
}

/// How far guests have come by codes of this counter; none where the centre does not tell it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn invited(
    state: State<'_, AppState>,
    code_ids: Vec<String>,
) -> Answer<Option<Vec<InvitedView>>> {
    clerk_work(&state, move |e, _| e.invited(&code_ids)).await
}

/// A code as paper.
#[tauri::command]
#[specta::specta]
pub(crate) async fn invite_slip(
    state: State<'_, AppState>,
    code: String,
    language: SlipLanguage,
) -> Answer<InviteSlip> {
    clerk_work(&state, move |e, _| e.invite_slip(&code, language)).await
}

/// Prints a code.
#[tauri::command]
#[specta::specta]
pub(crate) async fn invite_print(state: State<'_, AppState>, code: String) -> Answer<()> {
    clerk_work(&state, move |e, clerk| e.print_invite(&clerk, &code)).await
}

/// Saves a code as a picture or a PDF.
#[tauri::command]
#[specta::specta]
pub(crate) async fn invite_save(
    app: AppHandle,
    state: State<'_, AppState>,
    code: String,
    format: SlipFormat,
    language: SlipLanguage,
) -> Answer<Saved> {
    let folder = documents(&app);
    clerk_work(&state, move |e, _| {
        e.save_invite(&code, format, Some(language), folder.as_deref())
    })
    .await
}

/// What a phone number comes to: a member, or a message that was sent to it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn fill_in_number(
    state: State<'_, AppState>,
    phone: String,
    code: Option<String>,
) -> Answer<NumberTold> {
    clerk_work(&state, move |e, clerk| {
        e.fill_in_number(&clerk, &phone, code.as_deref())
    })
    .await
}

/// Proves a phone by what its owner read out of the message.
#[tauri::command]
#[specta::specta]
pub(crate) async fn fill_in_prove(
    state: State<'_, AppState>,
    phone: String,
    code: String,
    verification: String,
) -> Answer<()> {
    clerk_work(&state, move |e, clerk| {
        e.fill_in_prove(&clerk, &phone, &code, &verification)
    })
    .await
}

/// What she is shown and asked once the rest is filled in.
#[tauri::command]
#[specta::specta]
pub(crate) async fn fill_in_asks(state: State<'_, AppState>, told: FillIn) -> Answer<ToAgree> {
    clerk_work(&state, move |e, _| e.fill_in_asks(&told)).await
}

/// Makes her a member, once she has agreed.
#[tauri::command]
#[specta::specta]
pub(crate) async fn fill_in_join(state: State<'_, AppState>, told: FillIn) -> Answer<FilledIn> {
    clerk_work(&state, move |e, clerk| e.fill_in_join(&clerk, &told)).await
}

/// Makes her a member of this counter without the network, once she has agreed.
#[tauri::command]
#[specta::specta]
pub(crate) async fn fill_in_offline(
    state: State<'_, AppState>,
    told: FillIn,
    read_out: bool,
) -> Answer<FilledIn> {
    clerk_work(&state, move |e, clerk| {
        e.fill_in_offline(&clerk, &told, read_out)
    })
    .await
}
