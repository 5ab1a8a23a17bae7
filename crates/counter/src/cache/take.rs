//! Taking a page of a feed: changes, cursor and digests in one transaction, or nothing.
//!
//! A pull from 0 is a snapshot. What it brings is marked; what it did not bring when it ends is taken
//! away, unless another scope has it. Where the centre's digest then is another than this cache's, the
//! scope is pulled from 0 once; where that mends nothing it is said in the log and the counter goes on.

use super::connection::count_commit;
use super::file::Cache;
use super::rows::Scope;
use super::snapshot::{Bulking, begin_anew};
use super::{apply, members, read, table};
use crate::error::{Error, Result};
use crate::lock::lock;
use crate::search::{self, Bulk};
use chrono::Utc;
use protocol::Generation;
use protocol::pull::{Change, PullReply, digest_text, digest_value};
use rusqlite::{Transaction, TransactionBehavior};

/// Changes in the first page of a snapshot from which its members are written in bulk.
const BULK_FROM: usize = 500;
/// With more members than this in the cache a snapshot finds most of them there.
const BULK_HELD: u32 = 1_000;
/// How often rows are held against their digests, and a snapshot is tried again that mended nothing.
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

impl Cache {
    /// Takes a page. Answers whether the scope is to be pulled from 0, because it is not what the
    /// centre has.
    pub(crate) fn apply(
        &self,
        scope: &str,
        generation: Generation,
        reply: &PullReply,
    ) -> Result<bool> {
        let mut conn = self.writer()?;
        let mut kept = lock(&self.bulk);
        let taken = kept.take_if(|b| b.scope == scope).map(|b| b.bulk);
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let page = Page {
            scope,
            generation,
            reply,
        };
        // where this fails, the keys that waited are gone: the snapshot begins anew at the next start
        let (differs, bulk) = page.take(&tx, taken)?;
        count_commit(&tx)?;
        tx.commit()?;
        *kept = bulk.map(|bulk| Bulking {
            scope: scope.to_owned(),
            bulk,
        });
        Ok(differs)
    }

    /// Whether a scope is what a digest says, or nothing can be done about it now.
    pub(crate) fn agrees(&self, scope: &str, digest: Option<&str>) -> Result<bool> {
        let Some(theirs) = digest.and_then(digest_value) else {
            return Ok(true);
        };
        let found = self.read(|conn| Scope::find(conn, scope))?;
        Ok(found.is_none_or(|s| s.sum == theirs || !s.may_heal()))
    }

    /// Once a day: whether every row of a scope is what its digest says. Where one is not, the next
    /// pull begins from 0.
    pub(crate) fn check(&self, scope: &str) -> Result<bool> {
        let now = Utc::now().timestamp_millis();
        let (found, whole) = self.read(|conn| {
            let Some(found) = Scope::find(conn, scope)? else {
                return Ok((None, true));
            };
            let due = (now - found.checked_ms).abs() > DAY_MS && !found.marking;
            let whole = !due || found.is_whole(conn)?;
            Ok((due.then_some(found), whole))
        })?;
        if found.is_none() {
            return Ok(true);
        }
        let mut conn = self.writer()?;
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        tx.execute(
            "UPDATE feed_scope SET checked_ms = ?2 WHERE scope = ?1",
            (scope, now),
        )?;
        if !whole {
            tracing::warn!(scope, "a row is not what its digest says: pulled anew");
            begin_anew(&tx, scope)?;
        }
        count_commit(&tx)?;
        tx.commit()?;
        Ok(whole)
    }
}

/// A page that came.
struct Page<'a> {
    scope: &'a str,
    generation: Generation,
    reply: &'a PullReply,
}

impl Page<'_> {
    fn take(&self, tx: &Transaction<'_>, bulk: Option<Bulk>) -> Result<(bool, Option<Bulk>)> {
        let at = read::cursor(tx, self.scope)?;
        let fresh = !at.is_some_and(|(cursor, g)| cursor > 0 && g == self.generation);
        let mut scope = Scope::open(tx, self.scope, fresh)?;
        let mut bulk = match bulk {
            Some(bulk) if !fresh => Some(bulk),
            None if scope.bulk && !fresh => {
                return Err(Error::CacheDamaged("a snapshot broke off".into()));
            }
            _ => self.new_bulk(tx, fresh)?,
        };
        self.changes(tx, &mut scope, bulk.as_mut())?;
        let (next, attestation) = (self.reply.next, self.reply.attestation);
        apply::set_cursor(tx, self.scope, next, self.generation, attestation)?;
        let mut differs = false;
        if !self.reply.more {
            if let Some(bulk) = bulk.take() {
                search::finish_bulk(tx, bulk)?;
            }
            if scope.marking {
                end_snapshot(tx, &mut scope)?;
            }
            differs = self.differs(&mut scope);
        }
        scope.bulk = bulk.is_some();
        scope.keep(tx)?;
        if differs {
            begin_anew(tx, self.scope)?;
        }
        Ok((differs, bulk))
    }

    /// Many members at once, where hardly any is there already.
    fn new_bulk(&self, tx: &Transaction<'_>, fresh: bool) -> Result<Option<Bulk>> {
        let many = fresh && self.reply.changes.len() >= BULK_FROM;
        if many && members::member_count(tx)? < BULK_HELD {
            return Ok(Some(search::begin_bulk(tx)?));
        }
        Ok(None)
    }

    fn changes(
        &self,
        tx: &Transaction<'_>,
        scope: &mut Scope,
        mut bulk: Option<&mut Bulk>,
    ) -> Result<()> {
        for change in &self.reply.changes {
            let Change { entity, key, .. } = change;
            match &change.body {
                Some(body) => {
                    scope.came(tx, entity, key, body.get())?;
                    apply::put(tx, change, body.get(), bulk.as_deref_mut())?;
                }
                None => {
                    if scope.left(tx, entity, key)? {
                        table::remove(tx, entity, key)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Whether this cache is not what the centre has, and pulling it anew may help.
    fn differs(&self, scope: &mut Scope) -> bool {
        let Some(theirs) = self.reply.digest.as_deref().and_then(digest_value) else {
            return false;
        };
        if theirs == scope.sum {
            scope.tries = 0;
            return false;
        }
        if !scope.may_heal() {
            if scope.tries == 1 {
                scope.tries = 2;
                let (ours, theirs) = (digest_text(scope.sum), digest_text(theirs));
                tracing::error!(
                    scope = self.scope,
                    ours,
                    theirs,
                    "the digest differs after a whole pull too"
                );
            }
            return false;
        }
        tracing::warn!(scope = self.scope, "the digest differs: pulled anew");
        scope.tries = 1;
        scope.healed_ms = Utc::now().timestamp_millis();
        true
    }
}

impl Scope {
    /// Whether a snapshot may mend it: none tried to lately and failed.
    fn may_heal(&self) -> bool {
        let since = Utc::now().timestamp_millis() - self.healed_ms;
        self.tries == 0 || since.abs() > DAY_MS
    }
}

fn end_snapshot(tx: &Transaction<'_>, scope: &mut Scope) -> Result<()> {
    for (entity, key) in scope.left_over(tx)? {
        if scope.left(tx, &entity, &key)? {
            table::remove(tx, &entity, &key)?;
        }
    }
    scope.sum = scope.summed(tx)?;
    scope.marking = false;
    scope.checked_ms = Utc::now().timestamp_millis();
    Ok(())
}

#[cfg(test)]
#[path = "take_tests.rs"]
mod tests;
