//! `central serve` as a process.

use crate::programs::Build;
use crate::wall::Wall;
use crate::{Brand, Ledger, process, wait};
use serde_json::Value;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::mpsc;
use std::time::Duration;

const START: Duration = Duration::from_secs(60);

/// How a centre is served, beside where.
#[derive(Debug, Clone, Copy, Default)]
pub struct Serving<'a> {
    /// More of its command line.
    pub args: &'a [&'a str],
    /// How many files it may have open; none = as many as whoever starts it.
    pub open_files: Option<u32>,
}

/// A centre: its folder, its port and, while it runs, its process.
pub struct Centre {
    dir: PathBuf,
    port: u16,
    /// The address of its database; none = a file in its folder.
    database: Option<String>,
    child: Option<Child>,
    /// What its processes are given beside the command line.
    env: Vec<(OsString, OsString)>,
    build: Build,
    args: Vec<String>,
    open_files: Option<u32>,
    /// What it printed when it began to listen.
    pub told: Value,
}

impl Centre {
    /// Starts a centre over a copy of the demo brand in `dir`.
    ///
    /// # Panics
    /// Where it does not listen in time.
    pub fn start(dir: &Path) -> Self {
        Self::start_of(dir, Build::This)
    }

    /// Starts a centre of a build, over a copy of the demo brand that this build made.
    ///
    /// # Panics
    /// Where it does not listen in time.
    pub fn start_of(dir: &Path, build: Build) -> Self {
        let data = dir.join("centre");
        Brand::demo_of(build).copy_to(&data);
        Self::begin_over(dir, None, build, &Serving::default())
    }

    /// Starts a centre over a copy of the demo brand in `dir`, with more of its command line.
    ///
    /// # Panics
    /// Where it does not listen in time.
    pub fn start_with(dir: &Path, serving: &Serving<'_>) -> Self {
        Brand::demo().copy_to(&dir.join("centre"));
        Self::begin_over(dir, None, Build::This, serving)
    }

    /// Starts a centre over what is in `dir/centre`.
    ///
    /// # Panics
    /// Where it does not listen in time.
    pub fn serve(dir: &Path) -> Self {
        Self::begin_over(dir, None, Build::This, &Serving::default())
    }

    /// Starts a centre over the database at an address: `postgres://…`, as of
    /// [`postgres::Database`](crate::postgres::Database). Several may run over the same one.
    ///
    /// # Panics
    /// Where it does not listen in time.
    pub fn serve_on(dir: &Path, database: &str) -> Self {
        let serving = Serving::default();
        Self::begin_over(dir, Some(database.to_owned()), Build::This, &serving)
    }

    fn begin_over(
        dir: &Path,
        database: Option<String>,
        build: Build,
        serving: &Serving<'_>,
    ) -> Self {
        let mut centre = Self {
            dir: dir.to_owned(),
            port: free_port(),
            database,
            child: None,
            env: Vec::new(),
            build,
            args: serving.args.iter().map(|&arg| arg.to_owned()).collect(),
            open_files: serving.open_files,
            told: Value::Null,
        };
        centre.restart();
        centre
    }

    /// A command of the centre's program on its database.
    pub(crate) fn command(&self, name: &str) -> Command {
        self.filled(Command::new(self.build.program("central")), name)
    }

    /// The command that serves, perhaps with few files.
    fn serving(&self) -> Command {
        let program = self.build.program("central");
        let Some(files) = self.open_files else {
            return self.filled(Command::new(program), "serve");
        };
        let mut shell = Command::new("sh");
        let limited = format!("ulimit -n {files}; exec \"$@\"");
        shell.args(["-c", &limited, "serve"]).arg(program);
        self.filled(shell, "serve")
    }

    fn filled(&self, mut command: Command, name: &str) -> Command {
        command
            .arg(name)
            .env_remove("CENTRAL_DATABASE")
            .env_remove("CENTRAL_PHONE_BASE")
            .env_remove("RUST_LOG")
            .envs(self.env.iter().cloned());
        match &self.database {
            Some(address) => command
                .args(["--database", address])
                .env("CENTRAL_KEY", crate::postgres::key_of(address)),
            None => command.arg("--data").arg(self.data()),
        };
        command
    }

    /// Starts it again on the same port, as the same centre.
    ///
    /// # Panics
    /// Where it runs, or does not listen in time.
    pub fn restart(&mut self) {
        assert!(self.child.is_none(), "the centre runs already");
        let (child, told) = wait::until("a centre that listens", START, || self.begin());
        self.child = Some(child);
        self.told = told;
    }

