//! The engine of one counter: its files, its way to the centre, and who listens.

use crate::cache::Cache;
use crate::catalogue::{Catalogue, Kept};
use crate::clock::Moment;
use crate::error::{Error, Result};
use crate::home::{FileKey, Home, device_key};
use crate::outbox::{self, Identity, Outbox, PutAside, identity};
use crate::sync;
use crate::sync::{Client, SyncReport, Transport, Worker};
use chrono::{DateTime, Utc};
use loyalty::Program;
use protocol::Generation;
use protocol::hello::HelloReply;
use protocol::pull::PullReply;
use rusqlite::Connection;
use std::fs::File;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, Weak};
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;
use tokio::sync::{Mutex as AsyncMutex, MutexGuard as AsyncGuard, Notify, broadcast};

/// Something that the screens show may have changed: read it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Changed;

/// How long a hello stands before the next contact says it again.
const HELLO_STANDS: Duration = Duration::from_secs(60);
/// How long a contact that somebody asked for may last; each of its requests ends long before.
const CONTACT: Duration = Duration::from_secs(3600);
/// How long a contact waits for another process of this device to finish its own.
const TURN: Duration = Duration::from_secs(30);

/// The engine. Cheap to share by reference; its methods may be called from any thread and block
/// on the disk, some on the network for a bounded time.
pub struct Engine {
    pub(crate) shared: Arc<Shared>,
    runtime: Runtime,
    worker: Mutex<Option<Worker>>,
}

/// What all parts of the engine use.
pub(crate) struct Shared {
    home: Home,
    key: FileKey,
    outbox: Mutex<Outbox>,
    cache: RwLock<Cache>,
    catalogue: Kept,
    net: Mutex<Net>,
    hello: Mutex<Option<(Moment, HelloReply)>>,
    client: Mutex<Option<Client>>,
    /// What a simulation put in the network's place.
    transport: Option<Arc<dyn Transport>>,
    /// A whole contact is to begin.
    wake: Notify,
    /// An operation was appended: it is to be sent, before anything else.
    appended: Notify,
    /// Held for a whole contact, for a delivery within it or beside it, and for a pull of a scope:
    /// each goes on alone, none waits for another kind.
    contact: AsyncMutex<()>,
    delivering: AsyncMutex<()>,
    pulling: AsyncMutex<()>,
    /// The turn that this process has among those of this device, shared by what it does.
    turn: Mutex<Weak<File>>,
    changed: broadcast::Sender<Changed>,
}

/// How the last contact went.
#[derive(Debug, Clone, Default)]
pub(crate) struct Net {
    /// None before the first try of this process.
    pub(crate) reached: Option<bool>,
    pub(crate) offline_since: Option<DateTime<Utc>>,
    pub(crate) problem: Option<String>,
    pub(crate) quarantined: bool,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // whoever panicked held plain data or a connection whose transaction SQLite rolled back
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Engine {
    /// Opens a counter's folder, making it where it is missing. Touches no network.
    ///
    /// # Errors
    /// Where the folder, the key or the outbox file cannot be used. A damaged cache is made anew.
    pub fn open(dir: &Path) -> Result<Self> {
        // a second call in one process finds the provider installed, which is as well
        let _ = rustls::crypto::ring::default_provider().install_default();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("counter-sync")
            .enable_all()
            .build()
            .map_err(Error::Home)?;
        Self::open_on(runtime, dir, None)
    }

    /// Opens a counter's folder for a simulation: what would go over the network is handed to
    /// `transport`, and all work is done on the threads that call.
    ///
    /// # Errors
    /// As [`Engine::open`].
    #[doc(hidden)]
    pub fn open_simulated(dir: &Path, transport: Arc<dyn Transport>) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .map_err(Error::Home)?;
        Self::open_on(runtime, dir, Some(transport))
    }

    fn open_on(
        runtime: Runtime,
        dir: &Path,
        transport: Option<Arc<dyn Transport>>,
    ) -> Result<Self> {
        let home = Home::open(dir)?;
        let key = device_key(&home)?;
        let outbox = Outbox::open(&home, &key)?;
        let cache = Cache::open(&home, &key)?;
        let (changed, _) = broadcast::channel(16);
        let shared = Shared {
            home,
            key,
            outbox: Mutex::new(outbox),
            cache: RwLock::new(cache),
            catalogue: Kept::default(),
            net: Mutex::new(Net::default()),
            hello: Mutex::new(None),
            client: Mutex::new(None),
            transport,
            wake: Notify::new(),
            appended: Notify::new(),
            contact: AsyncMutex::new(()),
            delivering: AsyncMutex::new(()),
            pulling: AsyncMutex::new(()),
            turn: Mutex::new(Weak::new()),
            changed,
        };
        shared.mirror_identity();
        Ok(Self {
            shared: Arc::new(shared),
            runtime,
            worker: Mutex::new(None),
        })
    }

