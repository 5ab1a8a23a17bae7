//! What all parts of the engine use: the files, the way to the centre, whose turn it is, how the last
//! contact went.

mod at_rest;
mod cared_for;
mod heads;
mod looked;
mod words;

use crate::cache::Cache;
use crate::catalogue::{Catalogue, Kept};
use crate::changed::Changed;
use crate::client::{Client, Transport};
use crate::clock::Moment;
use crate::error::{Error, Result};
use crate::hand::Hand;
use crate::home::{FileKey, Home};
use crate::keys::Keyring;
use crate::lock::lock;
use crate::outbox::{Identity, Outbox, identity};
use crate::read_only::Stuck;
use crate::shelf::{KeptShelf, Shelf};
use chrono::{DateTime, Utc};
use heads::Heads;
use looked::Looked;
use loyalty::Program;
use protocol::ClerkId;
use protocol::check_in::{PrinterHealth, PrinterState, ReleaseOffer};
use protocol::hello::HelloReply;
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, Weak};
use std::time::{Duration, Instant};
use tokio::sync::{Mutex as AsyncMutex, MutexGuard as AsyncGuard, Notify, broadcast, watch};
use words::InOutbox;
use zeroize::Zeroizing;

/// How long a hello stands before the next contact says it again.
const HELLO_STANDS: Duration = Duration::from_secs(60);
/// How long a contact waits for another process of this device to finish its own.
const TURN: Duration = Duration::from_secs(30);

/// What all parts of the engine use.
pub(crate) struct Shared {
    home: Home,
    /// The outbox's.
    key: FileKey,
    keys: Mutex<Keyring>,
    outbox: Arc<Mutex<Outbox>>,
    cache: RwLock<Cache>,
    /// Since when no members are shown, as it was last looked at.
    locked: Mutex<Looked>,
    catalogue: Kept,
    shelf: KeptShelf,
    net: Mutex<Net>,
    hello: Mutex<Option<(Moment, HelloReply)>>,
    client: Mutex<Option<Client>>,
    /// Keys of clerks who signed in, of which the centre is to be told, and their PINs: in memory alone.
    to_tell: Mutex<BTreeMap<ClerkId, (Hand, Zeroizing<String>)>>,
    /// Parked baskets that a screen of this process has in hand.
    taken_up: Mutex<BTreeSet<String>>,
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
    /// How the last print of this process went: whether it failed, and why.
    printing: Mutex<PrinterHealth>,
    /// When this process checked in last.
    checked_in: Mutex<Option<Moment>>,
    /// Whether this process has had a whole contact.
    tried: AtomicBool,
    /// A newer version that is for this device.
    offer: watch::Sender<Option<ReleaseOffer>>,
    /// How far each scope has come, as the live channel tells.
    pub(crate) heads: Heads,
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
    /// When the centre last said that it grants nothing for the time being.
    no_grants: Option<Moment>,
}

/// How long that is believed with nothing new: a contact asks every minute where there is something
/// to ask for.
const NO_GRANTS_STANDS: Duration = Duration::from_secs(5 * 60);

impl Net {
    /// Whether the centre grants nothing to anybody for the time being.
    pub(crate) fn grants_nothing(&self) -> bool {
        self.no_grants
            .as_ref()
            .is_some_and(|at| at.elapsed() < NO_GRANTS_STANDS)
    }
}

impl Shared {
    pub(crate) fn new(
        home: Home,
        keys: Keyring,
        outbox: Outbox,
        cache: Cache,
        transport: Option<Arc<dyn Transport>>,
    ) -> Self {
        let (changed, _) = broadcast::channel(64);
        Self {
            home,
            key: keys.outbox().clone(),
            keys: Mutex::new(keys),
            outbox: Arc::new(Mutex::new(outbox)),
            cache: RwLock::new(cache),
            locked: Mutex::default(),
            catalogue: Kept::default(),
            shelf: KeptShelf::default(),
            net: Mutex::new(Net::default()),
            hello: Mutex::new(None),
            client: Mutex::new(None),
            to_tell: Mutex::new(BTreeMap::new()),
            taken_up: Mutex::new(BTreeSet::new()),
            transport,
            wake: Notify::new(),
            appended: Notify::new(),
            contact: AsyncMutex::new(()),
            delivering: AsyncMutex::new(()),
            pulling: AsyncMutex::new(()),
            turn: Mutex::new(Weak::new()),
            printing: Mutex::new(PrinterHealth {
                state: PrinterState::Unknown,
                reason: None,
            }),
            checked_in: Mutex::new(None),
            tried: AtomicBool::new(false),
            offer: watch::Sender::new(None),
            heads: Heads::default(),
            changed,
        }
    }

    pub(crate) fn home(&self) -> &Home {
        &self.home
    }

    pub(crate) fn key(&self) -> &FileKey {
        &self.key
    }

    /// A clerk has signed in by a key of which the centre may not have heard.
    pub(crate) fn tell_key(&self, hand: Hand, pin: Zeroizing<String>) {
        lock(&self.to_tell).insert(hand.clerk().clone(), (hand, pin));
    }

    /// The key and the PIN by which the centre is to be told of a clerk's key.
    pub(crate) fn key_to_tell(&self, clerk: &ClerkId) -> Option<(Hand, Zeroizing<String>)> {
        lock(&self.to_tell).get(clerk).cloned()
    }

