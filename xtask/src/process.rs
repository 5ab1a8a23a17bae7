//! Child processes: each started in its own process group and ended by that group's id, so that nothing stays behind.

use crate::failure::{Doing, Failure, Outcome};
use rustix::process::{Pid, Signal, WaitOptions};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

const TICK: Duration = Duration::from_millis(50);
/// Longer than the centre gives to requests that are open when it is told to end.
const GRACE: Duration = Duration::from_secs(12);
const HEARTBEAT: Duration = Duration::from_secs(60);

static STOPS: AtomicUsize = AtomicUsize::new(0);

/// From here on Ctrl-C (and the signals to end) only ask: tasks look with [`stop_asked`] and end what they started.
/// Processes whose parent ends come to this one, so that it can end them too.
pub fn watch_for_stop() -> Outcome {
    rustix::process::set_child_subreaper(Some(rustix::process::getpid()))
        .doing("adopting child processes")?;
    ctrlc::set_handler(|| {
        STOPS.fetch_add(1, Ordering::SeqCst);
    })
    .doing("listening for Ctrl-C")
}

/// Whether somebody asked this command to end.
pub fn stop_asked() -> bool {
    STOPS.load(Ordering::SeqCst) > 0
}

/// Whether that was asked a second time: then there is no more waiting for what is slow to end.
fn hurry_asked() -> bool {
    STOPS.load(Ordering::SeqCst) > 1
}

/// Waits a moment; an error when somebody asked this command to end.
pub fn pause(time: Duration) -> Outcome {
    let until = Instant::now() + time;
    loop {
        if stop_asked() {
            return Err(Failure::Stopped);
        }
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(());
        }
        sleep(left.min(TICK));
    }
}

/// A running program with everything that it starts; ended when dropped.
#[derive(Debug)]
pub struct Group {
    name: String,
    child: Child,
    ended: Option<ExitStatus>,
}

impl Group {
    /// Starts the command as the leader of a new process group.
    pub fn start(name: &str, command: &mut Command) -> Outcome<Self> {
        let child = command
            .process_group(0)
            .stdin(Stdio::null())
            .spawn()
            .doing(format!("starting {name} ({})", shown(command)))?;
        Ok(Self {
            name: name.to_owned(),
            child,
            ended: None,
        })
    }

    /// The leader, for its pipes.
    pub fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// How the leader ended, if it has.
    pub fn ended(&mut self) -> Outcome<Option<ExitStatus>> {
        if self.ended.is_none() {
            self.ended = self
                .child
                .try_wait()
                .doing(format!("waiting for {}", self.name))?;
        }
        Ok(self.ended)
    }

    /// Waits for the leader's end, saying each minute that it is still running.
    pub fn wait(&mut self, limit: Option<Duration>) -> Outcome<ExitStatus> {
        let started = Instant::now();
        let mut next_beat = HEARTBEAT;
        loop {
            if let Some(status) = self.ended()? {
                return Ok(status);
            }
            if stop_asked() {
                return Err(Failure::Stopped);
            }
            let elapsed = started.elapsed();
            if limit.is_some_and(|limit| elapsed > limit) {
                return Err(Failure::because(format!(
                    "{} did not end within {} minutes",
                    self.name,
                    elapsed.as_secs() / 60
                )));
            }
            if elapsed > next_beat {
                eprintln!(
                    "   … {} is still running ({} min)",
                    self.name,
                    elapsed.as_secs() / 60
                );
                next_beat += HEARTBEAT;
            }
            sleep(TICK);
        }
    }

    /// Ends the group: asks first, and after a while no longer asks.
    pub fn stop(&mut self) {
        let Some(group) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) else {
            return;
        };
        for (signal, patience) in [(Signal::TERM, GRACE), (Signal::KILL, GRACE)] {
            if rustix::process::kill_process_group(group, signal).is_err() {
                break;
            }
            let until = Instant::now() + patience;
            let hurry = || signal == Signal::TERM && hurry_asked();
            while self.any_left(group) && Instant::now() < until && !hurry() {
                sleep(TICK);
            }
        }
        // an error here means that the leader is gone already
        let _ = self.ended();
    }

    fn any_left(&mut self, group: Pid) -> bool {
        // the leader is waited for by `Child`, what it left behind by us
        if matches!(self.ended(), Ok(None)) {
            return true;
        }
        while let Ok(Some(_)) = rustix::process::waitpgid(group, WaitOptions::NOHANG) {}
        rustix::process::test_kill_process_group(group).is_ok()
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Ends whatever our children left to us. Gives the names of what it ended.
pub fn sweep() -> Vec<String> {
    let me = rustix::process::getpid().as_raw_nonzero().get();
    let mut names = Vec::new();
    // what is ended may leave us its own children: again until there are none
    for _ in 0..20 {
        let left = children_of(me);
        if left.is_empty() {
            break;
        }
        for (pid, name) in left {
            // one that ended in between is only waited for
            let _ = rustix::process::kill_process(pid, Signal::KILL);
            let _ = rustix::process::waitpid(Some(pid), WaitOptions::empty());
            names.push(name);
        }
    }
    names
}

/// The living children of a process; those that have ended are waited for.
fn children_of(parent: i32) -> Vec<(Pid, String)> {
    let Ok(entries) = std::fs::read_dir("/proc") else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for entry in entries.flatten() {
        let Some(pid) = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse().ok())
            .and_then(Pid::from_raw)
        else {
            continue;
        };
        let Some(stat) = std::fs::read_to_string(entry.path().join("stat"))
            .ok()
            .as_deref()
            .and_then(Stat::parse)
        else {
            continue;
        };
        if stat.parent != parent {
            continue;
        }
        if stat.state == 'Z' {
            let _ = rustix::process::waitpid(Some(pid), WaitOptions::NOHANG);
        } else {
            found.push((pid, stat.name));
        }
    }
    found
}

