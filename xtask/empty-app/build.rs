//! Writes what the app's context needs.

fn main() {
    tauri_build::try_build(
        tauri_build::Attributes::new()
            .app_manifest(tauri_build::AppManifest::new().commands(&["first_frame"])),
    )
    .unwrap_or_else(|error| println!("cargo:error={error:#}"));
}
