//! How long the app takes from its start to its first find, beside an empty app of the same Tauri version: taken in
//! turns on one virtual display, so that both meet the same machine.

use super::cache;
use super::figures::{Times, head};
use crate::cargo::{FEATURES, cargo};
use crate::display::Display;
use crate::failure::{Doing, Failure, Outcome};
use crate::locale::chinese;
use crate::paths::Workspace;
use crate::process::{self, Group};
use crate::setup::{self, Ready};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

/// The app may take at most this many times as long as the empty one.
const BAR: f64 = 1.5;
/// One start.
const LIMIT: Duration = Duration::from_secs(60);
const TICK: Duration = Duration::from_millis(20);
/// Between two starts, for the machine to come to rest.
const REST: Duration = Duration::from_millis(500);

/// What can be chosen.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// How often each is started and timed.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// How many members the counter has in its cache.
    #[arg(long, default_value_t = 100_000)]
    members: u32,
    /// Use this counter's home as it is, instead of one made for measuring.
    #[arg(long, value_name = "DIR")]
    home: Option<PathBuf>,
    /// Print the figures as one line of JSON as well, last.
    #[arg(long)]
    json: bool,
}

/// One of the two that are timed.
#[derive(Debug)]
struct Contender {
    name: &'static str,
    program: PathBuf,
    /// The event whose line ends the time.
    event: &'static str,
    environment: Vec<(&'static str, PathBuf)>,
    times: Times,
}

/// Measures and prints.
pub fn run(workspace: &Workspace, options: &Options) -> Outcome {
    let ready = setup::everything(workspace)?;
    build(workspace, ready)?;
    let home = match &options.home {
        Some(home) => home.clone(),
        None => cache::with_members(workspace, ready, options.members)?,
    };
    let display = Display::start(&workspace.notes().join("screen"))?;
    let mut pair = contenders(&workspace.built(true), home);
    println!(
        "Starting each {} times in turns, after one start each that is not counted.",
        options.rounds
    );
    for round in 0..=options.rounds {
        for contender in &mut pair {
            let time = contender.start(&display)?;
            if round > 0 {
                contender.times.add(time);
                println!(
                    "   {round:>3} {:<28} {:>6} ms",
                    contender.name,
                    time.as_millis()
                );
            }
            process::pause(REST)?;
        }
    }
    report(&pair, options)
}

/// Both in one go, so that both carry the very same Tauri.
fn build(workspace: &Workspace, ready: Ready) -> Outcome {
    let mut command = cargo(workspace, ready.system_openssl);
    command.args([
        "build",
        "--release",
        "-p",
        "counterpart",
        "-p",
        "central",
        "-p",
        "counter",
        "-p",
        "empty-app",
        "--bins",
        "--features",
        FEATURES,
    ]);
    println!("Building the app and the empty app, optimised.");
    process::run("cargo build", &mut command)
}

fn contenders(built: &Path, home: PathBuf) -> [Contender; 2] {
    let app = Contender {
        name: "counterpart, first find",
        program: built.join("counterpart"),
        event: "find_ready",
        environment: vec![
            ("COUNTERPART_HOME", home),
            ("COUNTERPART_START_LOG", "1".into()),
            ("COUNTERPART_INSECURE_KEY_FILE", "1".into()),
        ],
        times: Times::default(),
    };
    let empty = Contender {
        name: "empty app, first frame",
        program: built.join("empty-app"),
        event: "first_frame",
        environment: Vec::new(),
        times: Times::default(),
    };
    [app, empty]
}

impl Contender {
    /// Starts it and takes the time until its line comes; it has ended when this returns.
    fn start(&self, display: &Display) -> Outcome<Duration> {
        let mut command = Command::new(&self.program);
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        chinese(display.show(&mut command))
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let started = Instant::now();
        let mut group = Group::start(self.name, &mut command)?;
        let pipe = group
            .child()
            .stdout
            .take()
            .ok_or_else(|| Failure::because("no output to read"))?;
        let (send, receive) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(pipe).lines().map_while(Result::ok) {
                // nobody listens once the line has come
                if send.send((Instant::now(), line)).is_err() {
                    break;
                }
            }
        });
        loop {
            match receive.recv_timeout(TICK) {
                Ok((at, line)) if tells(&line, self.event) => return Ok(at - started),
                Ok(_) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(Failure::because(format!("ended before its {}", self.event)))
                        .doing(self.name);
                }
                Err(RecvTimeoutError::Timeout) if started.elapsed() > LIMIT => {
                    return Err(format!("no {} within {} s", self.event, LIMIT.as_secs()))
                        .doing(self.name);
                }
                Err(RecvTimeoutError::Timeout) => process::pause(Duration::ZERO)?,
            }
        }
    }
}

fn tells(line: &str, event: &str) -> bool {
    serde_json::from_str::<Value>(line).is_ok_and(|said| said["event"] == event)
}

fn report([app, empty]: &[Contender; 2], options: &Options) -> Outcome {
    let ratio = app.times.median() / empty.times.median();
    println!(
        "\n{}\n{}\n{}",
        head(),
        app.times.row(app.name),
        empty.times.row(empty.name)
    );
    let verdict = if ratio <= BAR { "within" } else { "over" };
    println!("\nratio of the medians {ratio:.2}, {verdict} the bar of {BAR}");
    if options.json {
        let members = if options.home.is_some() {
            Value::Null
        } else {
            options.members.into()
        };
        let figures = json!({
            "bench": "start",
            "members": members,
            "app": app.times.json(),
            "empty": empty.times.json(),
            "ratio": (ratio * 1000.0).round() / 1000.0,
            "bar": BAR,
        });
        println!("{figures}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_its_event_ends_the_time() {
        assert!(tells(
            r#"{"event":"find_ready","ms_since_start":12}"#,
            "find_ready"
        ));
        assert!(!tells(r#"{"event":"other"}"#, "find_ready"));
        assert!(!tells("find_ready", "find_ready"));
    }

    fn stand_in(dir: &Path, script: &str) -> Contender {
        let program = dir.join("stand-in");
        process::stand_in(&program, script);
        Contender {
            name: "x",
            program,
            event: "ready",
            environment: Vec::new(),
            times: Times::default(),
        }
    }

    #[test]
    fn a_start_is_timed_until_its_line() {
        let dir = tempfile::tempdir().unwrap();
        let display = Display::start(&dir.path().join("screen")).unwrap();
        let ready = stand_in(
            dir.path(),
            "echo hello; sleep 0.2; echo '{\"event\":\"ready\"}'; sleep 60",
        );
        let time = ready.start(&display).unwrap();
        assert!(time >= Duration::from_millis(200), "{time:?}");
        let failure = stand_in(dir.path(), "echo hello")
            .start(&display)
            .unwrap_err()
            .to_string();
        assert!(failure.contains("ended before its ready"), "{failure}");
    }
}