/// The few fields of `/proc/<pid>/stat` that count here.
#[derive(Debug, PartialEq, Eq)]
struct Stat {
    name: String,
    state: char,
    parent: i32,
}

impl Stat {
    /// The name is in brackets and may hold brackets and spaces itself.
    fn parse(text: &str) -> Option<Self> {
        let (head, rest) = text.rsplit_once(") ")?;
        let (_, name) = head.split_once(" (")?;
        let mut fields = rest.split(' ');
        let state = fields.next()?.chars().next()?;
        let parent = fields.next()?.parse().ok()?;
        Some(Self {
            name: name.to_owned(),
            state,
            parent,
        })
    }
}

/// Runs a command to its end, its output shown; an error when it fails.
pub fn run(name: &str, command: &mut Command) -> Outcome {
    run_within(name, command, None)
}

/// As [`run`], with a limit on the time.
pub fn run_within(name: &str, command: &mut Command, limit: Option<Duration>) -> Outcome {
    let status = Group::start(name, command)?.wait(limit)?;
    succeeded(name, status)
}

/// Runs a command to its end and gives what it wrote to its standard output; its errors are shown.
pub fn output(name: &str, command: &mut Command) -> Outcome<String> {
    let mut group = Group::start(name, command.stdout(Stdio::piped()))?;
    let pipe = group.child().stdout.take();
    let reader =
        std::thread::spawn(move || pipe.map_or(Ok(String::new()), std::io::read_to_string));
    let status = group.wait(None)?;
    let text = match reader.join() {
        Ok(text) => text.doing(format!("reading from {name}"))?,
        Err(_) => return Err(Failure::because(format!("reading from {name} failed"))),
    };
    if let Err(failure) = succeeded(name, status) {
        // what it wrote is all there is to tell why
        eprint!("{text}");
        return Err(failure);
    }
    Ok(text)
}

fn succeeded(name: &str, status: ExitStatus) -> Outcome {
    if status.success() {
        Ok(())
    } else {
        Err(Failure::because(format!("{name} failed ({status})")))
    }
}

/// A command as one would type it.
pub fn shown(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|part| {
            let part = part.to_string_lossy();
            if part.contains([' ', '\'', '(', ')', '*', '$']) {
                format!("'{part}'")
            } else {
                part.into_owned()
            }
        })
        .collect::<Vec<_>>()
        .join(" ")
}

/// Writes a shell script that stands in for a program. A child writes it: were this process to hold it open while
/// another thread starts a child, that child would keep it from being run.
#[cfg(test)]
pub fn stand_in(file: &std::path::Path, script: &str) {
    let mut writer = Command::new("sh");
    writer
        .args([
            "-c",
            r#"printf '#!/bin/sh\n%s\n' "$1" > "$2" && chmod +x "$2""#,
            "sh",
            script,
        ])
        .arg(file);
    assert!(writer.status().is_ok_and(|status| status.success()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_brackets_is_read() {
        assert_eq!(
            Stat::parse("42 (a) (b c) S 7 42 42 0 -1"),
            Some(Stat {
                name: "a) (b c".into(),
                state: 'S',
                parent: 7
            })
        );
        assert_eq!(Stat::parse("nonsense"), None);
    }

    #[test]
    fn a_group_ends_with_what_it_started() {
        let mut command = Command::new("sh");
        command.args(["-c", "sleep 60 & sleep 60 & wait"]);
        let mut group = Group::start("sleepers", &mut command).unwrap();
        let id = Pid::from_raw(i32::try_from(group.child().id()).unwrap()).unwrap();
        sleep(Duration::from_millis(100));
        assert!(rustix::process::test_kill_process_group(id).is_ok());
        let started = Instant::now();
        group.stop();
        assert!(matches!(group.ended(), Ok(Some(_))));
        // the two sleepers are init's to wait for here; they were told to end at once
        assert!(started.elapsed() < GRACE + GRACE + Duration::from_secs(1));
    }

    #[test]
    fn output_is_given_and_failure_is_told() {
        assert_eq!(
            output("echo", Command::new("sh").args(["-c", "echo hi"])).unwrap(),
            "hi\n"
        );
        let failure = output("false", &mut Command::new("false")).unwrap_err();
        assert!(failure.to_string().starts_with("false failed"), "{failure}");
    }

    #[test]
    fn a_command_is_shown_as_typed() {
        assert_eq!(shown(Command::new("a").args(["b", "c d"])), "a b 'c d'");
    }
}
