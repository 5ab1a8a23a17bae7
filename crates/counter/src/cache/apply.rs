//! Changes of a feed, written to the cache.

use super::products::put_product;
use crate::error::{Error, Result};
use crate::search::index;
use protocol::entity::{self, Member, Product, Receipt};
use protocol::pull::Change;
use protocol::{Generation, MemberId};
use rusqlite::{Transaction, params};
use serde::de::DeserializeOwned;

/// Applies changes in order. One that cannot be read makes the whole pull nonsense: better no
/// change than half of one.
pub(crate) fn changes(tx: &Transaction<'_>, changes: &[Change]) -> Result<()> {
    changes.iter().try_for_each(|c| one(tx, c))
}

fn one(tx: &Transaction<'_>, change: &Change) -> Result<()> {
    let body = change.body.as_ref().map(|b| b.get());
    match (change.entity.as_str(), body) {
        (entity::MEMBER, Some(text)) => {
            let member: Member = parse(change, text)?;
            index::put_member(tx, &member)?;
            note_ahead_due(tx, &member, change.n)?;
            if let Some(code) = &member.joined_by_code {
                tx.prepare_cached("REPLACE INTO joined (code, member) VALUES (?1, ?2)")?
                    .execute([code, member.id.as_str()])?;
            }
        }
        (entity::MEMBER, None) => {
            index::remove_member(tx, &MemberId::new(change.key.as_str()))?;
        }
        (entity::RECEIPT, Some(text)) => {
            let r: Receipt = parse(change, text)?;
            tx.prepare_cached(
                "REPLACE INTO receipt (key, no, member, at_ms, body) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![
                change.key,
                r.no,
                r.member.as_str(),
                r.at.timestamp_millis(),
                text
            ])?;
        }
        (entity::RECEIPT, None) => {
            tx.prepare_cached("DELETE FROM receipt WHERE key = ?1")?
                .execute([&change.key])?;
        }
        (entity::PRODUCT, Some(text)) => put_product(tx, &parse::<Product>(change, text)?, text)?,
        (entity::PRODUCT, None) => {
            tx.prepare_cached("DELETE FROM product WHERE sku = ?1")?
                .execute([&change.key])?;
        }
        // kinds that this build does not know are kept too: a later build reads them
        (kind, Some(text)) => {
            tx.prepare_cached("REPLACE INTO entity (kind, key, body) VALUES (?1, ?2, ?3)")?
                .execute(params![kind, change.key, text])?;
        }
        (kind, None) => {
            tx.prepare_cached("DELETE FROM entity WHERE kind = ?1 AND key = ?2")?
                .execute([kind, &change.key])?;
        }
    }
    Ok(())
}

fn note_ahead_due(tx: &Transaction<'_>, member: &Member, n: u64) -> Result<()> {
    if member.available.is_positive() && !member.frozen {
        let n = i64::try_from(n).map_err(|_| Error::Nonsense("a number out of range".into()))?;
        tx.prepare_cached("REPLACE INTO ahead_due (member, n) VALUES (?1, ?2)")?
            .execute(params![member.id.as_str(), n])?;
    }
    Ok(())
}

fn parse<T: DeserializeOwned>(change: &Change, text: &str) -> Result<T> {
    // the key may be personal data in time to come; the number finds the change at the centre
    serde_json::from_str(text).map_err(|e| {
        Error::Nonsense(format!(
            "change {} of kind {:?}: {e}",
            change.n, change.entity
        ))
    })
}

/// Sets a scope's cursor.
pub(crate) fn set_cursor(
    tx: &Transaction<'_>,
    scope: &str,
    cursor: u64,
    generation: Generation,
) -> Result<()> {
    let cursor =
        i64::try_from(cursor).map_err(|_| Error::Nonsense("a cursor out of range".into()))?;
    tx.prepare_cached("REPLACE INTO cursor (scope, cursor, generation) VALUES (?1, ?2, ?3)")?
        .execute(params![scope, cursor, generation.0])?;
    Ok(())
}
