//! A Tauri app with nothing in it. It says when its page drew its first frame, and goes on until it is ended.
#![allow(clippy::print_stdout, reason = "its one line is what is measured")]

use std::sync::OnceLock;
use std::time::Instant;

static STARTED: OnceLock<Instant> = OnceLock::new();

/// Called by the page once it has drawn.
#[tauri::command]
fn first_frame() {
    let since_start = STARTED.get_or_init(Instant::now).elapsed();
    println!(
        r#"{{"event":"first_frame","ms_since_start":{}}}"#,
        since_start.as_millis()
    );
}

fn main() -> Result<(), tauri::Error> {
    STARTED.get_or_init(Instant::now);
    tauri::Builder::default()
        .invoke_handler(tauri::generate_handler![first_frame])
        .run(tauri::generate_context!())
}
