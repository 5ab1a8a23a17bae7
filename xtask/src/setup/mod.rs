//! What has to be there before anything is built: system packages, npm packages, the built user interface.
//! Each part looks first and does only what is missing, so that a second run does nothing.

pub mod apt;
pub mod npm;
pub mod postgres;
pub mod stamp;
pub mod ui;

use crate::failure::Outcome;
use crate::paths::Workspace;

/// What the set-up found out, for those who build.
#[derive(Debug, Clone, Copy)]
pub struct Ready {
    /// The system has OpenSSL's headers, so that it need not be compiled.
    pub system_openssl: bool,
}

/// Puts everything in place; says what it does and, in one line, when there is nothing to do.
pub fn everything(workspace: &Workspace) -> Outcome<Ready> {
    let installed = apt::install_missing()?;
    let packages = npm::install(workspace)?;
    let built = ui::build(workspace)?;
    let changed = installed || packages || built;
    if !changed {
        println!("Set-up: system packages, npm packages and the built pages are in place already.");
    }
    Ok(Ready {
        system_openssl: system_openssl(changed),
    })
}

/// What writing the bindings needs: the app must compile, but with which pages does not matter, as the pages may be
/// waiting for these very bindings.
pub fn for_bindings(workspace: &Workspace) -> Outcome<Ready> {
    if !workspace.ui().join("dist").is_dir() {
        return everything(workspace);
    }
    apt::install_missing()?;
    Ok(Ready {
        system_openssl: system_openssl(false),
    })
}

fn system_openssl(say: bool) -> bool {
    let there = apt::is_installed("libssl-dev");
    if say && there {
        println!(
            "OpenSSL: the system's (libssl-dev), which saves compiling it; what ships brings its own."
        );
    } else if !there {
        println!(
            "OpenSSL: compiled from source, as libssl-dev is not there; this takes some minutes once."
        );
    }
    there
}
