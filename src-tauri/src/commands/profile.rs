//! The member's page as a place to work: her profile, coupons and the ledger of her points; who gets the credit.

use super::{Answer, clerk_work};
use crate::state::AppState;
use counter::view::{
    CreditForm, CreditPart, CreditShares, MemberCoupons, MemberTarget, NewPhoneSent, PointsLedger,
    ProfileDone, ProfileForm, ProfileRequest,
};
use tauri::State;

/// A profile in full, to be changed; logged.
#[tauri::command]
#[specta::specta]
pub(crate) async fn profile_form(
    state: State<'_, AppState>,
    member_id: String,
) -> Answer<ProfileForm> {
    clerk_work(&state, move |e, clerk| e.profile_form(&clerk, &member_id)).await
}

/// Changes a profile.
#[tauri::command]
#[specta::specta]
pub(crate) async fn profile_change(
    state: State<'_, AppState>,
    request: ProfileRequest,
) -> Answer<ProfileDone> {
    clerk_work(&state, move |e, clerk| e.change_profile(&clerk, &request)).await
}

/// Has a code sent to a member's new phone number.
#[tauri::command]
#[specta::specta]
pub(crate) async fn new_phone_send(
    state: State<'_, AppState>,
    member_id: String,
) -> Answer<NewPhoneSent> {
    clerk_work(&state, move |e, clerk| e.new_phone_send(&clerk, &member_id)).await
}

/// Proves a member's new phone number by the code that she says.
#[tauri::command]
#[specta::specta]
pub(crate) async fn new_phone_prove(
    state: State<'_, AppState>,
    member_id: String,
    code: String,
) -> Answer<()> {
    clerk_work(&state, move |e, clerk| {
        e.new_phone_prove(&clerk, &member_id, &code)
    })
    .await
}

/// Leaves a member the phone number that she had.
#[tauri::command]
#[specta::specta]
pub(crate) async fn new_phone_drop(state: State<'_, AppState>, member_id: String) -> Answer<()> {
    clerk_work(&state, move |e, clerk| e.new_phone_drop(&clerk, &member_id)).await
}

/// A member's coupons, used ones too.
#[tauri::command]
#[specta::specta]
pub(crate) async fn member_coupons(
    state: State<'_, AppState>,
    member_id: String,
) -> Answer<MemberCoupons> {
    clerk_work(&state, move |e, _| e.member_coupons(&member_id)).await
}

/// The ledger of a member's points.
#[tauri::command]
#[specta::specta]
pub(crate) async fn points_ledger(
    state: State<'_, AppState>,
    member_id: String,
) -> Answer<PointsLedger> {
    clerk_work(&state, move |e, _| e.points_ledger(&member_id)).await
}

/// Who gets the credit of a sale by the shop's rule, and who else may.
#[tauri::command]
#[specta::specta]
pub(crate) async fn sale_credit(
    state: State<'_, AppState>,
    member: MemberTarget,
) -> Answer<CreditForm> {
    clerk_work(&state, move |e, clerk| e.sale_credit(&clerk, &member)).await
}

/// Who has the credit once somebody is given a part of it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn credit_given(
    shares: CreditShares,
    who: String,
    part: CreditPart,
) -> Answer<CreditShares> {
    Ok(shares.given(&who, part))
}
