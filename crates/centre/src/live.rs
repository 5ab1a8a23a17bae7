//! Telling connected counters that there is something to pull.
//!
//! Each scope that somebody listens to has one value, its head: pokes that follow each other fast
//! become one, and a connection is woken by its own scopes alone. A connection that nobody pokes
//! costs memory and nothing else.

mod tell;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, select_all};
use protocol::live::LiveEvent;
use protocol::{DeviceId, GrantId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use tokio::sync::watch;

use crate::error::ServiceError;
use centre_store::column::Col;
use centre_store::db::Db;
use centre_store::tables::{device, feed_head};

pub(crate) use tell::read;
pub use tell::{CHANNEL, tell};

/// Lines that one device may have open: a counter has one, and those that the network has cut and nobody has noticed
/// yet. The newest stand; an older one ends.
pub const LINES: u64 = 256;

/// Who listens in this process. Cloning it is cheap; all clones are the same.
#[derive(Debug, Clone, Default)]
pub struct Live {
    lines: Arc<Mutex<Lines>>,
}

/// Entries are there only while somebody listens.
#[derive(Debug, Default)]
struct Lines {
    /// By scope: its head.
    scopes: HashMap<String, watch::Sender<u64>>,
    /// By device: what concerns it alone.
    devices: HashMap<DeviceId, watch::Sender<ToDevice>>,
}

/// What one device is told. The last of each kind is enough: all are hints.
#[derive(Debug, Clone, Default)]
struct ToDevice {
    recall: Option<GrantId>,
    check_in: bool,
    over: bool,
    /// Lines that it has opened so far.
    opened: u64,
}

impl Live {
    fn lines(&self) -> MutexGuard<'_, Lines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says that a scope has changes up to `cursor`; nothing where that was said before.
    pub fn poke(&self, scope: &str, cursor: u64) {
        if let Some(head) = self.lines().scopes.get(scope) {
            head.send_if_modified(|head| {
                let more = *head < cursor;
                *head = cursor.max(*head);
                more
            });
        }
    }

    /// Asks a device for an allowance back.
    pub fn recall(&self, device: DeviceId, grant: GrantId) {
        if let Some(line) = self.lines().devices.get(&device) {
            line.send_modify(|to| to.recall = Some(grant));
        }
    }

    /// Has a device check in.
    pub fn call_in(&self, device: DeviceId) {
        if let Some(line) = self.lines().devices.get(&device) {
            line.send_modify(|to| to.check_in = true);
        }
    }

    /// Has those devices check in that are to, whichever process said so.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn call_in_due(&self, db: &Db) -> Result<(), ServiceError> {
        if self.lines().devices.is_empty() {
            return Ok(());
        }
        let due: Vec<Col<DeviceId>> = device::Entity::find()
            .select_only()
            .column(device::Column::Id)
            .filter(device::Column::CheckInDue.eq(true))
            .filter(device::Column::RevokedAt.is_null())
            .into_tuple()
            .all(db.read())
            .await?;
        for device in due {
            self.call_in(*device);
        }
        Ok(())
    }

    /// Ends the lines of a device: it may not listen any longer.
    pub fn hang_up(&self, device: DeviceId) {
        if let Some(line) = self.lines().devices.get(&device) {
            line.send_modify(|to| to.over = true);
        }
    }

    /// Listens to scopes, and to what concerns one device, from now on.
    pub fn listen(&self, scopes: &[String], device: DeviceId) -> Line {
        let mut lines = self.lines();
        let scopes = scopes
            .iter()
            .map(|scope| Scope {
                head: lines.scopes.entry(scope.clone()).or_default().subscribe(),
                name: scope.clone(),
                told: 0,
            })
            .collect();
        let own = lines.devices.entry(device).or_default();
        let mut n = 0;
        own.send_if_modified(|to| {
            to.opened += 1;
            n = to.opened;
            // nobody else need look before one has to end
            n > LINES
        });
        Line {
            scopes,
            n,
            own: Some(own.subscribe()),
            device,
            live: self.clone(),
        }
    }

    /// How many scopes are listened to.
    pub fn scopes(&self) -> usize {
        self.lines().scopes.len()
    }

    /// Pokes what another process has committed: several may serve one database, and an import
    /// may run beside them.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn look(&self, db: &Db) -> Result<(), ServiceError> {
        if self.scopes() == 0 {
            return Ok(());
        }
        for head in feed_head::Entity::find().all(db.read()).await? {
            self.poke(&head.scope, *head.n);
        }
        Ok(())
    }

    /// Ends the lines of devices that were revoked, by whichever process.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn hang_up_revoked(&self, db: &Db) -> Result<(), ServiceError> {
        if self.lines().devices.is_empty() {
            return Ok(());
        }
        let revoked: Vec<Col<DeviceId>> = device::Entity::find()
            .select_only()
            .column(device::Column::Id)
            .filter(device::Column::RevokedAt.is_not_null())
            .into_tuple()
            .all(db.read())
            .await?;
        for device in revoked {
            self.hang_up(*device);
        }
        Ok(())
    }
}

