//! Keeps the program up to date as long as it runs.

use super::fetch::fetch;
use super::guard::GuardArgs;
use super::installation::Installation;
use super::timing::{Situation, may_put_in};
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::settings;
use crate::shared::Shared;
use crate::trial::{Next, State, guard_lock, last, package, program_lock, tidy};
use crate::version::version;
use protocol::check_in::{ReleaseOffer, UpdateStage};
use protocol::package::PackageKey;
use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How often it is looked whether the moment is quiet.
const LOOK: Duration = Duration::from_secs(5);

/// How a program is kept up to date.
#[derive(Debug, Clone)]
pub struct Updates {
    /// How it came here.
    pub installation: Installation,
    /// What it is started with again.
    pub args: Vec<OsString>,
    /// How long a counter is untouched in an open shop before it counts as quiet.
    pub quiet_after: Duration,
    /// How long a new version has to reach the centre.
    pub patience: Duration,
}

impl Updates {
    /// As a shop's program is: quiet after twenty minutes, and a quarter of an hour to reach the centre.
    #[must_use]
    pub fn usual(installation: Installation, args: Vec<OsString>) -> Self {
        Self {
            installation,
            args,
            quiet_after: Duration::from_secs(20 * 60),
            patience: Duration::from_secs(15 * 60),
        }
    }
}