    /// Begins to keep in step by itself, until the engine is dropped.
    pub fn start_sync(&self) {
        let mut worker = lock(&self.worker);
        if worker.is_none() {
            *worker = Some(sync::start(Arc::clone(&self.shared), &self.runtime));
        }
    }

    /// Tells when something changed.
    pub fn subscribe(&self) -> broadcast::Receiver<Changed> {
        self.shared.changed.subscribe()
    }

    /// Enrols this counter with a one-time code. Where the answer was lost, the same code again gets the
    /// same answer.
    ///
    /// # Errors
    /// [`Error::AlreadyEnrolled`], [`Error::AddressInvalid`], and what the centre says of the code.
    pub fn enrol(&self, address: &str, code: &str, device_name: &str) -> Result<()> {
        if self.shared.identity()?.is_some() {
            return Err(Error::AlreadyEnrolled);
        }
        let code = code.trim();
        let key = self
            .shared
            .outbox()
            .write(|tx| identity::enrolment_key(tx, code))?;
        let (me, reply) = self.runtime.block_on(sync::enrol(
            &self.shared.transport,
            address,
            code,
            device_name,
            &key,
        ))?;
        self.shared.outbox().write(|tx| {
            identity::set_identity(tx, &me)?;
            identity::set_epoch(tx, reply.epoch)?;
            identity::set_generation(tx, reply.generation)?;
            identity::begin_life(tx)?;
            identity::note_contact(tx, reply.server_time)
        })?;
        self.shared.mirror_identity();
        self.shared.wake.notify_one();
        self.shared.changed();
        Ok(())
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
            match &self.shared.transport {
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

    /// Reads the cache; a damaged one is put aside and pulled anew, and this read fails.
    pub(crate) fn cache<T>(&self, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let answer = self.shared.cache(work);
        if let Err(Error::CacheDamaged(_)) = &answer {
            self.shared.rebuild_cache();
        }
        answer
    }

    /// Puts an outbox file that is damaged or gone aside, never deleting it, and begins a new one for
    /// the same device. The engine itself never does this: somebody decides it.
    ///
    /// # Errors
    /// [`Error::OutboxSound`] where it is not damaged; where the files cannot be moved or made.
    pub fn put_outbox_aside(dir: &Path) -> Result<PutAside> {
        let home = Home::open(dir)?;
        let key = device_key(&home)?;
        let turn = File::create(home.sync_lock()).map_err(Error::Home)?;
        if turn.try_lock().is_err() {
            return Err(Error::Busy);
        }
        let me = crate::cache::read_mirror(&home, &key)
            .map(|text| serde_json::from_str::<Identity>(&text))
            .transpose()?;
        outbox::put_aside(&home, &key, me.as_ref())
    }

    /// The brand's rules, stores and words now.
    pub(crate) fn catalogue(&self) -> Result<Arc<Catalogue>> {
        self.cache(|c| self.shared.catalogue.read(c))
    }

    /// The rules now.
    pub(crate) fn program(&self) -> Result<Program> {
        Ok(self.catalogue()?.program.clone())
    }
}

impl Shared {
    pub(crate) fn outbox(&self) -> MutexGuard<'_, Outbox> {
        lock(&self.outbox)
    }

    /// Reads the cache.
    pub(crate) fn cache<T>(&self, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        self.cache_file(|c| c.read(work))
    }

    /// Uses the cache file itself.
    pub(crate) fn cache_file<T>(&self, work: impl FnOnce(&Cache) -> Result<T>) -> Result<T> {
        work(&self.cache.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes a pull's changes.
    pub(crate) fn apply(
        &self,
        scope: &str,
        generation: Generation,
        reply: &PullReply,
    ) -> Result<()> {
        self.cache_file(|c| c.apply(scope, generation, reply))
    }

    /// Puts a damaged cache aside and begins an empty one; the next contact fills it.
    pub(crate) fn rebuild_cache(&self) {
        let mut cache = self.cache.write().unwrap_or_else(PoisonError::into_inner);
        match cache.rebuild(&self.home, &self.key) {
            Ok(()) => tracing::warn!("cache put aside; it is pulled anew"),
            Err(e) => tracing::error!("cache cannot be made anew: {e}"),
        }
        drop(cache);
        self.mirror_identity();
        self.wake.notify_one();
        self.changed();
    }

    /// Keeps a copy of the identity beside the cache, for the day that the outbox file is damaged.
    fn mirror_identity(&self) {
        let kept = self.identity().and_then(|me| {
            me.map_or(Ok(()), |me| {
                let text = zeroize::Zeroizing::new(serde_json::to_string(&me)?);
                self.cache_file(|c| c.mirror(&text))
            })
        });
        if let Err(e) = kept {
            tracing::warn!("no copy of the identity was kept: {e}");
        }
    }

    /// The rules now.
    pub(crate) fn program(&self) -> Result<Program> {
        let catalogue = self.cache(|c| self.catalogue.read(c))?;
        Ok(catalogue.program.clone())
    }

    pub(crate) fn identity(&self) -> Result<Option<Identity>> {
        self.outbox().read(identity::identity)
    }

    /// The centre's time, as this counter believes it.
    pub(crate) fn now(&self) -> Result<DateTime<Utc>> {
        self.outbox().read(identity::believed_time)
    }

    /// The way to the centre, kept with its open connections.
    pub(crate) fn client(&self, me: &Identity) -> Result<Client> {
        let mut kept = lock(&self.client);
        if let Some(client) = &*kept {
            return Ok(client.clone());
        }
        let client = Client::of(me, self.transport.clone())?;
        *kept = Some(client.clone());
        Ok(client)
    }

    /// A hello that still stands.
    pub(crate) fn standing_hello(&self) -> Option<HelloReply> {
        let hello = lock(&self.hello);
        hello
            .as_ref()
            .filter(|(at, _)| at.elapsed() < HELLO_STANDS)
            .map(|(_, h)| h.clone())
    }

    pub(crate) fn keep_hello(&self, hello: Option<&HelloReply>) {
        *lock(&self.hello) = hello.map(|h| (Moment::now(), h.clone()));
    }

    /// Waits until no other process of this device talks to the centre. What this process does
    /// meanwhile shares its turn.
    pub(crate) async fn sync_turn(&self) -> Result<Arc<File>> {
        let begun = Instant::now();
        loop {
            if let Some(turn) = self.try_turn()? {
                return Ok(turn);
            }
            if begun.elapsed() > TURN {
                return Err(Error::Busy);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    fn try_turn(&self) -> Result<Option<Arc<File>>> {
        let mut kept = lock(&self.turn);
        if let Some(turn) = kept.upgrade() {
            return Ok(Some(turn));
        }
        let file = File::create(self.home.sync_lock()).map_err(Error::Home)?;
        if file.try_lock().is_err() {
            return Ok(None);
        }
        let turn = Arc::new(file);
        *kept = Arc::downgrade(&turn);
        Ok(Some(turn))
    }

    /// Waits for this process's own contact to end.
    pub(crate) async fn contacting(&self) -> AsyncGuard<'_, ()> {
        self.contact.lock().await
    }

    /// Waits for this process's own delivery to end.
    pub(crate) async fn delivering(&self) -> AsyncGuard<'_, ()> {
        self.delivering.lock().await
    }

    /// Waits for this process's own pull of a scope to end.
    pub(crate) async fn pulling(&self) -> AsyncGuard<'_, ()> {
        self.pulling.lock().await
    }

    pub(crate) fn wake(&self) -> &Notify {
        &self.wake
    }

    pub(crate) fn appended(&self) -> &Notify {
        &self.appended
    }

    pub(crate) fn changed(&self) {
        // nobody listening is fine
        let _ = self.changed.send(Changed);
    }

    pub(crate) fn net(&self) -> Net {
        lock(&self.net).clone()
    }

    pub(crate) fn set_quarantined(&self, quarantined: bool) {
        lock(&self.net).quarantined = quarantined;
    }

    /// The centre answered.
    pub(crate) fn reached(&self) {
        let mut net = lock(&self.net);
        let news = net.reached != Some(true);
        net.reached = Some(true);
        net.offline_since = None;
        net.problem = None;
        drop(net);
        if news {
            self.changed();
        }
    }

    /// A contact failed.
    pub(crate) fn failed(&self, error: &Error) {
        let code = error.code().0.to_owned();
        let unreached = matches!(error, Error::Offline(_));
        let since = self.now().unwrap_or_else(|_| Utc::now());
        let mut net = lock(&self.net);
        let news = net.problem.as_ref() != Some(&code) || net.reached.is_none();
        net.reached = Some(!unreached);
        if unreached && net.offline_since.is_none() {
            net.offline_since = Some(since);
        }
        net.problem = Some(code);
        drop(net);
        self.keep_hello(None);
        if news {
            self.changed();
        }
    }
}
