//! The installer, made by NSIS.

use super::Program;
use super::toolchain::Toolchain;
use crate::failure::{Doing, Failure, Outcome};
use crate::paths::Workspace;
use crate::process;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What shows the app's pages: on this target it lies beside the app, for it cannot be a part of it.
const LOADER: &str = "WebView2Loader.dll";
/// Takes what only a debugger reads out of a program.
const STRIP: &str = "x86_64-w64-mingw32-strip";
/// The most that the installer may be, in bytes.
const MOST: u64 = 15 * 1024 * 1024;

/// Packs the app and the counter's command line, with the brand's public key for packages where there is one; where the
/// installer is.
pub fn make(
    workspace: &Workspace,
    toolchain: &Toolchain,
    package_key: Option<&Path>,
) -> Outcome<PathBuf> {
    let built = toolchain.folder();
    let packed = toolchain.target().join("packed");
    if packed.exists() {
        fs::remove_dir_all(&packed).doing(format!("emptying {}", packed.display()))?;
    }
    fs::create_dir_all(&packed).doing(format!("making {}", packed.display()))?;
    for name in [
        Program::Counterpart.name().to_owned() + ".exe",
        Program::Counter.name().to_owned() + ".exe",
        LOADER.to_owned(),
    ] {
        let file = built.join(&name);
        if !file.is_file() {
            return Err(Failure::because(format!("{} is not there", file.display())));
        }
        let copy = packed.join(&name);
        fs::copy(&file, &copy).doing(format!("copying {}", file.display()))?;
        if name != LOADER {
            // names of functions are for whoever looks for a fault, and stay in the programs that were built
            process::run("strip", Command::new(STRIP).arg("--strip-all").arg(&copy))?;
        }
    }
    if let Some(key) = package_key {
        fs::copy(key, packed.join("package.pub")).doing(format!("copying {}", key.display()))?;
    }
    let version = env!("CARGO_PKG_VERSION");
    let to = toolchain
        .target()
        .join(format!("Counterpart-{version}-x64-setup.exe"));
    let mut make = Command::new("makensis");
    make.args(["-V2", "-INPUTCHARSET", "UTF8", "-WX"])
        .arg(define("VERSION", Path::new(version)))
        .arg(define("BUILT", &packed))
        .arg(define("OUT", &to))
        .arg(workspace.root.join("packaging/windows/counterpart.nsi"));
    process::run("makensis", &mut make)?;
    let size = fs::metadata(&to)
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