/// Says that this program runs on its folder, until it is dropped.
#[derive(Debug)]
pub struct Running(#[expect(dead_code, reason = "held, not read")] File);

impl Engine {
    /// Says that a program runs on this folder: whoever puts a new one in waits until it has ended. None where another one
    /// runs there already.
    ///
    /// # Errors
    /// Where the folder cannot be written.
    pub fn running(&self) -> Result<Option<Running>> {
        let updates = self.shared.home().updates();
        platform::files::private_folder(&updates).map_err(Error::home(&updates))?;
        let lock = program_lock(&updates);
        let file = File::create(&lock).map_err(Error::home(&lock))?;
        Ok(file.try_lock().is_ok().then_some(Running(file)))
    }

    /// Keeps the program up to date: fetches what headquarters offers, and puts it in at a quiet moment by calling `leave`,
    /// which ends the program. `situation` says how the counter is used. It goes on until the engine is dropped.
    pub fn keep_up_to_date(
        &self,
        how: Updates,
        situation: impl Fn() -> Situation + Send + 'static,
        leave: impl FnOnce() + Send + 'static,
    ) {
        let shared = Arc::clone(&self.shared);
        let key = match key_of(&how.installation) {
            Ok(Some(key)) => key,
            Ok(None) => return,
            Err(e) => {
                tracing::error!("new versions are not taken: {e}");
                return;
            }
        };
        self.runtime.spawn(keep(shared, how, key, situation, leave));
    }
}

/// The brand's key beside the program; none where there is none: then nothing is ever put in.
fn key_of(
    installation: &Installation,
) -> std::result::Result<Option<PackageKey>, protocol::package::PackageError> {
    let Some(file) = installation.key().filter(|file| file.exists()) else {
        return Ok(None);
    };
    PackageKey::read(&fs::read_to_string(file)?).map(Some)
}

async fn keep(
    shared: Arc<Shared>,
    how: Updates,
    key: PackageKey,
    situation: impl Fn() -> Situation + Send,
    leave: impl FnOnce() + Send,
) {
    let updates = shared.home().updates();
    let mut offers = shared.offers();
    let begun = Instant::now();
    let unwatched = pick_up(&updates);
    let mut told_now = true;
    loop {
        if unwatched && begun.elapsed() > how.patience && is_on_trial(&updates) {
            match send_guard(&updates, &how, &version(), true) {
                Ok(()) => return leave(),
                Err(e) => tracing::error!("this version cannot be taken back: {e}"),
            }
        }
        let offer = offers.borrow_and_update().clone();
        if let Some(offer) = offer.filter(|offer| is_wanted(&updates, offer, told_now)) {
            have(&shared, &updates, &key, &offer).await;
        }
        if let Some(version) = fetched(&updates)
            && quiet(&shared, &how, situation())
        {
            match begin(&updates, &how, &version) {
                Ok(()) => {
                    tracing::info!(version, "a new version is put in");
                    return leave();
                }
                Err(e) => tracing::error!("the new version cannot be put in: {e}"),
            }
        }
        told_now = tokio::select! {
            () = tokio::time::sleep(LOOK) => false,
            Ok(()) = offers.changed() => true,
        };
    }
}

/// Finds out what was under way when the program was started. True where this version is on trial and nobody watches it: the
/// machine was started anew meanwhile.
fn pick_up(updates: &Path) -> bool {
    let Some(next) = State::read(updates).next else {
        tidy(updates, &kept(updates));
        return false;
    };
    if next.stage != UpdateStage::Trying {
        tidy(updates, &kept(updates));
        return false;
    }
    if next.version == version() {
        let watched = File::create(guard_lock(updates));
        return watched.is_ok_and(|file| file.try_lock().is_ok());
    }
    // whoever was to put it in is gone: it is tried again
    let again = Next::at(&next.version, UpdateStage::Fetched);
    if let Err(e) = State::keep_next(updates, again) {
        tracing::warn!("how far a new version came cannot be noted: {e}");
    }
    false
}

fn is_on_trial(updates: &Path) -> bool {
    let next = State::read(updates).next;
    next.is_some_and(|n| n.stage == UpdateStage::Trying && n.version == version())
}

/// What is not to be removed.
fn kept(updates: &Path) -> Vec<PathBuf> {
    let next = State::read(updates).next;
    let waiting = next.filter(|n| matches!(n.stage, UpdateStage::Fetching | UpdateStage::Fetched));
    let mut kept = vec![last(updates)];
    if let Some(next) = waiting {
        kept.push(package(updates, &next.version));
        kept.push(crate::trial::part(updates, &next.version));
    }
    kept
}

/// Whether what is offered is to be fetched. One that failed here is wanted only where it is told anew: headquarters hears
/// of the failure with the same check-in, so that offering it again is somebody's decision.
fn is_wanted(updates: &Path, offer: &ReleaseOffer, told_now: bool) -> bool {
    if offer.version == version() {
        return false;
    }
    match State::read(updates).next {
        Some(next) if next.version == offer.version => match next.stage {
            UpdateStage::Fetching | UpdateStage::Unknown => true,
            UpdateStage::Failed => told_now,
            UpdateStage::Fetched | UpdateStage::Trying | UpdateStage::Good => false,
        },
        Some(_) | None => true,
    }
}

/// Fetches what is offered, and notes how that went.
async fn have(shared: &Shared, updates: &Path, key: &PackageKey, offer: &ReleaseOffer) {
    let note = |next| {
        if let Err(e) = State::keep_next(updates, next) {
            tracing::warn!("how far a new version came cannot be noted: {e}");
        }
    };
    note(Next::at(&offer.version, UpdateStage::Fetching));
    let client = match shared.identity() {
        Ok(Some(me)) => shared.client(&me),
        Ok(None) => return,
        Err(e) => Err(e),
    };
    let fetched = match client {
        Ok(client) => fetch(&client, updates, key, offer).await,
        Err(e) => Err(e.into()),
    };
    match fetched {
        Ok(()) => {
            tracing::info!(version = offer.version, "a new version is here");
            note(Next::at(&offer.version, UpdateStage::Fetched));
        }
        Err(e) => {
            tracing::warn!(version = offer.version, "a new version is not here: {e}");
            if let Some(reason) = e.for_good() {
                note(Next::failed(&offer.version, reason));
            }
            // the same offer is not asked for again at once
            tokio::time::sleep(LOOK).await;
        }
    }
}

fn fetched(updates: &Path) -> Option<String> {
    let next = State::read(updates).next?;
    (next.stage == UpdateStage::Fetched).then_some(next.version)
}

fn quiet(shared: &Shared, how: &Updates, now: Situation) -> bool {
    let closes = settings::of_store(&shared.home().store_settings())
        .ok()
        .and_then(|store| store.closes_at);
    let local = shared.now().map(|now| match shared.program() {
        Ok(program) => now.with_timezone(&program.timezone()).time(),
        Err(_) => now.time(),
    });
    local.is_ok_and(|local| may_put_in(now, local, closes, how.quiet_after).is_ok())
}

/// Starts the guard: from here on the new version is on trial.
fn begin(updates: &Path, how: &Updates, version: &str) -> std::io::Result<()> {
    State::keep_next(updates, Next::at(version, UpdateStage::Trying))?;
    let sent = send_guard(updates, how, version, false);
    if sent.is_err() {
        State::keep_next(updates, Next::at(version, UpdateStage::Fetched))?;
    }
    sent
}

/// Of what the guard is a copy: of the command line where it lies beside the app, for the app may need more beside it than
/// itself.
fn guards_program(own: PathBuf) -> PathBuf {
    let mut beside = own.with_file_name("counter");
    if let Some(ending) = own.extension() {
        beside.set_extension(ending);
    }
    if beside.is_file() { beside } else { own }
}

/// Starts a guard, which is a copy of this program or of the command line beside it.
fn send_guard(
    updates: &Path,
    how: &Updates,
    version: &str,
    only_back: bool,
) -> std::io::Result<()> {
    let Some(program) = how.installation.program() else {
        return Ok(());
    };
    let own = guards_program(std::env::current_exe()?);
    let mut guard = updates.join("guard");
    if let Some(ending) = own.extension() {
        guard.set_extension(ending);
    }
    // of a trial before
    let _ = fs::remove_file(&guard);
    platform::process::keep_program(&own, &guard)?;
    let told = GuardArgs {
        updates: updates.to_owned(),
        program: program.to_owned(),
        version: version.to_owned(),
        only_back,
        patience: how.patience,
        args: how.args.clone(),
    };
    platform::process::start_apart(Command::new(&guard).args(told.words())).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_failed_is_fetched_again_only_where_it_is_offered_anew() {
        let updates = tempfile::tempdir().unwrap();
        let offer = ReleaseOffer {
            version: "99.0.0".into(),
            path: "/updates/99.0.0/x".into(),
            bytes: 1,
            sha256: String::new(),
            signature: String::new(),
        };
        assert!(is_wanted(updates.path(), &offer, true), "never heard of");
        let at = |stage| {
            State::keep_next(updates.path(), Next::at(&offer.version, stage)).unwrap();
            (
                is_wanted(updates.path(), &offer, false),
                is_wanted(updates.path(), &offer, true),
            )
        };
        assert_eq!(at(UpdateStage::Fetching), (true, true));
        assert_eq!(at(UpdateStage::Failed), (false, true));
        for stage in [UpdateStage::Fetched, UpdateStage::Trying, UpdateStage::Good] {
            assert_eq!(at(stage), (false, false), "{stage:?}");
        }
        let own = ReleaseOffer {
            version: version(),
            ..offer.clone()
        };
        assert!(!is_wanted(updates.path(), &own, true));
    }
}
