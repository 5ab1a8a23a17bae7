//! The installer, made by NSIS.

use super::Program;
use super::toolchain::Toolchain;
use crate::failure::{Doing, Failure, Outcome};
use crate::paths::Workspace;
use crate::process;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What shows the app's pages: on this target it lies beside the app, for it cannot be a part of it.
const LOADER: &str = "WebView2Loader.dll";
/// The most that the installer may be, in bytes.
const MOST: u64 = 15 * 1024 * 1024;

/// Packs the app and the counter's command line; where the installer is.
pub fn make(workspace: &Workspace, toolchain: &Toolchain) -> Outcome<PathBuf> {
    let built = toolchain.folder();
    for name in [
        Program::Counterpart.name().to_owned() + ".exe",
        Program::Counter.name().to_owned() + ".exe",
        LOADER.to_owned(),
    ] {
        let file = built.join(&name);
        if !file.is_file() {
            return Err(Failure::because(format!("{} is not there", file.display())));
        }
    }
    let version = env!("CARGO_PKG_VERSION");
    let to = toolchain
        .target()
        .join(format!("Counterpart-{version}-x64-setup.exe"));
    let mut make = Command::new("makensis");
    make.args(["-V2", "-INPUTCHARSET", "UTF8", "-WX"])
        .arg(define("VERSION", Path::new(version)))
        .arg(define("BUILT", &built))
        .arg(define("OUT", &to))
        .arg(workspace.root.join("packaging/windows/counterpart.nsi"));
    process::run("makensis", &mut make)?;
    let size = std::fs::metadata(&to)
        .doing(format!("looking at {}", to.display()))?
        .len();
    if size > MOST {
        return Err(Failure::because(format!(
            "the installer has {size} bytes, more than {MOST}"
        )));
    }
    Ok(to)
}

fn define(name: &str, value: &Path) -> String {
    format!("-D{name}={}", value.display())
}
