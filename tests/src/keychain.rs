//! A user's session with a keychain of its own, as a desktop has one: a message bus and gnome-keyring, in a folder that
//! is nobody else's.

use crate::{process, wait};
use std::ffi::OsString;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const START: Duration = Duration::from_secs(20);
const PASSWORD: &str = "a password for tests";

/// A running session; its processes end with it, its folder stays.
pub struct Session {
    bus: Child,
    keyring: Option<Child>,
    dir: PathBuf,
    address: String,
}

impl Session {
    /// Starts one whose keychain is unlocked; none, with the reason printed, where this machine has no keychain.
    ///
    /// # Panics
    /// Where its folder cannot be made.
    pub fn open(dir: &Path) -> Option<Self> {
        let mut session = Self::locked(dir)?;
        session.unlock();
        Some(session)
    }

    /// Starts one whose keychain nobody has unlocked.
    ///
    /// # Panics
    /// Where its folder cannot be made.
    pub fn locked(dir: &Path) -> Option<Self> {
        fs::create_dir_all(dir.join("run")).expect("a folder for a session");
        let started = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--print-address"])
            .envs(folders(dir))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let mut bus = match started {
            Ok(bus) => bus,
            Err(e) => {
                eprintln!("SKIPPED: no message bus: {e}");
                return None;
            }
        };
        let mut address = String::new();
        let out = bus.stdout.take().expect("its output is piped");
        BufReader::new(out)
            .read_line(&mut address)
            .expect("the address of the bus");
        let mut session = Self {
            bus,
            keyring: None,
            dir: dir.to_owned(),
            address: address.trim().to_owned(),
        };
        if Command::new("gnome-keyring-daemon")
            .arg("--version")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_err()
        {
            eprintln!("SKIPPED: no gnome-keyring");
            return None;
        }
        session.start(false);
        Some(session)
    }

    /// The keychain is unlocked by its user's password, as at a log-in.
    pub fn unlock(&mut self) {
        self.start(true);
    }

    /// It is locked again, as after a log-out.
    pub fn lock(&mut self) {
        self.start(false);
    }

    fn start(&mut self, unlock: bool) {
        self.end_keyring();
        let mut command = Command::new("gnome-keyring-daemon");
        command
            .args(["--foreground", "--components=secrets"])
            .envs(self.env())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        if unlock {
            command.arg("--unlock");
        }
        let mut keyring = command.spawn().expect("gnome-keyring");
        let mut input = keyring.stdin.take().expect("its input is piped");
        if unlock {
            input.write_all(PASSWORD.as_bytes()).expect("a password");
        }
        drop(input);
        self.keyring = Some(keyring);
        wait::until("a keychain on the bus", START, || {
            let asked = Command::new("dbus-send")
                .args(["--session", "--print-reply", "--dest=org.freedesktop.DBus"])
                .args(["/org/freedesktop/DBus", "org.freedesktop.DBus.NameHasOwner"])
                .arg("string:org.freedesktop.secrets")
                .envs(self.env())
                .output()
                .ok()?;
            String::from_utf8_lossy(&asked.stdout)
                .contains("true")
                .then_some(())
        });
    }

    fn end_keyring(&mut self) {
        if let Some(mut keyring) = self.keyring.take() {
            process::signal(keyring.id(), "TERM");
            let _ = keyring.wait();
        }
    }

    /// What a program of this session is given.
    pub fn env(&self) -> Vec<(OsString, OsString)> {
        let mut env = folders(&self.dir);
        env.push((
            "DBUS_SESSION_BUS_ADDRESS".into(),
            self.address.clone().into(),
        ));
        env.push(("COUNTERPART_INSECURE_KEY_FILE".into(), "0".into()));
        env
    }
}

/// What a program is given in a session that has no keychain at all.
pub fn without(dir: &Path) -> Vec<(OsString, OsString)> {
    let mut env = folders(dir);
    let nowhere = format!("unix:path={}", dir.join("no-bus").display());
    env.push(("DBUS_SESSION_BUS_ADDRESS".into(), nowhere.into()));
    env.push(("COUNTERPART_INSECURE_KEY_FILE".into(), "0".into()));
    env
}

fn folders(dir: &Path) -> Vec<(OsString, OsString)> {
    [
        ("HOME", dir.to_owned()),
        ("XDG_RUNTIME_DIR", dir.join("run")),
        ("XDG_DATA_HOME", dir.join("data")),
        ("XDG_CONFIG_HOME", dir.join("config")),
    ]
    .map(|(name, path)| (name.into(), path.into()))
    .to_vec()
}

impl Drop for Session {
    fn drop(&mut self) {
        self.end_keyring();
        // the bus ends with whoever started it
        let _ = self.bus.kill();
        let _ = self.bus.wait();
    }
}
