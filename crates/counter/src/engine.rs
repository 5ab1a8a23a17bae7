//! The engine of one counter: its files, its way to the centre, and who listens.

use crate::cache::{self, Cache, Copied};
use crate::catalogue::Catalogue;
use crate::changed::Changed;
use crate::client::Transport;
use crate::error::{Error, Result};
use crate::home::Home;
use crate::keys::{KeyAccess, Keyring};
use crate::lock::lock;
use crate::outbox::{self, Identity, Outbox, PutAside, identity};
use crate::shared::Shared;
use crate::sync;
use crate::sync::{SyncReport, Worker};
use loyalty::Program;
use rusqlite::Connection;
use std::fs::File;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio::sync::broadcast;

/// How long a contact that somebody asked for may last; each of its requests ends long before.
const CONTACT: Duration = Duration::from_secs(3600);
/// How long whoever met a damaged cache waits for a new one.
const REFILL: Duration = Duration::from_secs(30);

/// The engine. Cheap to share by reference; its methods may be called from any thread and block
/// on the disk, some on the network for a bounded time.
pub struct Engine {
    pub(crate) shared: Arc<Shared>,
    pub(crate) runtime: Runtime,
    worker: Mutex<Option<Worker>>,
    /// The cache was found damaged at the start: it is filled before it is first read.
    unfilled: AtomicBool,
}

impl Engine {
    /// Opens a counter's folder, making it where it is missing. Touches no network.
    ///
    /// # Errors
    /// Where the folder, the key ([`KeyAccess`]) or the outbox file cannot be used. A damaged cache is made anew.
    pub fn open(dir: &Path, access: &KeyAccess) -> Result<Self> {
        // a second call in one process finds the provider installed, which is as well
        let _ = rustls::crypto::ring::default_provider().install_default();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("counter-sync")
            .enable_all()
            .build()
            .map_err(Error::home(dir))?;
        Self::open_on(runtime, dir, access, None)
    }

