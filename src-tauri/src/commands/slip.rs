//! The customer's receipt and the printer.

use super::{Answer, clerk_work};
use crate::state::AppState;
use counter::Engine;
use counter::view::{
    NamedPrinters, Printed, PrinterSettings, Saved, SlipFormat, SlipLanguage, SlipView,
};
use std::path::PathBuf;
use tauri::{AppHandle, Manager, State};

/// The receipt of an operation, or of a till's receipt number.
#[tauri::command]
#[specta::specta]
pub(crate) async fn slip_show(
    state: State<'_, AppState>,
    which: String,
    language: SlipLanguage,
) -> Answer<SlipView> {
    clerk_work(&state, move |e, _| e.slip(&which, language)).await
}

/// Prints it, marked as a reprint where it was printed before.
#[tauri::command]
#[specta::specta]
pub(crate) async fn slip_print(state: State<'_, AppState>, which: String) -> Answer<Printed> {
    clerk_work(&state, move |e, _| e.print_slip(&which)).await
}

/// Prints it where the settings say that it is printed by itself, and it was not yet.
#[tauri::command]
#[specta::specta]
pub(crate) async fn slip_print_by_itself(
    state: State<'_, AppState>,
    which: String,
) -> Answer<Printed> {
    clerk_work(&state, move |e, _| e.print_slip_by_itself(&which)).await
}

/// Saves it as a picture or a PDF.
#[tauri::command]
#[specta::specta]
pub(crate) async fn slip_save(
    app: AppHandle,
    state: State<'_, AppState>,
    which: String,
    format: SlipFormat,
    language: SlipLanguage,
) -> Answer<Saved> {
    let folder = documents(&app);
    clerk_work(&state, move |e, _| {
        e.save_slip(&which, format, None, Some(language), folder.as_deref())
    })
    .await
}

/// This device's printer.
#[tauri::command]
#[specta::specta]
pub(crate) async fn printer_show(state: State<'_, AppState>) -> Answer<PrinterSettings> {
    clerk_work(&state, |e, _| e.printer()).await
}

/// The printers that this computer knows by name.
#[tauri::command]
#[specta::specta]
pub(crate) async fn printer_named(state: State<'_, AppState>) -> Answer<NamedPrinters> {
    clerk_work(&state, |_, _| Ok(Engine::named_printers())).await
}

/// Chooses this device's printer.
#[tauri::command]
#[specta::specta]
pub(crate) async fn printer_set(
    state: State<'_, AppState>,
    settings: PrinterSettings,
) -> Answer<PrinterSettings> {
    clerk_work(&state, move |e, _| e.set_printer(settings)).await
}

/// Prints a test page with settings that need not be kept yet.
#[tauri::command]
#[specta::specta]
pub(crate) async fn printer_test(
    state: State<'_, AppState>,
    settings: PrinterSettings,
) -> Answer<()> {
    clerk_work(&state, move |e, _| e.test_printer(settings)).await
}

/// Where people look for their files; with the counter's own where its folder was chosen by hand.
pub(super) fn documents(app: &AppHandle) -> Option<PathBuf> {
    if std::env::var_os("COUNTERPART_HOME").is_some() {
        return None;
    }
    let folder = app.path().document_dir().ok()?;
    Some(folder.join("Counterpart"))
}
