//! Appending an operation: numbered, chained, with what it spends in the same transaction.

use super::{clerk_keys, failure, identity};
use crate::error::{Error, Result};
use crate::hand::Hands;
use ::identity::receipt::ReceiptNumber;
use chrono::{DateTime, Utc};
use loyalty::{Money, Points};
use protocol::chain::Hash;
use protocol::operation::{Body, Operation};
use protocol::personal::PersonalField;
use protocol::{OpId, Seq, limits};
use rusqlite::{OptionalExtension, Transaction, params};
use serde::{Deserialize, Serialize};

/// An operation before it has its place in the chain.
pub(crate) struct Draft {
    pub(crate) op_id: OpId,
    pub(crate) hands: Hands,
    pub(crate) program: u32,
    pub(crate) at: DateTime<Utc>,
    pub(crate) body: Body,
    pub(crate) personal: Vec<PersonalField>,
    pub(crate) summary: Summary,
}

/// What lists show of an operation, without reading its body.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Summary {
    pub(crate) who: String,
    pub(crate) member: Option<String>,
    pub(crate) receipt: Option<String>,
    pub(crate) pieces: u32,
    pub(crate) what: String,
    pub(crate) money: Option<Money>,
    /// Each line after coupons, where coupons were used.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) nets: Vec<Money>,
    /// What the member gains and loses in points, as this counter worked it out.
    pub(crate) earned: Points,
    pub(crate) spent: Points,
    pub(crate) taken_back: Points,
    pub(crate) given_back: Points,
}

impl Summary {
    /// Points for her, less points from her.
    pub(crate) fn net(&self) -> Points {
        self.earned + self.given_back - self.spent - self.taken_back
    }
}

/// Appends within the caller's transaction; nothing is done until that commits.
pub(crate) fn append(tx: &Transaction<'_>, draft: &Draft) -> Result<Operation> {
    let me = identity::identity(tx)?.ok_or(Error::NotEnrolled)?;
    draft
        .hands
        .all()
        .try_for_each(|hand| clerk_keys::check(tx, hand))?;
    let epoch = identity::epoch(tx)?;
    let (last, prev_hash) = head(tx, epoch.0)?;
    let body = draft.body.to_json()?;
    if body.get().len() > limits::OP_BODY_BYTES {
        return Err(Error::TooLarge);
    }
    let at = DateTime::from_timestamp_millis(draft.at.timestamp_millis()).unwrap_or(draft.at);
    let contact = identity::last_contact(tx)?.unwrap_or(DateTime::UNIX_EPOCH);
    let contact = DateTime::from_timestamp_millis(contact.timestamp_millis()).unwrap_or(contact);
    let mut op = Operation {
        seq: last.next(),
        op_id: draft.op_id,
        device: me.device,
        epoch,
        generation: identity::generation(tx)?,
        clerk: draft.hands.name(),
        program: draft.program,
        at,
        contact,
        kind: draft.body.kind().to_owned(),
        body,
        personal: draft.personal.clone(),
        prev_hash,
        hash: Hash::ZERO,
        clerk_signature: None,
        approval_signature: None,
    };
    // whoever makes a draft keeps its limits: what is beyond them would be set aside at the centre
    debug_assert!(draft.body.fits(&op), "beyond the limits of {}", op.kind);
    op.hash = op.expected_hash();
    draft.hands.sign(&mut op);
    insert(tx, &op, &draft.summary)?;
    identity::note_believed(tx, op.at)?;
    Ok(op)
}

/// Last number and hash of an epoch; 0 and zeros where it is empty.
pub(crate) fn head(tx: &rusqlite::Connection, epoch: u32) -> Result<(Seq, Hash)> {
    let row: Option<(i64, String)> = tx
        .prepare_cached("SELECT seq, hash FROM outbox WHERE epoch = ?1 ORDER BY seq DESC LIMIT 1")
        .and_then(|mut s| {
            s.query_row([epoch], |r| Ok((r.get(0)?, r.get(1)?)))
                .optional()
        })
        .map_err(failure)?;
    match row {
        None => Ok((Seq(0), Hash::ZERO)),
        Some((seq, hash)) => Ok((
            Seq(u64::try_from(seq).map_err(|e| Error::OutboxDamaged(e.to_string()))?),
            Hash::from_hex(&hash).map_err(|e| Error::OutboxDamaged(e.to_string()))?,
        )),
    }
}

fn insert(tx: &Transaction<'_>, op: &Operation, summary: &Summary) -> Result<()> {
    let seq = i64::try_from(op.seq.0).map_err(|_| Error::TooLarge)?;
    let personal = serde_json::to_string(&op.personal)?;
    let words = serde_json::to_string(summary)?;
    let number = summary.receipt.as_deref().map(ReceiptNumber::stored);
    let receipt_key = number.map(|number| number.loose());
    tx.prepare_cached(include_str!("insert.sql"))
        .and_then(|mut s| {
            s.execute(params![
                op.epoch.0,
                seq,
                op.op_id.to_string(),
                op.generation.0,
                op.clerk.as_str(),
                op.program,
                op.at.timestamp_millis(),
                op.contact.timestamp_millis(),
                op.kind,
                op.body.get(),
                personal,
                op.prev_hash.to_string(),
                op.hash.to_string(),
                summary.member,
                summary.receipt,
                words,
                receipt_key,
                op.clerk_signature,
                op.approval_signature,
            ])
        })
        .map_err(failure)?;
    Ok(())
}
