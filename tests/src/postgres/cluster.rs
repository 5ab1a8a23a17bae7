//! A PostgreSQL server of one's own: on loopback, in a folder of its own, gone afterwards.
//!
//! It needs the standard library alone: xtask and the centre's tests take this file in by its path.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Address of a server where the tests may create databases: `postgres://USER@HOST:PORT/DATABASE`.
pub const VARIABLE: &str = "COUNTERPART_POSTGRES";

/// The server's one user, who may do everything. Only this machine reaches it.
const USER: &str = "counterpart";
/// Where Debian keeps the programs, one folder for each version.
const DEBIAN: &str = "/usr/lib/postgresql";
const START: Duration = Duration::from_secs(60);
const END: Duration = Duration::from_secs(20);
const TICK: Duration = Duration::from_millis(20);
/// Ports that are tried; another program may take one in between.
const TRIES: u32 = 5;

/// Starts a server and says its process id. It ends the server when its own input ends, so also
/// when whoever started it was killed; then the folder goes too. A line on the input keeps it.
const GUARD: &str = r#"folder=$1; shift
"$@" </dev/null >>"$folder/log" 2>&1 &
server=$!
echo $server
read -r keep
kill -$([ -n "$keep" ] && echo INT || echo QUIT) $server 2>/dev/null
wait $server
[ -n "$keep" ] || rm -rf "$folder""#;

/// A running server; it ends when this is dropped.
#[derive(Debug)]
pub struct Cluster {
    programs: PathBuf,
    folder: PathBuf,
    port: u16,
    running: Option<Running>,
}

#[derive(Debug)]
struct Running {
    guard: Child,
    server: u32,
}

/// The folder of PostgreSQL's programs: on the search path, else the newest that Debian installed.
pub fn programs() -> Option<PathBuf> {
    let complete =
        |folder: &PathBuf| folder.join("initdb").is_file() && folder.join("psql").is_file();
    let path = std::env::var_os("PATH").unwrap_or_default();
    if let Some(found) = std::env::split_paths(&path).find(complete) {
        return Some(found);
    }
    let mut installed: Vec<(u32, PathBuf)> = fs::read_dir(DEBIAN)
        .ok()?
        .flatten()
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .filter(|(_, folder)| complete(folder))
        .collect();
    installed.sort();
    installed.pop().map(|(_, folder)| folder)
}

impl Cluster {
    /// Makes a new cluster in the folder for temporary files and starts it.
    ///
    /// # Errors
    /// What is missing or went wrong, in words for a person.
    pub fn start() -> Result<Self, String> {
        let programs = programs().ok_or(
            "PostgreSQL's programs (initdb, postgres, psql) are not here: install the package \
             postgresql, or run cargo xtask test, which does",
        )?;
        let name = format!("counterpart-postgres-{}-{}", std::process::id(), step());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        let mut cluster = Self {
            programs,
            folder,
            port: 0,
            running: None,
        };
        cluster.make()?;
        for _ in 1..TRIES {
            cluster.port = free_port()?;
            if cluster.restart().is_ok() {
                return Ok(cluster);
            }
        }
        cluster.port = free_port()?;
        cluster.restart()?;
        Ok(cluster)
    }

    fn make(&self) -> Result<(), String> {
        if let Some(user) = other_user() {
            done(Command::new("chown").arg(user).arg(&self.folder))?;
        }
        done(
            self.as_server("initdb")
                .arg("--pgdata")
                .arg(self.data())
                .args(["--username", USER, "--auth", "trust", "--no-instructions"])
                // only making it is not synced to the disk; the server syncs what it commits
                .args(["--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"]),
        )
    }

