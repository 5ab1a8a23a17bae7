//! Where the programs under test are.

use std::path::{Path, PathBuf};

/// Which build of the programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Build {
    /// The one under test: in `COUNTERPART_BIN_DIR`, else what the workspace built for debugging.
    #[default]
    This,
    /// One of another day, in `COUNTERPART_OTHER_BIN_DIR`: `cargo xtask across` makes it.
    Other,
}

impl Build {
    /// The program of this name.
    ///
    /// # Panics
    /// Where it has not been built.
    pub fn program(self, name: &str) -> PathBuf {
        let path = match self {
            Self::This => folder(),
            Self::Other => std::env::var_os("COUNTERPART_OTHER_BIN_DIR")
                .map(PathBuf::from)
                .expect("COUNTERPART_OTHER_BIN_DIR: cargo xtask across COMMIT sets it"),
        }
        .join(name);
        assert!(
            path.is_file(),
            "{} is not there: {}",
            path.display(),
            match self {
                Self::This =>
                    "build it (cargo build -p central -p counter) or set COUNTERPART_BIN_DIR",
                Self::Other => "cargo xtask across COMMIT builds it",
            }
        );
        path
    }
}

/// The program of this name under test.
///
/// # Panics
/// Where it has not been built.
pub fn program(name: &str) -> PathBuf {
    Build::This.program(name)
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
