//! The device and its sync.

use super::{Answer, clerk_work, work};
use crate::state::AppState;
use counter::Error;
use counter::doctor::Examined;
use counter::view::{
    DeviceSettings, DeviceStatus, ManageWhat, OpView, StoreDevices, SyncPage, TicketView,
};
use tauri::{AppHandle, Manager, State};

/// What the first screen needs.
#[tauri::command]
#[specta::specta]
pub(crate) async fn device_status(state: State<'_, AppState>) -> Answer<DeviceStatus> {
    work(&state, |e| e.device_status()).await
}

/// Opens the engine by a manager's passphrase, or by one that is chosen now.
#[tauri::command]
#[specta::specta]
pub(crate) async fn open_by_passphrase(app: AppHandle, passphrase: String) -> Answer<DeviceStatus> {
    let asked = app.clone();
    let opening = tauri::async_runtime::spawn_blocking(move || {
        let state = asked.state::<AppState>();
        state.open(|| crate::start::open(&asked, Some(&passphrase)))
    });
    opening
        .await
        .unwrap_or_else(|e| Err(Error::NotSaved(format!("a command broke off: {e}")).problem()))?;
    if let Ok(engine) = app.state::<AppState>().engine() {
        crate::start::settle(&engine, &app);
    }
    work(&app.state(), |e| e.device_status()).await
}

/// Opens a counter that was silent for too long, by a code that headquarters or a manager gave.
#[tauri::command]
#[specta::specta]
pub(crate) async fn unlock(state: State<'_, AppState>, code: String) -> Answer<DeviceStatus> {
    work(&state, move |e| {
        e.unlock(&code)?;
        e.device_status()
    })
    .await
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

/// Follows the centre to another address, for a manager of the store: her PIN is asked and kept nowhere.
#[tauri::command]
#[specta::specta]
pub(crate) async fn follow_centre(
    state: State<'_, AppState>,
    manager: String,
    pin: String,
    centre: String,
) -> Answer<SyncPage> {
    clerk_work(&state, move |e, _| {
        e.follow_centre_approved(&manager, &pin, &centre)?;
        e.sync_page()
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
    // and the first sale: the table of ingredients, and what is on the shelf
    work(&state, |e| e.read_allergies(&[]).map(drop)).await
}

/// What people chose for this device.
#[tauri::command]
#[specta::specta]
pub(crate) async fn device_settings(state: State<'_, AppState>) -> Answer<DeviceSettings> {
    work(&state, |e| e.device_settings()).await
}

/// Keeps what people choose for this device.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_device_settings(
    state: State<'_, AppState>,
    settings: DeviceSettings,
) -> Answer<DeviceSettings> {
    clerk_work(&state, move |e, _| e.set_device_settings(settings)).await
}

/// An operation of this counter, and how it stands now.
#[tauri::command]
#[specta::specta]
pub(crate) async fn operation(state: State<'_, AppState>, op_id: String) -> Answer<Option<OpView>> {
    clerk_work(&state, move |e, _| e.op(&op_id)).await
}

/// What an enrolment sheet's code says; none where what was scanned or pasted is no such code.
#[tauri::command]
#[specta::specta]
pub(crate) async fn read_ticket(text: String) -> Answer<Option<TicketView>> {
    Ok(TicketView::read(&text))
}

/// What is wrong on this machine, in words, and what to do.
#[tauri::command]
#[specta::specta]
pub(crate) async fn examine(state: State<'_, AppState>) -> Answer<Examined> {
    work(&state, |e| Ok(e.examine())).await
}

/// Says whether something is begun on the screen that is not recorded yet: no new version is put in meanwhile.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_work_open(state: State<'_, AppState>, open: bool) -> Answer<()> {
    state.set_work_open(open);
    Ok(())
}
