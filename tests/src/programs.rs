//! Where the programs under test are.

use std::path::{Path, PathBuf};

/// The program of this name.
///
/// # Panics
/// Where it has not been built.
pub fn program(name: &str) -> PathBuf {
    let path = folder().join(name);
    assert!(
        path.is_file(),
        "{} is not there: build it (cargo build -p central -p counter) or set COUNTERPART_BIN_DIR",
        path.display()
    );
    path
}

fn folder() -> PathBuf {
    if let Some(dir) = std::env::var_os("COUNTERPART_BIN_DIR") {
        return PathBuf::from(dir);
    }
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("this package lies in a workspace");
    std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| workspace.join("target"), PathBuf::from)
        .join("debug")
}
