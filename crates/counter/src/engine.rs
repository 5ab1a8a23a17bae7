//! The engine of one counter: its files, its way to the centre, and who listens.

use crate::cache::Cache;
use crate::catalogue::Catalogue;
use crate::error::{Error, Result};
use crate::home::{Home, device_key};
use crate::outbox::{self, Identity, Outbox, PutAside, identity};
pub(crate) use crate::shared::Shared;
use crate::shared::lock;
use crate::sync;
use crate::sync::{SyncReport, Transport, Worker};
use loyalty::Program;
use rusqlite::Connection;
use std::fs::File;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio::sync::broadcast;

/// Something that the screens show may have changed: read it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Changed;

/// How long a contact that somebody asked for may last; each of its requests ends long before.
const CONTACT: Duration = Duration::from_secs(3600);

/// The engine. Cheap to share by reference; its methods may be called from any thread and block
/// on the disk, some on the network for a bounded time.
pub struct Engine {
    pub(crate) shared: Arc<Shared>,
    runtime: Runtime,
    worker: Mutex<Option<Worker>>,
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
        let shared = Shared::new(home, key, outbox, cache, transport);
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
        self.shared.listen()
    }

    /// Enrols this counter with a one-time code. Where the answer was lost, the same code again gets the
    /// same answer. A counter whose outbox was superseded, or that was revoked, may be enrolled anew once
    /// nothing waits in it: as another device, with an outbox of its own; the old one is kept.
    ///
    /// # Errors
    /// [`Error::AlreadyEnrolled`], [`Error::StillWaiting`], [`Error::AddressInvalid`], and what the centre
    /// says of the code.
    pub fn enrol(&self, address: &str, code: &str, device_name: &str) -> Result<()> {
        let code = code.trim();
        let known = self.shared.identity()?;
        if let Some(me) = &known
            && !self.only_delivers()?
            && self.is_forgotten()
        {
            return self.enrol_again(me, address, code);
        }
        let anew = known.is_some();
        if anew {
            self.may_enrol_anew()?;
        }
        let key = self
            .shared
            .outbox()
            .write(|tx| identity::enrolment_key(tx, code))?;
        let (me, reply) = self.runtime.block_on(sync::enrol(
            self.shared.transport(),
            address,
            code,
            device_name,
            &key,
            None,
        ))?;
        let enrolled = |tx: &rusqlite::Transaction<'_>| {
            identity::set_identity(tx, &me)?;
            identity::set_epoch(tx, reply.epoch)?;
            identity::set_generation(tx, reply.generation)?;
            identity::begin_life(tx)?;
            identity::note_contact(tx, reply.server_time)
        };
        if anew {
            self.shared.begin_anew(enrolled)?;
        } else {
            self.shared.outbox().write(enrolled)?;
        }
        self.shared.mirror_identity();
        self.shared.wake().notify_one();
        self.shared.changed();
        Ok(())
    }

    /// Whether the centre says that it does not know this device: it was put back from a backup that is
    /// older than the device.
    fn is_forgotten(&self) -> bool {
        let unknown = protocol::ErrorCode::NotAuthenticated;
        matches!(self.hello_now(), Err(Error::Refused { code, .. }) if code == unknown)
    }

    /// Enrols this device again as what it was: its outbox goes on, and all of it is sent again.
    fn enrol_again(&self, me: &Identity, address: &str, code: &str) -> Result<()> {
        let key = me.signing_key()?;
        let (_, reply) = self.runtime.block_on(sync::enrol(
            self.shared.transport(),
            address,
            code,
            &me.device_name,
            &key,
            Some(me.device),
        ))?;
        if reply.device != me.device || reply.centre != me.centre {
            return Err(Error::Nonsense("another device than was asked for".into()));
        }
        self.shared
            .outbox()
            .write(|tx| identity::note_contact(tx, reply.server_time))?;
        self.shared.keep_hello(None);
        self.shared.wake().notify_one();
        self.shared.changed();
        Ok(())
    }

    /// Whether another outbox has taken the place of this one, or the device was revoked.
    fn only_delivers(&self) -> Result<bool> {
        self.shared
            .outbox()
            .read(|c| Ok(identity::superseded(c)? || identity::revoked(c)?))
    }

    /// Whether this device may become another one: its own outbox only delivers, and has.
    fn may_enrol_anew(&self) -> Result<()> {
        if !self.only_delivers()? {
            return Err(Error::AlreadyEnrolled);
        }
        // whatever the centre says of this device, it takes what waits
        if let Err(e) = self.sync_now() {
            tracing::info!("delivering before enrolling anew: {e}");
        }
        match self.shared.outbox().read(outbox::first_waiting)? {
            Some(_) => Err(Error::StillWaiting),
            None => Ok(()),
        }
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
        self.cache(|c| self.shared.catalogue(c))
    }

    /// The rules now.
    pub(crate) fn program(&self) -> Result<Program> {
        self.shared.program()
    }
}
