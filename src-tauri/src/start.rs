//! Starting the app: folder, engine, window.

use crate::bindings;
use crate::state::AppState;
use counter::update::{GuardArgs, Installation, Updates, guard};
use counter::{Changed, Engine, Error, KeyAccess, LogFile};
use serde::{Deserialize, Serialize};
use std::ffi::OsString;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};
use std::time::Instant;
use tauri::plugin::TauriPlugin;
use tauri::{AppHandle, Manager, Wry};
use tauri_specta::Event;
use tokio::sync::broadcast::error::RecvError;

/// Tells the screens what changed: what shows it reads it again.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, tauri_specta::Event)]
pub(crate) struct EngineChanged(Changed);

/// What was noted before the counter's folder was known, and goes there as soon as it is.
static LOG: OnceLock<LogFile> = OnceLock::new();

/// Runs the app until its window is closed; or puts a new version in, where it was started for that.
#[cfg(mobile)]
#[tauri::mobile_entry_point]
fn start() {
    run();
}

/// Runs the app until its window is closed; or puts a new version in, where it was started for that.
pub fn run() -> ExitCode {
    let started = Instant::now();
    let log = LOG.get_or_init(LogFile::default);
    log.note_all("info");
    let told: Vec<OsString> = std::env::args_os().skip(1).collect();
    if let Some(told) = GuardArgs::read(&told) {
        if let Some(home) = told.updates.parent() {
            log.begin(home);
        }
        guard(&told);
        return ExitCode::SUCCESS;
    }
    let commands = bindings::builder();
    let app = tauri::Builder::default()
        .plugin(single_instance())
        .invoke_handler(commands.invoke_handler())
        .setup(move |app| {
            commands.mount_events(app);
            let engine = open(app.handle(), None);
            let opened = engine.as_ref().ok().map(Arc::clone);
            app.manage(AppState::new(engine, started));
            if let Some(engine) = opened {
                settle(&engine, app.handle());
            }
            Ok(())
        })
        .build(tauri::generate_context!());
    match app {
        Ok(app) => {
            app.run(|_, _| {});
            ExitCode::SUCCESS
        }
        Err(e) => {
            tracing::error!("the window cannot be opened: {e}");
            ExitCode::FAILURE
        }
    }
}

/// A second start of the app brings the first to the front. On one machine a counter's folder may be named otherwise, as
/// IT does it to try something: each has an app of its own.
fn single_instance() -> TauriPlugin<Wry> {
    let mut one = tauri_plugin_single_instance::Builder::new().callback(|app, _, _| {
        let Some(window) = app.get_webview_window("main") else {
            return;
        };
        let shown = window
            .unminimize()
            .and_then(|()| window.show())
            .and_then(|()| window.set_focus());
        if let Err(e) = shown {
            tracing::warn!("the window cannot be brought to the front: {e}");
        }
    });
    if let Some(home) = std::env::var_os("COUNTERPART_HOME") {
        let mut hash = DefaultHasher::new();
        home.hash(&mut hash);
        one = one.dbus_id(format!("app.counterpart.counter.h{:x}", hash.finish()));
    }
    one.build()
}

/// Says that this app runs on its folder, and keeps it up to date.
pub(crate) fn settle(engine: &Engine, app: &AppHandle) {
    match engine.running() {
        Ok(Some(running)) => app.state::<AppState>().set_running(running),
        // another app works there: it is the one that is kept up to date
        Ok(None) => return,
        Err(e) => {
            tracing::warn!(code = e.code().1, "new versions are not taken: {e}");
            return;
        }
    }
    let how = Updates::usual(Installation::found(), Vec::new());
    let (looking, leaving) = (app.clone(), app.clone());
    engine.keep_up_to_date(
        how,
        move || looking.state::<AppState>().situation(),
        move || leaving.exit(0),
    );
}

/// Opens the engine, with a manager's passphrase where one was typed, and lets it work.
pub(crate) fn open(app: &AppHandle, passphrase: Option<&str>) -> counter::Result<Arc<Engine>> {
    let opened = home().and_then(|dir| {
        // of an engine that does not open the log tells most
        if let Some(log) = LOG.get() {
            log.begin(&dir);
        }
        let access = KeyAccess::from_environment()?;
        let access = match passphrase {
            Some(typed) => access.with_passphrase(typed),
            None => access,
        };
        Engine::open(&dir, &access).map(Arc::new)
    });
    match &opened {
        Ok(engine) => {
            if let (Some(log), Ok(dir)) = (LOG.get(), home()) {
                log.begin(&dir);
            }
            forward(Arc::clone(engine), app.clone());
            engine.start_sync();
        }
        Err(e) => tracing::error!(code = e.code().1, "the engine cannot start: {e}"),
    }
    opened
}

/// The data folder: where `COUNTERPART_HOME` says, else this user's.
fn home() -> counter::Result<PathBuf> {
    let said = std::env::var_os("COUNTERPART_HOME").map(PathBuf::from);
    said.or_else(counter::home_of_this_user)
        .ok_or_else(|| Error::Home {
            path: PathBuf::from("the app's data folder"),
            error: std::io::ErrorKind::NotFound.into(),
        })
}

/// Passes the engine's changes on to the window.
fn forward(engine: Arc<Engine>, app: AppHandle) {
    let mut changes = engine.subscribe();
    tauri::async_runtime::spawn(async move {
        loop {
            let changed = match changes.recv().await {
                Ok(changed) => changed,
                // what was missed may have been anything
                Err(RecvError::Lagged(_)) => Changed::everything(),
                Err(RecvError::Closed) => return,
            };
            if let Err(e) = EngineChanged(changed).emit(&app) {
                tracing::warn!("the window was not told of a change: {e}");
            }
        }
    });
}

/// Says once how long after the start the first find was accepted.
pub(crate) fn find_accepted(started: Instant) {
    let ms = started.elapsed().as_millis();
    tracing::info!(ms, "finds are accepted");
    if std::env::var_os("COUNTERPART_START_LOG").is_some() {
        let mut out = std::io::stdout().lock();
        // a reader that went away is no failure of the app
        let _ =
            writeln!(out, "{{\"event\":\"find_ready\",\"ms\":{ms}}}").and_then(|()| out.flush());
    }
}
