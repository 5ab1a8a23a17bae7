//! Telling connected counters that there is something to pull.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use protocol::GrantId;
use protocol::live::LiveEvent;
use sea_orm::EntityTrait;
use tokio::sync::broadcast;

use crate::db::Db;
use crate::entities::feed_head;
use crate::error::ServiceError;

/// Events that a slow listener may be behind by; one that is further behind pulls all its scopes.
const BACKLOG: usize = 1024;

/// What is told: to everybody who may read the scope, or to one device.
#[derive(Debug, Clone)]
pub struct News {
    /// Only for this device; none = by scope.
    pub device: Option<String>,
    /// What is told.
    pub event: LiveEvent,
}

/// The channel to every live connection of this process.
#[derive(Debug, Clone)]
pub struct Live {
    sender: broadcast::Sender<News>,
    told: Arc<Mutex<HashMap<String, u64>>>,
}

impl Default for Live {
    fn default() -> Self {
        Self {
            sender: broadcast::channel(BACKLOG).0,
            told: Arc::default(),
        }
    }
}

impl Live {
    /// Says that a scope has changes up to `cursor`; nothing where that was said before.
    pub fn poke(&self, scope: &str, cursor: u64) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let last = told.entry(scope.to_owned()).or_insert(0);
        if *last >= cursor {
            return;
        }
        *last = cursor;
        // no listener is no error
        let event = LiveEvent::Poke {
            scope: scope.to_owned(),
            cursor,
        };
        let _ = self.sender.send(News {
            device: None,
            event,
        });
    }

    /// Asks a device for an allowance back.
    pub fn recall(&self, device: &str, grant: GrantId) {
        let event = LiveEvent::Recall { grant };
        let _ = self.sender.send(News {
            device: Some(device.to_owned()),
            event,
        });
    }

    /// Listens from now on.
    pub fn listen(&self) -> broadcast::Receiver<News> {
        self.sender.subscribe()
    }

    /// Pokes what another process has committed: several may serve one database, and an import
    /// may run beside them.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn look(&self, db: &Db) -> Result<(), ServiceError> {
        for head in feed_head::Entity::find().all(db.read()).await? {
            self.poke(&head.scope, u64::try_from(head.n).unwrap_or(0));
        }
        Ok(())
    }
}
