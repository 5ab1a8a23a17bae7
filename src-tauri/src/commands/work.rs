//! Sales, redemptions, returns.

use super::{Answer, clerk_work};
use crate::state::AppState;
use counter::view::{
    LineAmount, LineRequest, ProductHit, ReceiptEntry, RedeemDone, RedeemOptions, RedeemQuote,
    RedeemRequest, ReturnDone, ReturnForm, ReturnQuote, ReturnRequest, SaleDone, SaleQuote,
    SaleRequest, StoreCard,
};
use tauri::State;

/// Products that the clerk may mean, checked against the allergies of a member where one is named.
#[tauri::command]
#[specta::specta]
pub(crate) async fn products_find(
    state: State<'_, AppState>,
    typed: String,
    limit: u32,
    member_id: Option<String>,
) -> Answer<Vec<ProductHit>> {
    clerk_work(&state, move |e, _| {
        e.find_products_for(member_id.as_deref(), &typed, limit)
    })
    .await
}

/// What the lines of a basket come to, before it is known for whom.
#[tauri::command]
#[specta::specta]
pub(crate) async fn line_amounts(
    state: State<'_, AppState>,
    lines: Vec<LineRequest>,
) -> Answer<Vec<LineAmount>> {
    clerk_work(&state, move |e, _| e.line_amounts(&lines)).await
}

/// What a sale would come to.
#[tauri::command]
#[specta::specta]
pub(crate) async fn sale_quote(
    state: State<'_, AppState>,
    request: SaleRequest,
) -> Answer<SaleQuote> {
    clerk_work(&state, move |e, _| e.quote_sale(&request)).await
}

/// Records a sale; `parked` is the id of the parked basket that it was taken up from.
#[tauri::command]
#[specta::specta]
pub(crate) async fn sale_record(
    state: State<'_, AppState>,
    request: SaleRequest,
    parked: Option<String>,
) -> Answer<SaleDone> {
    clerk_work(&state, move |e, clerk| {
        e.record_sale_of(&clerk, &request, parked.as_deref())
    })
    .await
}

/// What was entered as a till's receipt number.
#[tauri::command]
#[specta::specta]
pub(crate) async fn receipt_entry(
    state: State<'_, AppState>,
    text: String,
) -> Answer<ReceiptEntry> {
    clerk_work(&state, move |e, _| e.receipt_entry(&text)).await
}

/// What a member can have for her points.
#[tauri::command]
#[specta::specta]
pub(crate) async fn redeem_options(
    state: State<'_, AppState>,
    member_id: String,
) -> Answer<RedeemOptions> {
    clerk_work(&state, move |e, _| e.redeem_options(&member_id)).await
}

/// What a redemption would come to.
#[tauri::command]
#[specta::specta]
pub(crate) async fn redeem_quote(
    state: State<'_, AppState>,
    request: RedeemRequest,
) -> Answer<RedeemQuote> {
    clerk_work(&state, move |e, _| e.quote_redemption(&request)).await
}

/// Redeems points.
#[tauri::command]
#[specta::specta]
pub(crate) async fn redeem(
    state: State<'_, AppState>,
    request: RedeemRequest,
) -> Answer<RedeemDone> {
    clerk_work(&state, move |e, clerk| e.redeem(&clerk, &request)).await
}

/// Opens a receipt for a return.
#[tauri::command]
#[specta::specta]
pub(crate) async fn return_open(
    state: State<'_, AppState>,
    receipt: String,
    sale: Option<String>,
) -> Answer<ReturnForm> {
    clerk_work(&state, move |e, _| e.open_return(&receipt, sale.as_deref())).await
}

/// The brand's stores, this one first.
#[tauri::command]
#[specta::specta]
pub(crate) async fn stores(state: State<'_, AppState>) -> Answer<Vec<StoreCard>> {
    clerk_work(&state, move |e, _| e.stores()).await
}

/// What a return would come to.
#[tauri::command]
#[specta::specta]
pub(crate) async fn return_quote(
    state: State<'_, AppState>,
    request: ReturnRequest,
) -> Answer<ReturnQuote> {
    clerk_work(&state, move |e, _| e.quote_return(&request)).await
}

/// Records a return.
#[tauri::command]
#[specta::specta]
pub(crate) async fn return_record(
    state: State<'_, AppState>,
    request: ReturnRequest,
) -> Answer<ReturnDone> {
    clerk_work(&state, move |e, clerk| e.record_return(&clerk, &request)).await
}
