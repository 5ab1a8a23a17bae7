//! The device and its sync.

use super::{Answer, clerk_work, work};
use crate::state::AppState;
use counter::view::{DeviceStatus, ManageWhat, StoreDevices, SyncPage};
use tauri::State;

/// What the first screen needs.
#[tauri::command]
#[specta::specta]
pub(crate) async fn device_status(state: State<'_, AppState>) -> Answer<DeviceStatus> {
    work(&state, |e| e.device_status()).await
}

/// Enrols this device with a one-time code.
#[tauri::command]
#[specta::specta]
pub(crate) async fn enrol(
    state: State<'_, AppState>,
    centre: String,
    code: String,
    name: String,
) -> Answer<DeviceStatus> {
    work(&state, move |e| {
        e.enrol(&centre, &code, &name)?;
        e.sync_now()?;
        e.device_status()
    })
    .await
}

/// The sync page.
#[tauri::command]
#[specta::specta]
pub(crate) async fn sync_page(state: State<'_, AppState>) -> Answer<SyncPage> {
    work(&state, |e| e.sync_page()).await
}

/// One contact with the centre, now.
#[tauri::command]
#[specta::specta]
pub(crate) async fn sync_now(state: State<'_, AppState>) -> Answer<SyncPage> {
    work(&state, |e| {
        e.sync_now()?;
        e.sync_page()
    })
    .await
}

/// The store's devices and what the store bears, looked at or acted on by its manager: her PIN is
/// asked each time and kept nowhere.
#[tauri::command]
#[specta::specta]
pub(crate) async fn store_devices(
    state: State<'_, AppState>,
    manager: String,
    pin: String,
    what: ManageWhat,
) -> Answer<StoreDevices> {
    clerk_work(&state, move |e, _| e.store_devices(&manager, &pin, what)).await
}

/// Looks something up so that the clerk's first find is as quick as the next, and says in the log
/// how long after the start of the process finds are accepted.
#[tauri::command]
#[specta::specta]
pub(crate) async fn warm_up(state: State<'_, AppState>) -> Answer<()> {
    work(&state, |e| e.find("1", 20).map(drop)).await?;
    crate::start::find_accepted(state.started);
    Ok(())
}