    /// The centre knows the keys of these clerks, or they are over: their PINs are forgotten.
    pub(crate) fn keys_are_told(&self, told: impl Fn(&ClerkId) -> bool) {
        lock(&self.to_tell).retain(|clerk, _| !told(clerk));
    }

    pub(crate) fn transport(&self) -> &Option<Arc<dyn Transport>> {
        &self.transport
    }

    pub(crate) fn listen(&self) -> broadcast::Receiver<Changed> {
        self.changed.subscribe()
    }

    /// The brand's rules, stores and words now.
    pub(crate) fn catalogue(&self, conn: &Connection) -> Result<Arc<Catalogue>> {
        self.catalogue.read(conn)
    }

    /// What is sold now, its ingredients read.
    pub(crate) fn shelf(&self, conn: &Connection) -> Result<Arc<Shelf>> {
        self.shelf.read(conn)
    }

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

    /// Puts a damaged cache aside and begins an empty one; the next contact fills it.
    pub(crate) fn rebuild_cache(&self) {
        let key = lock(&self.keys).cache();
        let mut cache = self.cache.write().unwrap_or_else(PoisonError::into_inner);
        match key.and_then(|key| cache.rebuild(&self.home, &key)) {
            Ok(()) => tracing::warn!("cache put aside; it is pulled anew"),
            Err(e) => tracing::error!("cache cannot be made anew: {e}"),
        }
        drop(cache);
        self.copy_identity();
        self.wake.notify_one();
        self.changed(Changed::everything());
    }

    /// Begins a new outbox for a device that is enrolled anew; the cache of the old one's store is put
    /// aside with it.
    pub(crate) fn begin_anew(
        &self,
        work: impl FnOnce(&rusqlite::Transaction<'_>) -> Result<()>,
    ) -> Result<()> {
        self.outbox().begin_anew(&self.home, &self.key, work)?;
        *lock(&self.client) = None;
        self.keep_hello(None);
        self.set_quarantined(false);
        self.rebuild_cache();
        Ok(())
    }

    /// The centre is at another address from now on.
    pub(crate) fn take_address(&self, address: &str) -> Result<()> {
        self.outbox()
            .write(|tx| identity::set_address(tx, address))?;
        *lock(&self.client) = None;
        self.keep_hello(None);
        self.copy_identity();
        Ok(())
    }

    /// Why the files can only be read now, if that is so; what can be written again by now is.
    pub(crate) fn stuck(&self) -> Option<Stuck> {
        let outbox = self.outbox().stuck();
        {
            let mut cache = self.cache.write().unwrap_or_else(PoisonError::into_inner);
            cache.thaw();
            if let (None, Some(stuck)) = (&outbox, cache.stuck()) {
                return Some(stuck.clone());
            }
        }
        outbox.or_else(|| self.home.troubles().into_iter().next().map(Stuck::Trouble))
    }

    /// The rules now.
    pub(crate) fn program(&self) -> Result<Program> {
        let catalogue = self.cache(|c| self.catalogue.read(c))?;
        Ok(catalogue.program(self.now()?).clone())
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
        let client = self.client_at(me)?;
        *kept = Some(client.clone());
        Ok(client)
    }

    /// A way to a centre of this device, wherever it is said to be.
    pub(crate) fn client_at(&self, me: &Identity) -> Result<Client> {
        let words = InOutbox {
            home: self.home.clone(),
            outbox: self.outbox.clone(),
        };
        Client::of(me, self.transport.clone(), Arc::new(words))
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
        let file =
            File::create(self.home.sync_lock()).map_err(Error::home(&self.home.sync_lock()))?;
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

    /// Whether a screen of this process has a parked basket in hand.
    pub(crate) fn is_taken_up(&self, parked: &str) -> bool {
        lock(&self.taken_up).contains(parked)
    }

    /// A screen has taken a parked basket up; false where one had already.
    pub(crate) fn take_up(&self, parked: &str) -> bool {
        lock(&self.taken_up).insert(parked.to_owned())
    }

    /// It stands aside again, or is gone.
    pub(crate) fn put_back(&self, parked: &str) {
        lock(&self.taken_up).remove(parked);
    }

    /// No screen has any in hand.
    pub(crate) fn put_all_back(&self) {
        lock(&self.taken_up).clear();
    }

    pub(crate) fn wake(&self) -> &Notify {
        &self.wake
    }

    pub(crate) fn appended(&self) -> &Notify {
        &self.appended
    }

    /// Tells whoever shows it what changed.
    pub(crate) fn changed(&self, what: Changed) {
        if !what.is_nothing() {
            // nobody listening is fine
            let _ = self.changed.send(what);
        }
    }

    pub(crate) fn net(&self) -> Net {
        lock(&self.net).clone()
    }

    pub(crate) fn set_quarantined(&self, quarantined: bool) {
        lock(&self.net).quarantined = quarantined;
    }

    /// The centre answered a request for grants: it gives none to anybody for the time being, or does.
    pub(crate) fn set_no_grants(&self, none: bool) {
        let mut net = lock(&self.net);
        // a quarantined device gets none for a reason of its own
        let none = none && !net.quarantined;
        let news = net.grants_nothing() != none;
        net.no_grants = none.then(Moment::now);
        drop(net);
        if news {
            self.changed(Changed::sync());
        }
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
            self.changed(Changed::sync());
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
            self.changed(Changed::sync());
        }
    }
}
