//! Which rows came in which scope: their digests, and what a snapshot leaves over.

use super::table;
use crate::error::{Error, Result};
use protocol::pull::entity_digest;
use rusqlite::{Connection, OptionalExtension, Transaction, params};

/// What the cache keeps of a scope besides its cursor.
pub(super) struct Scope {
    pub(super) id: i64,
    /// Sum of the digests of its rows.
    pub(super) sum: u128,
    round: i64,
    /// A snapshot is coming: what it does not bring is taken away at its end.
    pub(super) marking: bool,
    /// Search keys of it wait in memory.
    pub(super) bulk: bool,
    /// Snapshots in a row after which the digest still differed.
    pub(super) tries: u32,
    pub(super) checked_ms: i64,
    pub(super) healed_ms: i64,
}

fn digest(bytes: &[u8]) -> Result<u128> {
    let bytes: [u8; 16] = bytes
        .try_into()
        .map_err(|_| Error::CacheDamaged("a digest of another length".into()))?;
    Ok(u128::from_be_bytes(bytes))
}

impl Scope {
    /// The scope as it stands; none where nothing was pulled of it.
    pub(super) fn find(conn: &Connection, scope: &str) -> Result<Option<Self>> {
        let row = conn
            .prepare_cached(
                "SELECT id, digest, round, marking, bulk, tries, checked_ms, healed_ms
                 FROM feed_scope WHERE scope = ?1",
            )?
            .query_row([scope], |r| {
                let sum: Vec<u8> = r.get(1)?;
                let found = Self {
                    id: r.get(0)?,
                    sum: 0,
                    round: r.get(2)?,
                    marking: r.get(3)?,
                    bulk: r.get(4)?,
                    tries: r.get(5)?,
                    checked_ms: r.get(6)?,
                    healed_ms: r.get(7)?,
                };
                Ok((found, sum))
            })
            .optional()?;
        row.map(|(mut found, sum)| {
            found.sum = digest(&sum)?;
            Ok(found)
        })
        .transpose()
    }

    /// The scope, made where it is new. `fresh`: a snapshot begins.
    pub(super) fn open(tx: &Transaction<'_>, scope: &str, fresh: bool) -> Result<Self> {
        let found = Self::find(tx, scope)?;
        let mut scope = match found {
            Some(found) => found,
            None => {
                let id = tx
                    .prepare_cached(
                        "INSERT INTO feed_scope VALUES (NULL, ?1, zeroblob(16), 0, 0, 0, 0, 0, 0)",
                    )?
                    .insert([scope])?;
                Self {
                    id,
                    sum: 0,
                    round: 0,
                    marking: false,
                    bulk: false,
                    tries: 0,
                    checked_ms: 0,
                    healed_ms: 0,
                }
            }
        };
        if fresh {
            scope.round += 1;
            scope.marking = true;
        }
        Ok(scope)
    }

    /// Writes down how it stands.
    pub(super) fn keep(&self, tx: &Transaction<'_>) -> Result<()> {
        tx.prepare_cached(
            "UPDATE feed_scope SET digest = ?2, round = ?3, marking = ?4, bulk = ?5, tries = ?6,
                    checked_ms = ?7, healed_ms = ?8 WHERE id = ?1",
        )?
        .execute(params![
            self.id,
            self.sum.to_be_bytes(),
            self.round,
            self.marking,
            self.bulk,
            self.tries,
            self.checked_ms,
            self.healed_ms,
        ])?;
        Ok(())
    }

    /// An entity came.
    pub(super) fn came(
        &mut self,
        tx: &Transaction<'_>,
        entity: &str,
        key: &str,
        body: &str,
    ) -> Result<()> {
        let now = entity_digest(entity, key, body);
        let before = self.digest_of(tx, entity, key)?.unwrap_or(0);
        self.sum = self.sum.wrapping_sub(before).wrapping_add(now);
        tx.prepare_cached("REPLACE INTO feed_row VALUES (?1, ?2, ?3, ?4, ?5)")?
            .execute(params![self.id, entity, key, now.to_be_bytes(), self.round])?;
        Ok(())
    }

    /// An entity left. Answers whether its content goes too: no other scope has it.
    pub(super) fn left(&mut self, tx: &Transaction<'_>, entity: &str, key: &str) -> Result<bool> {
        let before = self.digest_of(tx, entity, key)?.unwrap_or(0);
        self.sum = self.sum.wrapping_sub(before);
        tx.prepare_cached("DELETE FROM feed_row WHERE scope = ?1 AND entity = ?2 AND key = ?3")?
            .execute(params![self.id, entity, key])?;
        let elsewhere = tx
            .prepare_cached(
                "SELECT 1 FROM feed_row WHERE scope IN (SELECT id FROM feed_scope WHERE id <> ?1)
                 AND entity = ?2 AND key = ?3",
            )?
            .exists(params![self.id, entity, key])?;
        Ok(!elsewhere)
    }

    fn digest_of(&self, tx: &Transaction<'_>, entity: &str, key: &str) -> Result<Option<u128>> {
        let row: Option<Vec<u8>> = tx
            .prepare_cached(
                "SELECT digest FROM feed_row WHERE scope = ?1 AND entity = ?2 AND key = ?3",
            )?
            .query_row(params![self.id, entity, key], |r| r.get(0))
            .optional()?;
        row.map(|bytes| digest(&bytes)).transpose()
    }

    /// What the snapshot that ends now did not bring: kind and key.
    pub(super) fn left_over(&self, tx: &Transaction<'_>) -> Result<Vec<(String, String)>> {
        let mut statement =
            tx.prepare_cached("SELECT entity, key FROM feed_row WHERE scope = ?1 AND round < ?2")?;
        let rows = statement.query_map([self.id, self.round], |r| Ok((r.get(0)?, r.get(1)?)))?;
        Ok(rows.collect::<std::result::Result<_, _>>()?)
    }

    /// The sum worked out anew from the rows.
    pub(super) fn summed(&self, conn: &Connection) -> Result<u128> {
        let mut statement = conn.prepare_cached("SELECT digest FROM feed_row WHERE scope = ?1")?;
        let mut rows = statement.query([self.id])?;
        let mut sum = 0u128;
        while let Some(row) = rows.next()? {
            let bytes = row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?;
            sum = sum.wrapping_add(digest(bytes)?);
        }
        Ok(sum)
    }

    /// Whether every row's content is what its digest says, and the sum is theirs.
    pub(super) fn is_whole(&self, conn: &Connection) -> Result<bool> {
        for sql in table::contents() {
            let mut statement = conn.prepare(&sql)?;
            let mut rows = statement.query([self.id])?;
            while let Some(row) = rows.next()? {
                let (entity, key): (String, String) = (row.get(0)?, row.get(1)?);
                let kept = row.get_ref(2)?.as_blob().map_err(rusqlite::Error::from)?;
                let body: Option<String> = row.get(3)?;
                let is = body.map(|b| entity_digest(&entity, &key, &b));
                if is != Some(digest(kept)?) {
                    return Ok(false);
                }
            }
        }
        Ok(self.summed(conn)? == self.sum)
    }
}