    /// One try; none where the port is taken for the moment.
    fn begin(&self) -> Option<(Child, Value)> {
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.log_file())
            .expect("the centre's log");
        let mut child = self
            .serving()
            .args(["--listen", &format!("127.0.0.1:{}", self.port)])
            .arg("--sms-outbox")
            .arg(self.sms_file())
            .args(&self.args)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("central starts");
        let out = child.stdout.take().expect("its output is piped");
        let (said, first) = mpsc::channel();
        std::thread::spawn(move || {
            let mut line = String::new();
            // an empty line is what a centre says that ended at once
            let _ = BufReader::new(out).read_line(&mut line);
            let _ = said.send(line);
        });
        let line = first.recv_timeout(START).unwrap_or_default();
        match serde_json::from_str(&line) {
            Ok(told) => Some((child, told)),
            Err(_) => {
                // it may be gone already
                let _ = child.kill();
                let _ = child.wait();
                None
            }
        }
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Folder of its database.
    pub fn data(&self) -> PathBuf {
        self.dir.join("centre")
    }

    /// The file that short messages are written to.
    pub fn sms_file(&self) -> PathBuf {
        self.dir.join("sms.jsonl")
    }

    fn log_file(&self) -> PathBuf {
        self.dir.join("centre.log")
    }

    /// Its ledger, read beside it; for a centre over a file.
    ///
    /// # Panics
    /// Where its database is not a file.
    pub fn ledger(&self) -> Ledger {
        assert!(self.database.is_none(), "the ledger is not in a file");
        Ledger::open(&self.data().join("central.db"))
    }

    /// From its next start on it and its commands go by these clocks.
    pub fn set_clocks(&mut self, wall: &Wall) {
        self.env = wall.env();
    }

    /// From its next start on it runs this build.
    pub fn set_build(&mut self, build: Build) {
        self.build = build;
    }

    /// True while it runs.
    pub fn runs(&self) -> bool {
        self.child.is_some()
    }

    /// Kills it as a power cut does.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            // it may have ended by itself
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Asks it to stop (SIGTERM) and waits; answers whether it ended well.
    ///
    /// # Panics
    /// Where it does not stop.
    pub fn stop(&mut self) -> bool {
        let Some(mut child) = self.child.take() else {
            return true;
        };
        process::signal(child.id(), "TERM");
        wait::until("a centre that stops", Duration::from_secs(30), || {
            child.try_wait().expect("the centre is a child")
        })
        .success()
    }

    /// Runs a command of the centre that must succeed; what it printed.
    ///
    /// # Panics
    /// Where it does not.
    pub fn ok(&self, command: &str, words: &[&str]) -> String {
        let made = process::output(self.command(command).args(words));
        let said = String::from_utf8_lossy(&made.stderr);
        assert!(made.status.success(), "central {command} {words:?}: {said}");
        String::from_utf8_lossy(&made.stdout).into_owned()
    }

    /// A one-time code for a device of a store.
    ///
    /// # Panics
    /// Where none is given.
    pub fn enrol_code(&self, store: &str, checkout: bool) -> String {
        let mut command = self.command("enrol-code");
        command.args(["--json", "--store", store]);
        if checkout {
            command.arg("--checkout");
        }
        let made = process::output(&mut command);
        let text = String::from_utf8_lossy(&made.stdout).into_owned();
        let json: Value = serde_json::from_str(&text).unwrap_or_else(|_| {
            panic!(
                "central enrol-code: {text}{}",
                String::from_utf8_lossy(&made.stderr)
            )
        });
        json["code"].as_str().expect("a code").to_owned()
    }

    /// The verification code last sent to a phone.
    ///
    /// # Panics
    /// Where none was sent.
    pub fn sms_code(&self, phone: &str) -> String {
        let text = fs::read_to_string(self.sms_file()).expect("short messages were written");
        let sent = text
            .lines()
            .filter_map(|l| serde_json::from_str::<Value>(l).ok())
            .rfind(|m| m["phone"] == phone)
            .unwrap_or_else(|| panic!("no message to {phone}"));
        let words = sent["text"].as_str().expect("a text");
        words
            .split(|c: char| !c.is_ascii_digit())
            .find(|digits| digits.len() == 6)
            .unwrap_or_else(|| panic!("no code in {words:?}"))
            .to_owned()
    }
}

impl Drop for Centre {
    fn drop(&mut self) {
        self.kill();
        if std::thread::panicking() {
            let log = fs::read_to_string(self.log_file()).unwrap_or_default();
            let lines: Vec<&str> = log.lines().collect();
            let tail = lines.split_at(lines.len().saturating_sub(30)).1;
            eprintln!("--- the centre's log, its end:\n{}", tail.join("\n"));
        }
    }
}

/// A port that nobody listens on, below those that the system gives to outgoing connections: so
/// that none of them can sit on it while the centre is away.
///
/// # Panics
/// Where none is free.
pub fn free_port() -> u16 {
    const FROM: u16 = 20_000;
    const COUNT: u16 = 11_000;
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let mine = u16::try_from(std::process::id() % u32::from(COUNT)).unwrap_or(0);
    for _ in 0..COUNT {
        let step = NEXT.fetch_add(1, Ordering::Relaxed);
        // processes that were started one after the other begin far apart
        let at = (u32::from(mine) * 131 + u32::from(step)) % u32::from(COUNT);
        let port = FROM + u16::try_from(at).unwrap_or(0);
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
    panic!("no free port");
}