    /// Opens a counter's folder for a simulation: what would go over the network is handed to
    /// `transport`, all work is done on the threads that call, and the keys lie in a plain file.
    ///
    /// # Errors
    /// As [`Engine::open`].
    #[doc(hidden)]
    pub fn open_simulated(dir: &Path, transport: Arc<dyn Transport>) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .map_err(Error::home(dir))?;
        Self::open_on(runtime, dir, &KeyAccess::insecure(), Some(transport))
    }

    fn open_on(
        runtime: Runtime,
        dir: &Path,
        access: &KeyAccess,
        transport: Option<Arc<dyn Transport>>,
    ) -> Result<Self> {
        let home = Home::open(dir)?;
        let mut keys = Keyring::open(&home, access)?;
        let outbox = Outbox::open(&home, keys.outbox())?;
        let revoked = outbox.read(identity::revoked)?;
        let cache = if revoked {
            // what was cut off is done to its end; where it cannot be, what was recorded is delivered all the same
            let destroyed = keys.destroy_cache();
            if let Err(e) = cache::erase(&home).and(destroyed) {
                tracing::error!("what is held of members cannot be erased: {e}");
            }
            Cache::empty()?
        } else {
            Cache::open_of(&home, &keys.cache()?, keys.outbox())?
        };
        let unfilled = AtomicBool::new(cache.begun_anew());
        let shared = Shared::new(home, keys, outbox, cache, transport);
        if !revoked && shared.stuck().is_none() {
            shared.copy_identity();
        }
        shared.look_at_silence();
        Ok(Self {
            shared: Arc::new(shared),
            runtime,
            worker: Mutex::new(None),
            unfilled,
        })
    }

    /// Begins to keep in step by itself, until the engine is dropped.
    pub fn start_sync(&self) {
        let mut worker = lock(&self.worker);
        if worker.is_none() {
            *worker = Some(sync::start(Arc::clone(&self.shared), &self.runtime));
        }
    }

    /// Tells what changed, whenever something did.
    pub fn subscribe(&self) -> broadcast::Receiver<Changed> {
        self.shared.listen()
    }

    /// One whole contact with the centre, now.
    ///
    /// # Errors
    /// [`Error::NotEnrolled`], [`Error::Offline`], or what the centre says.
    pub fn sync_now(&self) -> Result<SyncReport> {
        self.within(CONTACT, sync::contact(&self.shared))?
            .ok_or_else(|| Error::Offline("a contact without end".into()))
    }

    /// Sends what waits and nothing else, as the engine does by itself after each operation. For
    /// simulations, which start no such work in the background.
    ///
    /// # Errors
    /// As [`Engine::sync_now`].
    #[doc(hidden)]
    pub fn send_now(&self) -> Result<u32> {
        self.within(CONTACT, sync::send(&self.shared))?
            .ok_or_else(|| Error::Offline("a contact without end".into()))
    }

    /// Finds out whether the centre can be reached, within three seconds.
    ///
    /// # Errors
    /// As [`Engine::sync_now`].
    pub fn hello_now(&self) -> Result<()> {
        let me = self.shared.identity()?.ok_or(Error::NotEnrolled)?;
        let client = self.shared.client(&me)?;
        let wait = Duration::from_secs(3);
        let said = match self.within(wait, sync::hello(&self.shared, &client)) {
            Ok(Some(reply)) => {
                self.shared.set_quarantined(reply.quarantined);
                Ok(())
            }
            Ok(None) => Err(Error::Offline("no answer in time".into())),
            Err(e) => Err(e),
        };
        match &said {
            Ok(()) => self.shared.reached(),
            Err(e) => self.shared.failed(e),
        }
        said
    }

    /// Runs a step of the network for at most `within`; none where it took longer.
    pub(crate) fn within<T>(
        &self,
        within: Duration,
        step: impl Future<Output = Result<T>>,
    ) -> Result<Option<T>> {
        let too_late = async {
            match self.shared.transport() {
                None => tokio::time::sleep(within).await,
                Some(simulated) => simulated.wait(within).await,
            }
        };
        self.runtime.block_on(async {
            tokio::select! {
                biased;
                done = step => done.map(Some),
                () = too_late => Ok(None),
            }
        })
    }

    /// Reads the cache. A damaged one is put aside and pulled anew, at once where the centre can be reached,
    /// and read again: whoever asked has her answer a moment later.
    pub(crate) fn cache<T>(&self, mut work: impl FnMut(&Connection) -> Result<T>) -> Result<T> {
        if self.unfilled.swap(false, Ordering::Relaxed) {
            self.refill_cache();
        }
        // whoever reads looks first whether members may be shown
        self.shared.locked_since();
        match self.shared.cache(&mut work) {
            Err(Error::CacheDamaged(why)) => {
                tracing::warn!(why, "the cache is damaged");
                self.shared.rebuild_cache();
                self.refill_cache();
                self.shared.cache(&mut work)
            }
            other => other,
        }
    }

    /// Fills an empty cache, for as long as whoever waits for it may wait.
    fn refill_cache(&self) {
        // within a step of the network nobody else is waited for: the next contact fills it
        if tokio::runtime::Handle::try_current().is_ok() {
            return;
        }
        let reached = self.hello_now();
        let filled = reached.and_then(|()| self.within(REFILL, sync::contact(&self.shared)));
        match filled {
            Ok(Some(_)) => {}
            Ok(None) => tracing::warn!("the cache is being pulled anew still"),
            Err(e) => tracing::warn!("the cache stays empty until the next contact: {e}"),
        }
    }

    /// Puts an outbox file that is damaged or gone aside, never deleting it, and begins a new one for
    /// the same device. The engine itself never does this: somebody decides it.
    ///
    /// # Errors
    /// [`Error::OutboxSound`] where it is not damaged; where the files cannot be moved or made.
    pub fn put_outbox_aside(dir: &Path, access: &KeyAccess) -> Result<PutAside> {
        let home = Home::open(dir)?;
        let mut keys = Keyring::open(&home, access)?;
        let turn = File::create(home.sync_lock()).map_err(Error::home(&home.sync_lock()))?;
        if turn.try_lock().is_err() {
            return Err(Error::Busy);
        }
        let copy = cache::read_identity_copy(&home, &keys.cache()?)
            // of a build before, which has not been opened since
            .or_else(|| cache::read_identity_copy(&home, keys.outbox()))
            .map(|text| serde_json::from_str::<Copied<Identity>>(&text))
            .transpose()?;
        // without its secret it is nobody: it is to be enrolled anew
        let (me, heard) = match (copy, keys.device()) {
            (Some(copy), Some(secret)) => (Some(copy.identity.with_secret(secret)), copy.heard),
            (Some(copy), None) if !copy.identity.secret().is_empty() => {
                (Some(copy.identity), copy.heard)
            }
            _ => (None, None),
        };
        outbox::put_aside_of(&home, keys.outbox(), me.as_ref(), heard.as_deref())
    }

    /// The brand's rules, stores and words now.
    pub(crate) fn catalogue(&self) -> Result<Arc<Catalogue>> {
        self.cache(|c| self.shared.catalogue(c))
    }

    /// The rules now.
    pub(crate) fn program(&self) -> Result<Program> {
        self.shared.program()
    }
}
