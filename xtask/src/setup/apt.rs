//! System packages on Debian and its kin.

use crate::failure::{Doing, Failure, Outcome};
use crate::paths::on_path;
use std::io::IsTerminal;
use std::path::Path;
use std::process::{Command, Stdio};

/// A system package and what it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Package {
    name: &'static str,
    why: &'static str,
}

const fn package(name: &'static str, why: &'static str) -> Package {
    Package { name, why }
}

/// All that building, showing and testing need. The picture of the virtual display needs no package: Xvfb keeps its
/// screen in a file.
const NEEDED: &[Package] = &[
    package(
        "build-essential",
        "compiler and linker for SQLite, SQLCipher and zstd",
    ),
    package("pkg-config", "finds the libraries below when building"),
    package(
        "libssl-dev",
        "OpenSSL for SQLCipher, so that it is not compiled from source",
    ),
    package(
        "libwebkit2gtk-4.1-dev",
        "the web view that shows the app's pages",
    ),
    package(
        "libsoup-3.0-dev",
        "the web view's network library, linked by Tauri",
    ),
    package("librsvg2-dev", "draws icons for the web view's toolkit"),
    package("fonts-noto-cjk", "Chinese characters on screen"),
    package("dbus", "the message bus that the app's window talks to"),
    package("dbus-x11", "starts a message bus where a session has none"),
    package(
        "gnome-keyring",
        "a keychain for the tests of where keys lie",
    ),
    package("xvfb", "a virtual display where there is no screen"),
    package("xauth", "access to that virtual display"),
    package("webkit2gtk-driver", "drives the window in tests"),
    package("chromium", "stands for a guest's phone in tests"),
    package("chromium-driver", "drives that phone"),
];

/// What only the tests need, where it is not here in another way.
pub const POSTGRES: Package = package("postgresql", "the server that the centre's tests run on");

/// What building for Windows and trying it needs.
pub const WINDOWS: &[Package] = &[
    package("rustc-web", "a Rust whose standard library comes as source"),
    package("cargo-web", "its cargo"),
    package("rust-web-src", "that source, compiled for Windows once"),
    package("gcc-mingw-w64-x86-64", "compiles C for Windows, and links"),
    package("g++-mingw-w64-x86-64", "the same for C++"),
    package("nsis", "makes the installer"),
    package("wine", "runs Windows programs"),
    package("wine64", "the part of it for 64 bits"),
];

/// How packages can be installed here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rights {
    Root,
    Sudo,
    None,
}

/// Installs what is missing; whether anything was.
pub fn install_missing() -> Outcome<bool> {
    install(NEEDED)
}

/// Installs those of these packages that are missing; whether any was.
pub fn install(needed: &[Package]) -> Outcome<bool> {
    if on_path("dpkg-query").is_none() || on_path("apt-get").is_none() {
        return Ok(explain_elsewhere(needed));
    }
    let missing = missing(needed, is_installed);
    if missing.is_empty() {
        return Ok(false);
    }
    println!("System packages to install:");
    for package in &missing {
        println!("   {:<24} {}", package.name, package.why);
    }
    let names: Vec<&str> = missing.iter().map(|package| package.name).collect();
    let rights = rights();
    if rights == Rights::None {
        return Err(Failure::because(format!(
            "these packages need an administrator, and there is no sudo here. As root, run:\n\n   \
             apt-get update && apt-get install --yes --no-install-recommends {}\n\nand start this again.",
            names.join(" ")
        )));
    }
    apt(rights, &["update"])?;
    let mut install = vec!["install", "--yes", "--no-install-recommends"];
    install.extend(&names);
    apt(rights, &install)?;
    Ok(true)
}

/// Whether dpkg has this package, fully installed.
pub fn is_installed(name: &str) -> bool {
    Command::new("dpkg-query")
        .args(["--show", "--showformat=${db:Status-Status}\\n", name])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .is_ok_and(|said| {
            said.status.success() && says_installed(&String::from_utf8_lossy(&said.stdout))
        })
}

/// One line per architecture.
fn says_installed(said: &str) -> bool {
    said.lines().any(|line| line.trim() == "installed")
}

fn missing(needed: &[Package], is_installed: impl Fn(&str) -> bool) -> Vec<Package> {
    needed
        .iter()
        .filter(|package| !is_installed(package.name))
        .copied()
        .collect()
}

fn rights() -> Rights {
    rights_of(
        rustix::process::geteuid().is_root(),
        on_path("sudo").is_some(),
    )
}

fn rights_of(root: bool, sudo: bool) -> Rights {
    match (root, sudo) {
        (true, _) => Rights::Root,
        (false, true) => Rights::Sudo,
        (false, false) => Rights::None,
    }
}

/// apt-get stays in the terminal's own process group: sudo may ask for a password there.
fn apt(rights: Rights, arguments: &[&str]) -> Outcome {
    let mut command = if rights == Rights::Sudo {
        let mut sudo = Command::new("sudo");
        if !std::io::stdin().is_terminal() {
            sudo.arg("--non-interactive");
        }
        sudo.args(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        sudo
    } else {
        let mut apt = Command::new("apt-get");
        apt.env("DEBIAN_FRONTEND", "noninteractive");
        apt
    };
    command.args(arguments);
    println!("   {}", crate::process::shown(&command));
    let status = command.status().doing("starting apt-get")?;
    if status.success() {
        return Ok(());
    }
    Err(Failure::because(format!(
        "{} failed ({status})",
        crate::process::shown(&command)
    )))
}

/// Elsewhere packages have other names: says what is needed and goes on.
fn explain_elsewhere(needed: &[Package]) -> bool {
    let note = Path::new("/etc/os-release");
    let system = std::fs::read_to_string(note)
        .ok()
        .as_deref()
        .and_then(pretty_name)
        .unwrap_or_default();
    println!("This is not Debian{system}: the following must be there under its name here.");
    for package in needed {
        println!("   {:<24} {}", package.name, package.why);
    }
    false
}

fn pretty_name(os_release: &str) -> Option<String> {
    let value = os_release
        .lines()
        .find_map(|line| line.strip_prefix("PRETTY_NAME="))?;
    Some(format!(" but {}", value.trim_matches('"')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_not_installed_is_missing() {
        let found = missing(NEEDED, |name| name != "xvfb" && name != "xauth");
        assert_eq!(
            found.iter().map(|package| package.name).collect::<Vec<_>>(),
            ["xvfb", "xauth"]
        );
        assert!(missing(NEEDED, |_| true).is_empty());
    }

    #[test]
    fn a_removed_package_is_not_installed() {
        assert!(says_installed("installed\n"));
        assert!(says_installed("config-files\ninstalled\n"));
        assert!(!says_installed("config-files\n"));
        assert!(!says_installed("not-installed\n"));
        assert!(!says_installed(""));
    }

    #[test]
    fn root_needs_no_sudo() {
        assert_eq!(rights_of(true, true), Rights::Root);
        assert_eq!(rights_of(false, true), Rights::Sudo);
        assert_eq!(rights_of(false, false), Rights::None);
    }

    #[test]
    fn the_system_is_named() {
        assert_eq!(
            pretty_name("ID=x\nPRETTY_NAME=\"Other Linux 1\"\n"),
            Some(" but Other Linux 1".into())
        );
        assert_eq!(pretty_name("ID=x\n"), None);
    }
}
