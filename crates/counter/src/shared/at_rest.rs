//! What becomes of members at a counter that was revoked, or that has not heard the centre for too long; and the copy
//! of who this device is.

use super::Shared;
use super::looked::Looked;
use crate::cache::{self, Cache, Copied};
use crate::changed::Changed;
use crate::clock::Moment;
use crate::error::Result;
use crate::lock::lock;
use crate::outbox::{Identity, identity};
use crate::view::KeyPlace;
use chrono::{DateTime, Duration as Span, Utc};
use loyalty::closed_since;
use std::sync::PoisonError;
use std::time::Duration;

/// How long a look stands: whoever reads looks again after it.
const STANDS: Duration = Duration::from_secs(20);
/// How much of the time believed may be lost by a start with the clock set back.
const NOTED_EVERY: i64 = 10;
/// How old the copy's knowledge of the last contact may be.
const COPY_EVERY: i64 = 1;

impl Shared {
    /// Where the keys of the files are kept.
    pub(crate) fn key_place(&self) -> KeyPlace {
        lock(&self.keys).place()
    }

    /// Since when no members are shown, because the centre has been silent for too long; none where they are.
    pub(crate) fn locked_since(&self) -> Option<DateTime<Utc>> {
        {
            let looked = lock(&self.locked);
            let stands = looked.at.is_some_and(|at| at.elapsed() < STANDS);
            if stands && looked.since.is_some() == self.hides_members() {
                return looked.since;
            }
        }
        self.look_at_silence()
    }

    /// Looks now, and hides members from all of the engine or shows them again.
    pub(crate) fn look_at_silence(&self) -> Option<DateTime<Utc>> {
        let before = lock(&self.locked).since;
        let since = match self.silent_since() {
            Ok(Some(found)) => found,
            // whoever has the outbox in hand goes on by what was seen
            Ok(None) => return before,
            Err(e) => {
                tracing::warn!("whether this counter is locked cannot be said: {e}");
                before
            }
        };
        if let Err(e) = self.cache_file(|c| c.hide_members(since.is_some())) {
            tracing::error!("members cannot be hidden or shown again: {e}");
        }
        *lock(&self.locked) = Looked {
            at: Some(Moment::now()),
            since,
        };
        if before.is_some() != since.is_some() {
            tracing::warn!(locked = since.is_some(), "this counter locks or opens");
            self.changed(Changed::everything());
        }
        since
    }

    fn hides_members(&self) -> bool {
        self.cache_file(|c| Ok(c.hides_members())).unwrap_or(false)
    }

    /// None where the outbox is in use by whoever asks.
    fn silent_since(&self) -> Result<Option<Option<DateTime<Utc>>>> {
        let catalogue = self.cache_file(|c| c.read(|conn| self.catalogue(conn)))?;
        let Ok(mut outbox) = self.outbox.try_lock() else {
            return Ok(None);
        };
        let (enrolled, silence, now, passed) = outbox.read(|c| {
            Ok((
                identity::identity(c)?.is_some(),
                identity::silence(c)?,
                identity::believed_time(c)?,
                identity::since_noted(c)?,
            ))
        })?;
        // a clock that is set back takes no more than this away
        if enrolled && passed > Span::minutes(NOTED_EVERY) && outbox.stuck().is_none() {
            outbox.write(|tx| identity::note_believed(tx, now))?;
        }
        let since = enrolled
            .then(|| closed_since(catalogue.program(now), silence, now))
            .flatten();
        Ok(Some(since))
    }

    /// The centre lets this device in no more: what it holds of members goes, for good. What it recorded stays, and is
    /// delivered.
    pub(crate) fn forget_members(&self) {
        if self.cache_file(|c| Ok(c.is_empty())).unwrap_or(false) {
            return;
        }
        match self.try_forget() {
            Ok(()) => tracing::warn!("revoked: the cache and its key are gone"),
            // tried again at the next contact and the next start
            Err(e) => tracing::error!("revoked, and what is held of members cannot be erased: {e}"),
        }
        self.changed(Changed::everything());
    }

    fn try_forget(&self) -> Result<()> {
        let empty = Cache::empty()?;
        // nobody reads from here on, whatever comes of the rest
        *self.cache.write().unwrap_or_else(PoisonError::into_inner) = empty;
        let destroyed = lock(&self.keys).destroy_cache();
        let erased = cache::erase(&self.home);
        destroyed.and(erased)?;
        self.outbox()
            .write(|tx| crate::outbox::remove_all_parked(tx))
    }

    /// A device that was revoked is let in again: it gets a cache with a key of its own, which the next pull fills.
    pub(crate) fn remember_members(&self) {
        if self.cache_file(|c| Ok(c.is_empty())).unwrap_or(false) {
            self.rebuild_cache();
        }
    }

    /// Keeps a copy of the identity beside the cache, and the device's secret beside the files' keys, for the day that
    /// the outbox file is damaged.
    pub(crate) fn copy_identity(&self) {
        if let Err(e) = self.try_copy() {
            tracing::warn!("no copy of the identity was kept: {e}");
        }
    }

    fn try_copy(&self) -> Result<()> {
        let (me, heard) = self
            .outbox()
            .read(|c| Ok((identity::identity(c)?, identity::contact_note(c)?)))?;
        let Some(me) = me else {
            return Ok(());
        };
        lock(&self.keys).keep_device(me.secret())?;
        let copy = Copied {
            identity: me.without_secret(),
            heard,
        };
        let text = serde_json::to_string(&copy)?;
        self.cache_file(|c| c.copy_identity(&text, |kept| is_good_enough(kept, &copy)))
    }
}

/// Whether a copy says who this is, and not too old a contact: it is not written anew at every start.
fn is_good_enough(kept: &str, now: &Copied<Identity>) -> bool {
    let Ok(kept) = serde_json::from_str::<Copied<Identity>>(kept) else {
        return false;
    };
    let who = |c: &Copied<Identity>| serde_json::to_string(&c.identity).ok();
    let heard = |c: &Copied<Identity>| c.heard.as_deref().and_then(identity::noted_at);
    let is_recent = match (heard(&kept), heard(now)) {
        (Some(kept), Some(now)) => (now - kept).abs() < Span::hours(COPY_EVERY),
        (None, None) => true,
        (None, Some(_)) | (Some(_), None) => false,
    };
    is_recent && who(&kept) == who(now)
}
