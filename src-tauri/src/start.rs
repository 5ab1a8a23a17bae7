//! Starting the app: folder, engine, window.

use crate::bindings;
use crate::state::AppState;
use counter::{Changed, Engine, Error, KeyAccess};
use serde::{Deserialize, Serialize};
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;
use tauri::{AppHandle, Manager};
use tauri_specta::Event;
use tokio::sync::broadcast::error::RecvError;

/// Tells the screens what changed: what shows it reads it again.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, tauri_specta::Event)]
pub(crate) struct EngineChanged(Changed);

/// Runs the app until its window is closed.
pub fn run() -> ExitCode {
    let started = Instant::now();
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into()),
        )
        .with_writer(std::io::stderr)
        .init();
    let commands = bindings::builder();
    let app = tauri::Builder::default()
        .invoke_handler(commands.invoke_handler())
        .setup(move |app| {
            commands.mount_events(app);
            let engine = open(app.handle(), None);
            app.manage(AppState::new(engine, started));
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

/// Opens the engine, with a manager's passphrase where one was typed, and lets it work.
pub(crate) fn open(app: &AppHandle, passphrase: Option<&str>) -> counter::Result<Arc<Engine>> {
    let opened = home().and_then(|dir| {
        let access = KeyAccess::from_environment()?;
        let access = match passphrase {
            Some(typed) => access.with_passphrase(typed),
            None => access,
        };
        Engine::open(&dir, &access).map(Arc::new)
    });
    match &opened {
        Ok(engine) => {
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