    /// Starts the server again, on its port, after it was killed or stopped.
    ///
    /// # Errors
    /// Where it does not begin to answer; with what it wrote.
    pub fn restart(&mut self) -> Result<(), String> {
        self.stop(true);
        let log = self.folder.join("log");
        File::create(&log).map_err(|e| format!("{}: {e}", log.display()))?;
        let mut server = self.as_server("postgres");
        server.arg("-D").arg(self.data());
        for setting in [
            &format!("port={}", self.port),
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "max_connections=300",
            "fsync=on",
            // tests that wait for each other on purpose are told soon
            "deadlock_timeout=200ms",
            "log_min_messages=warning",
            "timezone=UTC",
        ] {
            server.args(["-c", setting]);
        }
        let mut guard = Command::new("sh");
        guard.args(["-c", GUARD, "sh"]).arg(&self.folder);
        guard.arg(server.get_program()).args(server.get_args());
        let mut guard = guard
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|e| format!("sh: {e}"))?;
        let mut line = String::new();
        if let Some(out) = guard.stdout.take() {
            // without a number there is no server: told below
            let _ = BufReader::new(out).read_line(&mut line);
        }
        let server = line.trim().parse().unwrap_or(0);
        self.running = Some(Running { guard, server });
        let until = Instant::now() + START;
        while Instant::now() < until && alive(server) {
            if self.answers() {
                return Ok(());
            }
            sleep(TICK);
        }
        let said = fs::read_to_string(&log).unwrap_or_default();
        self.stop(true);
        Err(format!("PostgreSQL did not start: {said}"))
    }

    /// The server's address, with one of its databases.
    pub fn address(&self, database: &str) -> String {
        format!("postgres://{USER}@127.0.0.1:{}/{database}", self.port)
    }

    /// Ends the server and all its processes as a power cut does. What it holds stays.
    ///
    /// # Errors
    /// Where they do not end.
    pub fn kill(&mut self) -> Result<(), String> {
        let Some(server) = self.running.as_ref().map(|r| r.server) else {
            return Ok(());
        };
        // the postmaster first: it would start others anew
        let mut all = vec![server];
        all.extend(children_of(server));
        let ids: Vec<String> = all.iter().map(u32::to_string).collect();
        // one that ended by itself meanwhile is as well
        let _ = Command::new("sh")
            .args(["-c", "kill -KILL \"$@\" 2>/dev/null", "sh"])
            .args(&ids)
            .status();
        let until = Instant::now() + END;
        while all.iter().any(|id| alive(*id)) {
            if Instant::now() > until {
                return Err(format!("processes of the server stay: {}", ids.join(" ")));
            }
            sleep(TICK);
        }
        self.stop(true);
        Ok(())
    }

    fn stop(&mut self, keep: bool) {
        let Some(mut running) = self.running.take() else {
            return;
        };
        if let Some(mut input) = running.guard.stdin.take() {
            if keep {
                // an error means that the guard is gone, and it keeps nothing then
                let _ = input.write_all(b"keep\n");
            }
            drop(input);
        }
        // it waits for the server, which ends quickly
        let _ = running.guard.wait();
    }

    fn answers(&self) -> bool {
        let mut ready = Command::new(self.programs.join("pg_isready"));
        ready.args(["--quiet", "--dbname", &self.address("postgres")]);
        ready.status().is_ok_and(|status| status.success())
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// A program of the server, as a user who is not root: PostgreSQL refuses to run as root.
    fn as_server(&self, program: &str) -> Command {
        let program = self.programs.join(program);
        let mut command = match other_user() {
            None => Command::new(program),
            Some(user) => {
                // it becomes the program itself, so that its process id is the server's
                let mut command = Command::new("setpriv");
                command.args(["--reuid", user, "--regid", user, "--init-groups", "--"]);
                command.arg(program);
                command
            }
        };
        command.current_dir(&self.folder).stdin(Stdio::null());
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if self.running.is_some() {
            self.stop(false);
        }
        // the guard has removed it already, unless the server never ran
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Whom the server runs as where this is root.
fn other_user() -> Option<&'static str> {
    let root = fs::metadata("/proc/self").is_ok_and(|me| me.uid() == 0);
    let known = |user: &str| done(Command::new("id").arg(user)).is_ok();
    root.then(|| {
        if known("postgres") {
            "postgres"
        } else {
            "nobody"
        }
    })
}

fn done(command: &mut Command) -> Result<(), String> {
    let said = command
        .stdin(Stdio::null())
        .output()
        .map_err(|e| format!("{command:?}: {e}"))?;
    if said.status.success() {
        return Ok(());
    }
    let why = String::from_utf8_lossy(&said.stderr).into_owned();
    Err(format!("{command:?}: {why}"))
}

/// Whether a process runs: one that has ended and was not yet waited for does not.
fn alive(id: u32) -> bool {
    stat(Path::new(&format!("/proc/{id}/stat"))).is_some_and(|(state, _)| state != "Z")
}

fn children_of(parent: u32) -> Vec<u32> {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    processes
        .filter_map(|entry| {
            let id = entry.file_name().to_str()?.parse().ok()?;
            let (_, of) = stat(&entry.path().join("stat"))?;
            (of == parent).then_some(id)
        })
        .collect()
}

/// State and parent of a process; its name stands in brackets before them.
fn stat(file: &Path) -> Option<(String, u32)> {
    let text = fs::read_to_string(file).ok()?;
    let mut fields = text.rsplit_once(") ")?.1.split(' ');
    Some((fields.next()?.to_owned(), fields.next()?.parse().ok()?))
}

fn step() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// A port that nobody listens on, below those that the system gives to outgoing connections: so
/// that none of them can sit on it while the server is away.
fn free_port() -> Result<u16, String> {
    const FROM: u32 = 20_000;
    const COUNT: u32 = 11_000;
    for _ in 0..COUNT {
        let at = (std::process::id() * 197 + u32::from(step()) * 7) % COUNT;
        let port = u16::try_from(FROM + at).unwrap_or(u16::MAX);
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return Ok(port);
        }
    }
    Err("no free port".to_owned())
}
