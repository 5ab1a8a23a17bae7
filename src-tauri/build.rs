//! Tauri's own build step; makes the folder of the built ui where it is not built yet, so that
//! the crate compiles for checks.
fn main() {
    let dist = std::path::Path::new("../ui/dist");
    if !dist.exists()
        && let Err(e) = std::fs::create_dir_all(dist)
    {
        println!("cargo:warning=ui/dist cannot be made: {e}");
    }
    tauri_build::build();
}
