//! A screen, a message bus and a driver: what a window needs around it.

use crate::centre::free_port;
use crate::{process, wait};
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

const START: Duration = Duration::from_secs(30);

/// Width and height in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size(pub u32, pub u32);

/// The tablet as it lies on the counter.
pub const TABLET: Size = Size(1280, 800);
/// The tablet held upright.
pub const UPRIGHT: Size = Size(800, 1280);
/// A counter PC.
pub const PC: Size = Size(1366, 768);
/// A member's phone.
pub const PHONE: Size = Size(360, 740);

impl std::fmt::Display for Size {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}x{}", self.0, self.1)
    }
}

/// A process with all that it starts; killed together.
struct Group(Child);

impl Group {
    fn start(command: &mut Command) -> Self {
        let child = command
            .process_group(0)
            .stdin(Stdio::null())
            .spawn()
            .unwrap_or_else(|e| panic!("{command:?}: {e}"));
        Self(child)
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // the driver's own children would keep its port
        process::signal_group(self.0.id(), "KILL");
        let _ = self.0.wait();
    }
}

/// What a window runs on. Its files, and those of the app's web view, are in a folder of its own.
pub struct Bench {
    // the order is the order of ending
    driver: Group,
    _screen: Group,
    port: u16,
    log: PathBuf,
}

impl Bench {
    /// Starts one with a screen of this size; the app's data folder is `home`.
    ///
    /// # Panics
    /// Where the screen or the driver does not start.
    pub fn start(dir: &Path, home: &Path, size: Size) -> Self {
        fs::create_dir_all(dir).expect("the window's folder");
        let (screen, display) = screen(size);
        let (port, native) = (free_port(), free_port());
        let log = dir.join("window.log");
        let driver = driver(dir, home, &display, [port, native], &log);
        let bench = Self {
            driver,
            _screen: screen,
            port,
            log,
        };
        // the driver hands on to another, which takes its time
        for port in [port, native] {
            wait::until("a driver that listens", START, || {
                TcpStream::connect(("127.0.0.1", port)).ok()
            });
        }
        bench
    }

    /// Where the driver listens.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Kills the app's process as a power cut does, then what it leaves behind.
    ///
    /// # Panics
    /// Where it does not run.
    pub fn kill_app(&self, program: &Path) {
        let group = self.driver.0.id();
        let pid = running(group, program).expect("the app runs");
        process::signal(pid, "KILL");
        wait::until("an app that is gone", START, || {
            running(group, program).is_none().then_some(())
        });
    }

    /// The end of what the driver and the app said.
    pub fn said(&self) -> String {
        let text = fs::read(&self.log).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        // the desktop's own services say much that is nothing to a test
        let noise = [
            "dbus-daemon",
            "portal",
            "Gtk-WARNING",
            "fallback 'C'",
            "pw.conf",
            "SpiReg",
        ];
        let lines: Vec<&str> = text
            .lines()
            .filter(|line| !line.is_empty() && !noise.iter().any(|word| line.contains(word)))
            .collect();
        lines[lines.len().saturating_sub(30)..].join("\n")
    }
}

/// A virtual display; it looks for a free number itself and tells it.
fn screen(Size(width, height): Size) -> (Group, String) {
    let mut screen = Group::start(
        Command::new("Xvfb")
            .args(["-displayfd", "1", "-nolisten", "tcp", "-screen", "0"])
            .arg(format!("{width}x{height}x24"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null()),
    );
    let out = screen.0.stdout.take().expect("its output is piped");
    let (said, first) = mpsc::channel();
    std::thread::spawn(move || {
        let mut line = String::new();
        let _ = BufReader::new(out).read_line(&mut line);
        // the receiver is gone only where the test has failed already
        let _ = said.send(line);
    });
    let line = first.recv_timeout(START).unwrap_or_default();
    assert!(!line.trim().is_empty(), "Xvfb did not start");
    (screen, format!(":{}", line.trim()))
}

fn driver(dir: &Path, home: &Path, display: &str, ports: [u16; 2], log: &Path) -> Group {
    let log = File::create(log).expect("the window's log");
    let program = std::env::var_os("TAURI_DRIVER").unwrap_or_else(|| "tauri-driver".into());
    let own = |name: &str| {
        let path = dir.join(name);
        fs::create_dir_all(&path).expect("a folder of the web view");
        path
    };
    let mut command = Command::new("dbus-run-session");
    command
        .arg("--")
        .arg(program)
        .args(["--port", &ports[0].to_string()])
        .args(["--native-port", &ports[1].to_string()])
        .env("DISPLAY", display)
        .env("GDK_BACKEND", "x11")
        .env("NO_AT_BRIDGE", "1")
        .env("TZ", "Asia/Shanghai")
        // in the language "C" the web view's number formats throw
        .env("LC_MESSAGES", "zh_CN.UTF-8")
        .env("COUNTERPART_HOME", home)
        .env("COUNTERPART_INSECURE_KEY_FILE", "1")
        .env("XDG_DATA_HOME", own("data"))
        .env("XDG_CACHE_HOME", own("cache"))
        .env("XDG_CONFIG_HOME", own("config"))
        .stdout(log.try_clone().expect("the window's log"))
        .stderr(log);
    for name in [
        "LC_ALL",
        "LANGUAGE",
        "WAYLAND_DISPLAY",
        "DBUS_SESSION_BUS_ADDRESS",
    ] {
        command.env_remove(name);
    }
    Group::start(&mut command)
}

/// The process of a program within a group.
fn running(group: u32, program: &Path) -> Option<u32> {
    let processes = fs::read_dir("/proc").expect("/proc");
    processes.flatten().find_map(|entry| {
        let pid: u32 = entry.file_name().to_str()?.parse().ok()?;
        let is_it = fs::read_link(entry.path().join("exe")).ok()? == program;
        let stat = fs::read_to_string(entry.path().join("stat")).ok()?;
        // after the name in brackets: state, parent, group
        let its_group: u32 = stat.rsplit_once(") ")?.1.split(' ').nth(2)?.parse().ok()?;
        (is_it && its_group == group).then_some(pid)
    })
}
