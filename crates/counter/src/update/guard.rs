//! Puts a new version in, starts it, and takes it back where it does not reach the centre. A process of its own: neither the
//! old program, which is replaced, nor the new one, which may not start, could do it.

use super::installation::Installation;
use crate::trial::{Next, State, guard_lock, last, package, program_lock};
use protocol::check_in::UpdateStage;
use std::ffi::OsString;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

/// The word by which a program knows that it is to be a guard.
pub const GUARD_WORD: &str = "update-guard";
/// What a guard is to do.
const PUT_IN: &str = "put-in";
const BACK: &str = "back";
/// How long the old program may take to end.
const ENDS: Duration = Duration::from_secs(60);
/// How often everything is looked at.
const LOOK: Duration = Duration::from_millis(200);
/// How often a new program may end by itself before it is taken back.
const STARTS: u32 = 3;

/// What a guard is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuardArgs {
    /// The counter's folder for new versions.
    pub updates: PathBuf,
    /// The program that is replaced and started.
    pub program: PathBuf,
    /// The version that is put in; or that is taken back, where there is only that to do.
    pub version: String,
    /// Only take the version back: whoever watched it is gone.
    pub only_back: bool,
    /// How long it has to reach the centre.
    pub patience: Duration,
    /// What the program is started with.
    pub args: Vec<OsString>,
}

impl GuardArgs {
    /// As a program is started with them.
    #[must_use]
    pub fn words(&self) -> Vec<OsString> {
        let mut all = vec![
            GUARD_WORD.into(),
            self.updates.clone().into_os_string(),
            self.program.clone().into_os_string(),
            self.version.clone().into(),
            if self.only_back { BACK } else { PUT_IN }.into(),
            self.patience.as_secs().to_string().into(),
        ];
        all.extend(self.args.iter().cloned());
        all
    }

    /// What a program was started with, without its own name; none where that is no guard's.
    #[must_use]
    pub fn read(words: &[OsString]) -> Option<Self> {
        let [word, updates, program, version, what, patience, args @ ..] = words else {
            return None;
        };
        if word != GUARD_WORD {
            return None;
        }
        Some(Self {
            updates: updates.into(),
            program: program.into(),
            version: version.to_str()?.to_owned(),
            only_back: what == BACK,
            patience: Duration::from_secs(patience.to_str()?.parse().ok()?),
            args: args.to_vec(),
        })
    }
}

/// Does a guard's whole work, and ends.
pub fn guard(args: &GuardArgs) {
    let here = Installation::of(&args.program);
    let Ok(alone) = File::create(guard_lock(&args.updates)) else {
        return;
    };
    if alone.try_lock().is_err() {
        return;
    }
    if args.only_back {
        back(args, &here, "not_reached", None);
        return;
    }
    if !ended(&args.updates) {
        // it goes on with what it is; the package waits for another quiet moment
        tracing::error!("the program does not end: the new version is not put in");
        keep(args, Next::at(&args.version, UpdateStage::Fetched));
        return;
    }
    let put_in = here
        .keep_last(&last(&args.updates))
        .and_then(|()| here.put_in(&package(&args.updates, &args.version)));
    if let Err(e) = put_in {
        tracing::error!("the new version cannot be put in: {e}");
        back(args, &here, "not_put_in", None);
        return;
    }
    match watch(args) {
        Ok(()) => tracing::info!(
            version = args.version,
            "the new version has reached the centre"
        ),
        Err((reason, child)) => back(args, &here, reason, child),
    }
}

/// Waits until the program that ran has ended.
fn ended(updates: &Path) -> bool {
    let begun = Instant::now();
    let Ok(file) = File::create(program_lock(updates)) else {
        return false;
    };
    while file.try_lock().is_err() {
        if begun.elapsed() > ENDS {
            return false;
        }
        std::thread::sleep(LOOK);
    }
    true
}

/// Starts the new program and waits until it has reached the centre; else why it has not, and what of it still runs.
fn watch(args: &GuardArgs) -> Result<(), (&'static str, Option<Child>)> {
    let begun = Instant::now();
    let mut starts = 0;
    loop {
        starts += 1;
        let started = start(args);
        let mut child = match started {
            Ok(child) => child,
            Err(e) => {
                tracing::error!("the new version cannot be started: {e}");
                return Err(("not_started", None));
            }
        };
        loop {
            std::thread::sleep(LOOK);
            let next = State::read(&args.updates).next;
            let good =
                next.is_some_and(|n| n.version == args.version && n.stage == UpdateStage::Good);
            if good {
                return Ok(());
            }
            if begun.elapsed() > args.patience {
                return Err(("not_reached", Some(child)));
            }
            match child.try_wait() {
                Ok(None) => {}
                // whoever closes it in the middle may do so: it is started again
                Ok(Some(ended)) => {
                    tracing::warn!("the new version ended by itself: {ended}");
                    break;
                }
                Err(_) => return Err(("not_watched", Some(child))),
            }
        }
        if starts >= STARTS {
            return Err(("ended", None));
        }
    }
}

fn start(args: &GuardArgs) -> std::io::Result<Child> {
    platform::process::start_apart(Command::new(&args.program).args(&args.args))
}

/// Puts the version before back, and starts it.
fn back(args: &GuardArgs, here: &Installation, reason: &'static str, child: Option<Child>) {
    tracing::error!(
        version = args.version,
        reason,
        "the version before comes back"
    );
    // first, so that nothing tries the new one again, whatever happens to this process
    keep(args, Next::failed(&args.version, reason));
    if let Some(mut child) = child {
        // what it has recorded is on the disk
        let _ = child.kill();
        let _ = child.wait();
    }
    if !ended(&args.updates) {
        tracing::error!("the new version does not end: it cannot be taken back now");
        return;
    }
    if reason != "not_put_in"
        && let Err(e) = here.put_in(&last(&args.updates))
    {
        tracing::error!("the version before cannot be put back: {e}");
    }
    if let Err(e) = start(args) {
        tracing::error!("the version before cannot be started: {e}");
    }
}

fn keep(args: &GuardArgs, next: Next) {
    if let Err(e) = State::keep_next(&args.updates, next) {
        tracing::error!("what became of the new version cannot be noted: {e}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guard_reads_what_it_was_told() {
        let told = GuardArgs {
            updates: "/h/updates".into(),
            program: "/p/柜伴".into(),
            version: "1.2.3".into(),
            only_back: false,
            patience: Duration::from_secs(9),
            args: vec!["run".into(), "--home".into(), "/h".into()],
        };
        assert_eq!(GuardArgs::read(&told.words()), Some(told.clone()));
        assert_eq!(GuardArgs::read(&told.words()[..3]), None);
        assert_eq!(GuardArgs::read(&["run".into()]), None);
    }
}
