//! The Windows programs, run under Wine by the tests that run real processes.

use super::toolchain::Toolchain;
use crate::cargo::{FEATURES, cargo};
use crate::failure::{Doing, Failure, Outcome};
use crate::paths::Workspace;
use crate::process;
use crate::setup::postgres::Server;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(60 * 60);
/// What is asked of the Windows programs: not the window, nor what is about Linux itself: its keychain's absence, another user
/// of it, a clock that is put before a program by its linker, programs that are shell scripts, rights of files.
const ASKED: &str = "not (binary(window) | binary(rollout) | binary(server) | binary(clocks) | test(=a_plain_key_file_is_loud_and_never_made_unasked) \
     | test(=another_user_of_the_same_machine_opens_nothing) | test(=without_a_keychain_a_manager_chooses_a_passphrase_and_nothing_lies_in_a_file) \
     | test(=a_copied_folder_a_disk_image_and_another_user_open_nothing))";
/// The library that Wine 8 lacks, and that Rust's standard library takes its randomness from.
const RANDOMNESS: &str = "bcryptprimitives.dll";
const RANDOMNESS_SOURCE: &str = include_str!("bcryptprimitives.c");

/// Runs the tests of real processes with the programs that were built.
pub fn test(workspace: &Workspace, toolchain: &Toolchain, filter: Option<&str>) -> Outcome {
    let wine = Wine::ready(toolchain)?;
    let programs = wine.programs(&toolchain.folder())?;
    let postgres = Server::start()?;
    let mut command = cargo(workspace, true);
    let wanted = filter.unwrap_or(ASKED);
    command.args(["nextest", "run", "--workspace", "--features", FEATURES]);
    command.args(["--no-fail-fast", "-E"]);
    command.arg(format!("package(tests) and ({wanted})"));
    postgres
        .show(&mut command)
        .env("COUNTERPART_BIN_DIR", &programs);
    wine.show(&mut command);
    process::run_within("cargo nextest", &mut command, Some(LIMIT))
}

/// A Windows of its own, that nothing else on this machine uses.
#[derive(Debug)]
pub struct Wine {
    prefix: PathBuf,
    shim: PathBuf,
}

impl Wine {
    /// Makes it where it is missing.
    pub fn ready(toolchain: &Toolchain) -> Outcome<Self> {
        let wine = Self {
            prefix: toolchain.target().join("wine"),
            shim: toolchain.target().join(RANDOMNESS),
        };
        wine.shim()?;
        if !wine.prefix.join("system.reg").is_file() {
            println!("Wine: making {}.", wine.prefix.display());
            let mut boot = Command::new("wineboot");
            wine.show(boot.arg("--init"));
            process::run("wineboot", &mut boot)?;
        }
        Ok(wine)
    }

    /// What makes a command's programs run in it.
    pub fn show(&self, command: &mut Command) {
        command
            .env("WINEPREFIX", &self.prefix)
            .env("WINEARCH", "win64")
            // what Wine says of itself is not what a program says
            .env("WINEDEBUG", "-all")
            // neither .NET nor a browser is asked for at its first start
            .env("WINEDLLOVERRIDES", "mscoree,mshtml=");
    }

    /// A folder with a stand-in for each program, by the name that the tests start, which runs the Windows one.
    fn programs(&self, built: &Path) -> Outcome<PathBuf> {
        let folder = self.prefix.with_file_name("bin");
        fs::create_dir_all(&folder).doing(format!("making {}", folder.display()))?;
        for name in ["counter", "central"] {
            let program = built.join(name).with_extension("exe");
            if !program.is_file() {
                return Err(Failure::because(format!(
                    "{} is not built",
                    program.display()
                )));
            }
            let script = format!("#!/bin/sh\nexec wine \"{}\" \"$@\"\n", program.display());
            let file = folder.join(name);
            fs::write(&file, script).doing(format!("writing {}", file.display()))?;
            let mut mode = Command::new("chmod");
            process::run("chmod", mode.arg("755").arg(&file))?;
        }
        let beside = built.join(RANDOMNESS);
        fs::copy(&self.shim, &beside).doing(format!("writing {}", beside.display()))?;
        Ok(folder)
    }

    fn shim(&self) -> Outcome {
        if self.shim.is_file() {
            return Ok(());
        }
        let source = self.shim.with_extension("c");
        fs::write(&source, RANDOMNESS_SOURCE).doing(format!("writing {}", source.display()))?;
        let mut compile = Command::new("x86_64-w64-mingw32-gcc");
        compile
            .args(["-shared", "-O1", "-o"])
            .arg(&self.shim)
            .arg(&source)
            .arg("-ladvapi32");
        process::run("x86_64-w64-mingw32-gcc", &mut compile)
    }
}
