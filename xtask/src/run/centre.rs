//! The central service of a run.

use super::folder::RunFolder;
use crate::failure::{Doing, Failure, Outcome};
use crate::process::{self, Group};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

const START: Duration = Duration::from_secs(60);
const LOOK: Duration = Duration::from_millis(100);
/// What is in its one line of JSON once it takes connections.
const READY: &str = "\"listening\":";
const TAIL: usize = 20;

/// A running centre; ends when dropped.
#[derive(Debug)]
pub struct Centre {
    group: Group,
    address: String,
    log: PathBuf,
}

/// Starts it on this run's data and port and waits until it takes connections.
pub fn start(central: &Path, folder: &RunFolder) -> Outcome<Centre> {
    let listen = format!("127.0.0.1:{}", folder.port()?);
    let log = folder.log();
    let file = File::create(&log).doing(format!("writing {}", log.display()))?;
    let errors = file
        .try_clone()
        .doing(format!("writing {}", log.display()))?;
    let mut command = Command::new(central);
    command
        .arg("serve")
        .arg("--data")
        .arg(folder.centre())
        .args(["--listen", &listen]);
    let group = Group::start("central", command.stdout(file).stderr(errors))?;
    let mut centre = Centre {
        group,
        address: format!("http://{listen}"),
        log,
    };
    let started = Instant::now();
    while !read(&centre.log).contains(READY) {
        centre.must_run()?;
        if started.elapsed() > START {
            return Err(centre.broken(&format!("it was not listening after {} s", START.as_secs())));
        }
        process::pause(LOOK)?;
    }
    Ok(centre)
}

impl Centre {
    /// Where it answers.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// An error when it has ended.
    pub fn must_run(&mut self) -> Outcome {
        match self.group.ended()? {
            None => Ok(()),
            Some(status) => Err(self.broken(&format!("it ended ({status})"))),
        }
    }

    fn broken(&self, how: &str) -> Failure {
        Failure::because(format!(
            "the centre: {how}. Its log ends:\n{}",
            tail(&self.log)
        ))
    }
}

fn read(log: &Path) -> String {
    std::fs::read(log)
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .unwrap_or_default()
}

/// The last lines of a log.
pub fn tail(log: &Path) -> String {
    let text = read(log);
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(TAIL)..].join("\n")
}
