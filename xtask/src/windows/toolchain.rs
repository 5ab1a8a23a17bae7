//! What builds for Windows: Debian's own Rust beside the one of the workspace, for only it comes with the source of a
//! standard library, which is compiled for Windows once; and MinGW, which compiles C for it and links.

use super::Program;
use crate::cargo;
use crate::failure::Outcome;
use crate::paths::Workspace;
use crate::process;
use crate::setup::apt;
use std::path::PathBuf;
use std::process::Command;

/// What the programs are built for.
const TARGET: &str = "x86_64-pc-windows-gnu";

/// Ready to build.
#[derive(Debug)]
pub struct Toolchain {
    workspace: Workspace,
    /// Apart from the other builds: that compiler's files are nobody else's.
    target: PathBuf,
    optimised: bool,
}

impl Toolchain {
    /// Installs what is missing.
    pub fn ready(workspace: &Workspace, optimised: bool) -> Outcome<Self> {
        apt::install(apt::WINDOWS)?;
        Ok(Self {
            workspace: workspace.clone(),
            target: workspace.target.join("windows"),
            optimised,
        })
    }

    /// Builds a program; where it is.
    pub fn build(&self, program: Program) -> Outcome<PathBuf> {
        let mut command = self.cargo();
        command.args([
            "build",
            "-Zbuild-std=std,panic_unwind",
            "--target",
            TARGET,
            "--package",
            program.name(),
            "--bins",
        ]);
        if self.optimised {
            command.arg("--release");
        }
        for feature in program.features() {
            command.args(["--features", feature]);
        }
        println!("Building {} for Windows.", program.name());
        process::run("cargo build", &mut command)?;
        Ok(self.folder().join(program.name()).with_extension("exe"))
    }

    /// The folder of what it built.
    pub fn folder(&self) -> PathBuf {
        let profile = if self.optimised { "release" } else { "debug" };
        self.target.join(TARGET).join(profile)
    }

    /// Where else what was made for Windows lies: the installer, Wine's own folder.
    pub fn target(&self) -> &std::path::Path {
        &self.target
    }

    fn cargo(&self) -> Command {
        let mut command = cargo::other("/usr/bin/cargo", &self.workspace);
        command
            .env("CARGO_TARGET_DIR", &self.target)
            .env("RUSTC", "/usr/bin/rustc")
            // to compile the standard library is not among what a stable compiler offers
            .env("RUSTC_BOOTSTRAP", "1");
        command
    }
}
