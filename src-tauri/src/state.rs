//! What the window's commands share: the engine and who has signed in.

use counter::update::{Running, Situation};
use counter::{Engine, Error, Problem, SignedIn};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Instant;

/// Shared by all commands.
pub(crate) struct AppState {
    engine: RwLock<Result<Arc<Engine>, Problem>>,
    clerk: Mutex<Option<SignedIn>>,
    covered: AtomicBool,
    /// Something is begun on the screen that is not recorded yet.
    work_open: AtomicBool,
    /// Since when nobody works with the window; none while somebody does.
    hands_off: Mutex<Option<Instant>>,
    /// Held as long as the app runs on its folder.
    running: Mutex<Option<Running>>,
    pub(crate) started: Instant,
}

impl AppState {
    pub(crate) fn new(engine: counter::Result<Arc<Engine>>, started: Instant) -> Self {
        Self {
            engine: RwLock::new(engine.map_err(|e| e.problem())),
            clerk: Mutex::new(None),
            covered: AtomicBool::new(false),
            work_open: AtomicBool::new(false),
            hands_off: Mutex::new(Some(started)),
            running: Mutex::new(None),
            started,
        }
    }

    /// The engine, or why there is none.
    pub(crate) fn engine(&self) -> Result<Arc<Engine>, Problem> {
        self.engine
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Opens the engine by what was typed, where it is not open; what stands in the way otherwise.
    pub(crate) fn open(
        &self,
        open: impl FnOnce() -> counter::Result<Arc<Engine>>,
    ) -> Result<(), Problem> {
        let mut engine = self.engine.write().unwrap_or_else(PoisonError::into_inner);
        if engine.is_ok() {
            return Ok(());
        }
        match open() {
            Ok(opened) => {
                *engine = Ok(opened);
                Ok(())
            }
            // what is needed stays what it was: a page that is loaded anew asks for that
            Err(e) => Err(e.problem()),
        }
    }

    /// Who has signed in.
    pub(crate) fn clerk(&self) -> Result<SignedIn, Problem> {
        self.peek().ok_or_else(|| Error::NotSignedIn.problem())
    }

    pub(crate) fn peek(&self) -> Option<SignedIn> {
        self.clerk
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(crate) fn set_clerk(&self, clerk: Option<SignedIn>) {
        let hands_off = clerk.is_none().then(Instant::now);
        *self.clerk.lock().unwrap_or_else(PoisonError::into_inner) = clerk;
        self.covered.store(false, Ordering::Release);
        self.set_hands_off(hands_off);
    }

    /// Nobody has touched the window for a while: who has signed in is asked for the PIN again.
    pub(crate) fn cover(&self) {
        self.covered.store(true, Ordering::Release);
        self.set_hands_off(Some(Instant::now()));
    }

    fn set_hands_off(&self, since: Option<Instant>) {
        *self
            .hands_off
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = since;
    }

    /// Something is begun on the screen, or nothing is any more.
    pub(crate) fn set_work_open(&self, open: bool) {
        self.work_open.store(open, Ordering::Release);
    }

    /// How the window is used now.
    pub(crate) fn situation(&self) -> Situation {
        let since = self
            .hands_off
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .map(|since| since.elapsed());
        Situation {
            work_open: self.work_open.load(Ordering::Acquire),
            idle: since.unwrap_or_default(),
        }
    }

    /// The app runs on its folder from now on.
    pub(crate) fn set_running(&self, running: Running) {
        *self.running.lock().unwrap_or_else(PoisonError::into_inner) = Some(running);
    }

    /// Whether the screen is covered.
    pub(crate) fn is_covered(&self) -> bool {
        self.covered.load(Ordering::Acquire)
    }
}