/// One connection's ear.
#[derive(Debug)]
pub struct Line {
    scopes: Vec<Scope>,
    /// Which of its device's it is, from 1.
    n: u64,
    /// None only while it is dropped.
    own: Option<watch::Receiver<ToDevice>>,
    device: DeviceId,
    live: Live,
}

#[derive(Debug)]
struct Scope {
    name: String,
    head: watch::Receiver<u64>,
    /// The cursor that was told last.
    told: u64,
}

impl Line {
    /// Notes that a scope's head was told already.
    pub fn told(&mut self, scope: &str, cursor: u64) {
        for s in self.scopes.iter_mut().filter(|s| s.name == scope) {
            s.told = s.told.max(cursor);
        }
    }

    /// Waits until there may be something to tell.
    pub async fn news(&mut self) {
        let heads = self.scopes.iter_mut().map(|s| changed(&mut s.head));
        let own = self.own.iter_mut().map(changed);
        let all: Vec<BoxFuture<'_, ()>> = heads.chain(own).collect();
        select_all(all).await;
    }

    /// What there is to tell since the last time; none where the line is over.
    pub fn take(&mut self) -> Option<Vec<LiveEvent>> {
        let mut events = Vec::new();
        for scope in &mut self.scopes {
            let cursor = *scope.head.borrow_and_update();
            if cursor > scope.told {
                scope.told = cursor;
                events.push(LiveEvent::Poke {
                    scope: scope.name.clone(),
                    cursor,
                });
            }
        }
        if let Some(own) = &mut self.own
            && own.has_changed().unwrap_or(true)
        {
            let own = own.borrow_and_update();
            if own.over || own.opened - self.n >= LINES {
                return None;
            }
            events.extend(own.recall.map(|grant| LiveEvent::Recall { grant }));
            events.extend(own.check_in.then_some(LiveEvent::CheckIn));
        }
        Some(events)
    }
}

fn changed<T: Send + Sync>(of: &mut watch::Receiver<T>) -> BoxFuture<'_, ()> {
    // an entry stays while somebody listens, so that an error cannot be
    of.changed().map(|_| ()).boxed()
}

impl Drop for Line {
    fn drop(&mut self) {
        let mut lines = self.live.lines();
        for Scope { name, head, .. } in self.scopes.drain(..) {
            drop(head);
            if lines
                .scopes
                .get(&name)
                .is_some_and(|s| s.receiver_count() == 0)
            {
                lines.scopes.remove(&name);
            }
        }
        self.own = None;
        let own = lines.devices.get(&self.device);
        if own.is_some_and(|s| s.receiver_count() == 0) {
            lines.devices.remove(&self.device);
        }
    }
}
