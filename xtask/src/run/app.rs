//! The app's window.

use super::centre::tail;
use super::counter;
use super::folder::RunFolder;
use crate::display::Display;
use crate::failure::{Doing, Failure, Outcome};
use crate::locale::chinese;
use crate::process::{self, Group};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// A page must be there by then.
const PAGE: Duration = Duration::from_secs(60);
/// One that still moves this long after it came is not waited for.
const RESTLESS: Duration = Duration::from_secs(5);
/// Longer than a fade.
const LOOK: Duration = Duration::from_millis(500);

/// The running app; ends when dropped.
#[derive(Debug)]
pub struct App {
    group: Group,
    log: PathBuf,
}

/// Opens it on this run's counter, on the virtual display if there is one.
pub fn open(program: &Path, folder: &RunFolder, display: Option<&Display>) -> Outcome<App> {
    let log = folder.app_log();
    let file = File::create(&log).doing(format!("writing {}", log.display()))?;
    let errors = file
        .try_clone()
        .doing(format!("writing {}", log.display()))?;
    let mut command = Command::new(program);
    chinese(
        command
            .env("COUNTERPART_HOME", folder.counter())
            .env(counter::INSECURE.0, counter::INSECURE.1)
            .stdout(file)
            .stderr(errors),
    );
    if let Some(display) = display {
        display.show(&mut command);
    }
    Ok(App {
        group: Group::start("counterpart", &mut command)?,
        log,
    })
}

impl App {
    /// Whether its window was closed; an error when it broke down.
    pub fn ended(&mut self) -> Outcome<bool> {
        match self.group.ended()? {
            None => Ok(false),
            Some(status) if status.success() => Ok(true),
            Some(status) => Err(self.broken(&format!("it ended ({status})"))),
        }
    }

    fn broken(&self, how: &str) -> Failure {
        Failure::because(format!(
            "the app: {how}. Its output ends:\n{}",
            tail(&self.log)
        ))
    }
}

/// Waits until the window shows a page that has come to rest: two like pictures in a row. A page that never rests is
/// taken as it is after a while.
pub fn wait_for_page(app: &mut App, display: &Display) -> Outcome {
    let started = Instant::now();
    let mut drawn_at = None;
    let mut last = None;
    loop {
        if app.ended()? {
            return Err(app.broken("it ended before it showed anything"));
        }
        let now = display.picture()?;
        if now.is_blank() {
            drawn_at = None;
        } else {
            let drawn_at = *drawn_at.get_or_insert_with(Instant::now);
            if last.as_ref() == Some(&now) || drawn_at.elapsed() > RESTLESS {
                return Ok(());
            }
        }
        if started.elapsed() > PAGE {
            return Err(app.broken(&format!(
                "its window was still blank after {} s",
                PAGE.as_secs()
            )));
        }
        last = Some(now);
        process::pause(LOOK)?;
    }
}
