//! What the window's commands share: the engine and who has signed in.

use counter::{Engine, Error, Problem, SignedIn};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Instant;

/// Shared by all commands.
pub(crate) struct AppState {
    engine: RwLock<Result<Arc<Engine>, Problem>>,
    clerk: Mutex<Option<SignedIn>>,
    covered: AtomicBool,
    pub(crate) started: Instant,
}

impl AppState {
    pub(crate) fn new(engine: counter::Result<Arc<Engine>>, started: Instant) -> Self {
        Self {
            engine: RwLock::new(engine.map_err(|e| e.problem())),
            clerk: Mutex::new(None),
            covered: AtomicBool::new(false),
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
        *self.clerk.lock().unwrap_or_else(PoisonError::into_inner) = clerk;
        self.covered.store(false, Ordering::Release);
    }

    /// Nobody has touched the window for a while: who has signed in is asked for the PIN again.
    pub(crate) fn cover(&self) {
        self.covered.store(true, Ordering::Release);
    }

    /// Whether the screen is covered.
    pub(crate) fn is_covered(&self) -> bool {
        self.covered.load(Ordering::Acquire)
    }
}
