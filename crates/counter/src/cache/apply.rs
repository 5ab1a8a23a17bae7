//! Changes of a feed, written to the cache.

use super::ahead::note_due;
use super::table::{Table, put_entity};
use super::{products, receipts};
use crate::error::{Error, Result};
use crate::search::{Bulk, index};
use protocol::attestation::Attestation;
use protocol::entity::{EntityKind, Member};
use protocol::pull::Change;
use protocol::{DeviceId, Generation, MemberId};
use rusqlite::{Transaction, params};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Writes an entity. One that cannot be read makes the whole pull nonsense: better no change than
/// half of one.
pub(super) fn put(
    tx: &Transaction<'_>,
    change: &Change,
    text: &str,
    bulk: Option<&mut Bulk>,
) -> Result<()> {
    let kind = EntityKind::named(&change.entity);
    // kinds that this build does not know are kept too: a later build reads them
    match kind.map_or(Table::Entity, Table::of) {
        Table::Member => put_member(tx, change, text, bulk),
        Table::Receipt => receipts::put(tx, &change.key, &parse(change, text)?, text),
        Table::Product => products::put(tx, &parse(change, text)?, text),
        Table::Entity => {
            put_entity(tx, &change.entity, &change.key, text)?;
            if kind == Some(EntityKind::Coupon) {
                note_coupon_due(tx, change, text)?;
            }
            Ok(())
        }
    }
}

fn put_member(
    tx: &Transaction<'_>,
    change: &Change,
    text: &str,
    bulk: Option<&mut Bulk>,
) -> Result<()> {
    let member: Member = parse(change, text)?;
    let before = match bulk {
        Some(bulk) => {
            bulk.put_as(tx, &member, text)?;
            None
        }
        None => index::put_member_as(tx, &member, text)?,
    };
    if before.is_none_or(|before| may_have_more(&before, &member)) {
        note_ahead_due(tx, &member, change.n)?;
    }
    if let Some(code) = &member.joined_by_code {
        tx.prepare_cached("REPLACE INTO joined (code, member) VALUES (?1, ?2)")?
            .execute([code, member.id.as_str()])?;
    }
    Ok(())
}

/// Whether this counter may be given more of her points than before: hers changed, or some came
/// free. What only went from free to some counter, this one among them, was just given.
fn may_have_more(before: &Member, now: &Member) -> bool {
    now.balance != before.balance
        || now.available > before.available
        || now.frozen != before.frozen
        || now.home_store != before.home_store
}

fn note_ahead_due(tx: &Transaction<'_>, member: &Member, n: u64) -> Result<()> {
    if member.available.is_positive() && !member.frozen {
        note_due(tx, &member.id, n)?;
    }
    Ok(())
}

/// A coupon that nobody holds is asked for ahead of time like points. What it does may be of a later
/// version: only whose it is and who holds it is read.
fn note_coupon_due(tx: &Transaction<'_>, change: &Change, text: &str) -> Result<()> {
    #[derive(Deserialize)]
    struct Held {
        member: MemberId,
        #[serde(default)]
        held_by: Option<DeviceId>,
    }
    let coupon: Held = parse(change, text)?;
    if coupon.held_by.is_none() {
        note_due(tx, &coupon.member, change.n)?;
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

/// Sets a scope's cursor, with the centre's signature where it has one.
pub(crate) fn set_cursor(
    tx: &Transaction<'_>,
    scope: &str,
    cursor: u64,
    generation: Generation,
    attestation: Option<Attestation>,
) -> Result<()> {
    let cursor =
        i64::try_from(cursor).map_err(|_| Error::Nonsense("a cursor out of range".into()))?;
    let attestation = attestation.map(|signed| signed.to_string());
    tx.prepare_cached(
        "REPLACE INTO cursor (scope, cursor, generation, attestation) VALUES (?1, ?2, ?3, ?4)",
    )?
    .execute(params![scope, cursor, generation.0, attestation])?;
    Ok(())
}
