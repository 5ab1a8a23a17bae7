//! A screen where there is none: a virtual display with its own message bus.

use crate::failure::{Doing, Failure, Outcome};
use crate::picture::Picture;
use crate::process::Group;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

const START: Duration = Duration::from_secs(20);
/// The tablet's screen.
const SIZE: &str = "1280x800x24";

/// A running virtual display and message bus; both end when this is dropped.
#[derive(Debug)]
pub struct Display {
    // the order is the order of ending
    _bus: Group,
    _screen: Group,
    name: String,
    address: String,
    memory: PathBuf,
}

/// Whether this session has a screen already.
pub fn has_screen() -> bool {
    ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

impl Display {
    /// Starts them. The display keeps its picture in a file in `dir`, which is made if it is not there.
    pub fn start(dir: &Path) -> Outcome<Self> {
        std::fs::create_dir_all(dir).doing(format!("making {}", dir.display()))?;
        let mut screen = Group::start(
            "Xvfb",
            // the server looks for a free number itself and tells it
            Command::new("Xvfb")
                .args([
                    "-displayfd",
                    "1",
                    "-screen",
                    "0",
                    SIZE,
                    "-nolisten",
                    "tcp",
                    "-fbdir",
                ])
                .arg(dir)
                .stdout(Stdio::piped())
                .stderr(Stdio::null()),
        )?;
        let name = format!(":{}", first_line("Xvfb", &mut screen)?);
        let mut bus = Group::start(
            "dbus-daemon",
            Command::new("dbus-daemon")
                .args(["--session", "--nofork", "--nopidfile", "--print-address=1"])
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .env("DISPLAY", &name),
        )?;
        let address = first_line("dbus-daemon", &mut bus)?;
        Ok(Self {
            _bus: bus,
            _screen: screen,
            name,
            address,
            memory: dir.join("Xvfb_screen0"),
        })
    }

    /// Makes a command show itself here.
    pub fn show<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        command
            .env("DISPLAY", &self.name)
            .env("DBUS_SESSION_BUS_ADDRESS", &self.address)
            .env("GDK_BACKEND", "x11")
            .env_remove("WAYLAND_DISPLAY")
    }

    /// What is to be seen now.
    pub fn picture(&self) -> Outcome<Picture> {
        let dump =
            std::fs::read(&self.memory).doing(format!("reading {}", self.memory.display()))?;
        Picture::from_window_dump(&dump)
    }

    /// Its name, `:1` for one.
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// Waits for the first line of a program's output.
fn first_line(name: &str, group: &mut Group) -> Outcome<String> {
    let pipe = group
        .child()
        .stdout
        .take()
        .ok_or_else(|| Failure::because(format!("{name} has no output")))?;
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || {
        let mut line = String::new();
        let _ = BufReader::new(pipe).read_line(&mut line);
        let _ = send.send(line);
    });
    match receive.recv_timeout(START) {
        Ok(line) if !line.trim().is_empty() => Ok(line.trim().to_owned()),
        _ => Err(Failure::because(format!("{name} did not start"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fresh_screen_has_the_tablets_size_and_nothing_on_it() {
        let dir = tempfile::tempdir().unwrap();
        let display = Display::start(dir.path()).unwrap();
        assert!(display.picture().unwrap().is_blank());
        let mut command = Command::new("sh");
        let shown = display
            .show(&mut command)
            .args(["-c", "echo $DISPLAY $DBUS_SESSION_BUS_ADDRESS"]);
        let said = crate::process::output("sh", shown).unwrap();
        assert!(
            said.starts_with(&format!("{} unix:", display.name())),
            "{said}"
        );
    }
}
