//! Where things are in the workspace.

use std::path::{Path, PathBuf};

/// The workspace's own folders.
#[derive(Debug, Clone)]
pub struct Workspace {
    /// The folder with the workspace's `Cargo.toml`.
    pub root: PathBuf,
    /// Cargo's target folder.
    pub target: PathBuf,
}

impl Workspace {
    /// The workspace that this command was built in.
    pub fn here() -> Self {
        let xtask = std::env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = xtask.parent().map_or(xtask.clone(), Path::to_path_buf);
        let target = std::env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| root.join("target"), |dir| root.join(dir));
        Self { root, target }
    }

    /// The user interface's folder.
    pub fn ui(&self) -> PathBuf {
        self.root.join("ui")
    }

    /// The generated bindings of the app's commands.
    pub fn bindings(&self) -> PathBuf {
        self.root.join("ui/counter/src/lib/bindings.ts")
    }

    /// Where xtask keeps its own notes between runs.
    pub fn notes(&self) -> PathBuf {
        self.target.join("xtask")
    }

    /// The folder of built programs.
    pub fn built(&self, release: bool) -> PathBuf {
        self.target.join(if release { "release" } else { "debug" })
    }
}

/// The first program of this name on the search path.
pub fn on_path(name: &str) -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?)
        .map(|dir| dir.join(name))
        .find(|file| file.is_file())
}
