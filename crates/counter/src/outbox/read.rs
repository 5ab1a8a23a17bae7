//! Reading operations back.

use super::{Summary, failure};
use crate::error::{Error, Result};
use chrono::{DateTime, Utc};
use identity::receipt::ReceiptNumber;
use protocol::chain::Hash;
use protocol::operation::{Body, Operation, PHONE, kinds_that_give_pieces};
use protocol::personal::PersonalField;
use protocol::push::Outcome;
use protocol::{DeviceId, Epoch, Generation, Seq};
use rusqlite::{Connection, OptionalExtension, Params, Transaction};
use serde_json::value::RawValue;

/// One row with what became of it.
pub(crate) struct Row {
    pub(crate) op_id: String,
    pub(crate) at: DateTime<Utc>,
    pub(crate) clerk: String,
    pub(crate) kind: String,
    /// Version of the rules that it was made under.
    pub(crate) program: u32,
    body: String,
    /// Personal values beside the body.
    personal: String,
    pub(crate) state: String,
    pub(crate) outcome: Option<Outcome>,
    pub(crate) summary: Summary,
    /// Screens must still add it to what the cache shows.
    pub(crate) overlay: bool,
}

impl Row {
    /// What the operation says; an own operation is always of a known kind.
    pub(crate) fn body(&self) -> Result<Body> {
        let personal: Vec<PersonalField> = serde_json::from_str(&self.personal)?;
        Body::read(&self.kind, &self.body, &personal)?
            .ok_or_else(|| Error::OutboxDamaged(format!("operation of kind {:?}", self.kind)))
    }
}

const COLUMNS: &str = "SELECT op_id, at_ms, clerk, kind, body, state, outcome, summary, program, overlay, personal FROM outbox ";

fn rows(conn: &Connection, rest: &str, params: impl Params) -> Result<Vec<Row>> {
    let mut statement = conn
        .prepare_cached(&format!("{COLUMNS}{rest}"))
        .map_err(failure)?;
    let raw = statement
        .query_map(params, |r| {
            Ok((
                r.get::<_, String>(0)?,
                r.get::<_, i64>(1)?,
                r.get::<_, String>(2)?,
                r.get::<_, String>(3)?,
                r.get::<_, String>(4)?,
                r.get::<_, String>(5)?,
                r.get::<_, Option<String>>(6)?,
                r.get::<_, String>(7)?,
                r.get::<_, u32>(8)?,
                r.get::<_, bool>(9)?,
                r.get::<_, String>(10)?,
            ))
        })
        .map_err(failure)?;
    raw.map(|row| {
        let (op_id, at_ms, clerk, kind, body, state, outcome, summary, program, overlay, personal) =
            row.map_err(failure)?;
        Ok(Row {
            op_id,
            at: DateTime::from_timestamp_millis(at_ms).unwrap_or_default(),
            clerk,
            kind,
            program,
            body,
            personal,
            state,
            outcome: outcome.map(|o| serde_json::from_str(&o)).transpose()?,
            summary: serde_json::from_str(&summary)?,
            overlay,
        })
    })
    .collect()
}

/// Operations that screens must add to what the cache shows of a member.
pub(crate) fn overlay_of(conn: &Connection, member: &str) -> Result<Vec<Row>> {
    rows(
        conn,
        "WHERE overlay = 1 AND member = ?1 AND state <> 'set_aside' ORDER BY epoch, seq",
        [member],
    )
}

/// How many operations of a kind carry a manager's approval since a moment, by the clerk who asked.
pub(crate) fn approved_since(
    conn: &Connection,
    kind: &str,
    since: DateTime<Utc>,
) -> Result<Vec<(String, u32)>> {
    let mut statement = conn
        .prepare_cached(include_str!("approved_since.sql"))
        .map_err(failure)?;
    let rows = statement
        .query_map((since.timestamp_millis(), kind), |r| {
            Ok((r.get(0)?, r.get(1)?))
        })
        .map_err(failure)?;
    rows.map(|r| r.map_err(failure)).collect()
}

/// Operations on sales whose number may be this one, which the centre's state does not show yet.
pub(crate) fn overlay_of_number(conn: &Connection, number_key: &str) -> Result<Vec<Row>> {
    rows(
        conn,
        "WHERE overlay = 1 AND receipt_key = ?1 AND state <> 'set_aside' ORDER BY epoch, seq",
        [number_key],
    )
}

/// [`overlay_of`] with all operations on sales whose number may be this one, hers or not.
pub(crate) fn overlay_with(conn: &Connection, member: &str, number_key: &str) -> Result<Vec<Row>> {
    rows(
        conn,
        "WHERE overlay = 1 AND (member = ?1 OR receipt_key = ?2) AND state <> 'set_aside'
         ORDER BY epoch, seq",
        [member, number_key],
    )
}

/// What may have given out pieces of rewards and the cache does not show yet.
pub(crate) fn overlay_of_pieces(conn: &Connection) -> Result<Vec<Row>> {
    let kinds = serde_json::to_string(&kinds_that_give_pieces())?;
    rows(
        conn,
        "WHERE overlay = 1 AND kind IN (SELECT value FROM json_each(?1)) AND state <> 'set_aside'
         ORDER BY epoch, seq",
        [kinds],
    )
}

/// Sales that this counter recorded under a number that may be this one, whatever became of them.
pub(crate) fn sales_like(conn: &Connection, number_key: &str) -> Result<Vec<Row>> {
    rows(
        conn,
        "WHERE receipt_key = ?1 AND kind = 'sale' ORDER BY epoch, seq",
        [number_key],
    )
}

/// Returns that this counter recorded for a number that may be this one.
pub(crate) fn returns_like(conn: &Connection, number_key: &str) -> Result<Vec<Row>> {
    rows(
        conn,
        "WHERE receipt_key = ?1 AND kind = 'return' AND state <> 'set_aside' ORDER BY epoch, seq",
        [number_key],
    )
}

/// The phone number that a sale was recorded for, where it was one and is not erased.
pub(crate) fn phone_of(conn: &Connection, op_id: &str) -> Result<Option<String>> {
    let personal: Option<String> = conn
        .prepare_cached("SELECT personal FROM outbox WHERE op_id = ?1")
        .and_then(|mut s| s.query_row([op_id], |r| r.get(0)).optional())
        .map_err(failure)?;
    let fields: Vec<PersonalField> =
        personal.map_or(Ok(Vec::new()), |p| serde_json::from_str(&p))?;
    let phone = fields.iter().find(|f| f.name == PHONE);
    Ok(phone.and_then(PersonalField::value).map(str::to_owned))
}

/// What the step to this schema does besides its SQL.
pub(super) fn fill_receipt_keys(tx: &Transaction<'_>) -> rusqlite::Result<()> {
    let mut all = tx.prepare("SELECT DISTINCT receipt FROM outbox WHERE receipt IS NOT NULL")?;
    let numbers = all.query_map([], |r| r.get::<_, String>(0))?;
    let numbers = numbers.collect::<rusqlite::Result<Vec<_>>>()?;
    tx.execute_batch("CREATE INDEX outbox_receipt_written ON outbox (receipt)")?;
    let mut keep = tx.prepare("UPDATE outbox SET receipt_key = ?2 WHERE receipt = ?1")?;
    for number in numbers {
        keep.execute([&number, &ReceiptNumber::stored(&number).loose()])?;
    }
    tx.execute_batch("DROP INDEX outbox_receipt_written")
}

/// An operation by its id, whatever became of it.
pub(crate) fn operation(conn: &Connection, op_id: &str) -> Result<Option<Row>> {
    Ok(rows(conn, "WHERE op_id = ?1", [op_id])?.pop())
}

/// Whether screens must still add an operation to what the cache shows.
pub(crate) fn in_overlay(conn: &Connection, op_id: &str) -> Result<bool> {
    conn.prepare_cached("SELECT 1 FROM outbox WHERE op_id = ?1 AND overlay = 1")
        .and_then(|mut s| s.exists([op_id]))
        .map_err(failure)
}

/// What waits to be sent, newest first.
pub(crate) fn waiting(conn: &Connection) -> Result<Vec<Row>> {
    rows(
        conn,
        "WHERE state = 'waiting' AND state <> 'confirmed' AND kind <> 'release' \
         ORDER BY epoch DESC, seq DESC LIMIT 500",
        [],
    )
}

/// What the centre keeps for somebody, oldest first.
pub(crate) fn attention(conn: &Connection) -> Result<Vec<Row>> {
    rows(
        conn,
        "WHERE state IN ('held', 'set_aside') AND state <> 'confirmed' ORDER BY epoch, seq LIMIT 500",
        [],
    )
}

/// What was confirmed since a moment, newest first.
pub(crate) fn confirmed_since(
    conn: &Connection,
    since: DateTime<Utc>,
    limit: u32,
) -> Result<Vec<Row>> {
    rows(
        conn,
        "WHERE state = 'confirmed' AND kind <> 'release' AND at_ms >= ?1 ORDER BY at_ms DESC LIMIT ?2",
        [since.timestamp_millis(), i64::from(limit)],
    )
}

/// How many are confirmed since a moment.
pub(crate) fn confirmed_count(conn: &Connection, since: DateTime<Utc>) -> Result<u32> {
    conn.prepare_cached(include_str!("confirmed_count.sql"))
        .and_then(|mut s| s.query_row([since.timestamp_millis()], |r| r.get(0)))
        .map_err(failure)
}

/// How many wait; how many need a person. Reads no operation that is settled, however many there are.
pub(crate) fn open_counts(conn: &Connection) -> Result<(u32, u32)> {
    conn.prepare_cached(include_str!("open_counts.sql"))
        .and_then(|mut s| s.query_row([], |r| Ok((r.get(0)?, r.get(1)?))))
        .map_err(failure)
}

/// When the last operation was made, whatever became of it.
pub(crate) fn last_made(conn: &Connection) -> Result<Option<DateTime<Utc>>> {
    let last: Option<i64> = conn
        .prepare_cached("SELECT at_ms FROM outbox ORDER BY epoch DESC, seq DESC LIMIT 1")
        .and_then(|mut s| s.query_row([], |r| r.get(0)).optional())
        .map_err(failure)?;
    Ok(last.and_then(DateTime::from_timestamp_millis))
}

/// When the oldest operation was made that waits to be sent.
pub(crate) fn waiting_since(conn: &Connection) -> Result<Option<DateTime<Utc>>> {
    let oldest: Option<i64> = conn
        .prepare_cached(
            // the second term names the index of what is not settled
            "SELECT MIN(at_ms) FROM outbox WHERE state = 'waiting' AND state <> 'confirmed'",
        )
        .and_then(|mut s| s.query_row([], |r| r.get(0)))
        .map_err(failure)?;
    Ok(oldest.and_then(DateTime::from_timestamp_millis))
}

/// Operations to be sent, in order, within the limits of one push.
pub(crate) fn batch(
    conn: &Connection,
    device: DeviceId,
    epoch: Epoch,
    from: Seq,
    most: usize,
    most_bytes: usize,
) -> Result<Vec<Operation>> {
    let mut statement = conn
        .prepare_cached(include_str!("batch.sql"))
        .map_err(failure)?;
    let first = i64::try_from(from.0).map_err(|_| Error::TooLarge)?;
    let limit = i64::try_from(most).map_err(|_| Error::TooLarge)?;
    let mut found = statement.query((epoch.0, first, limit)).map_err(failure)?;
    let (mut ops, mut bytes) = (Vec::new(), 0);
    while let Some(r) = found.next().map_err(failure)? {
        let op = to_send(r, device, epoch)?;
        // generous for what JSON adds around body and personal values
        bytes += op.body.get().len() + 1_024 + op.personal.len() * 256;
        if !ops.is_empty() && bytes > most_bytes {
            break;
        }
        ops.push(op);
    }
    Ok(ops)
}

fn to_send(r: &rusqlite::Row<'_>, device: DeviceId, epoch: Epoch) -> Result<Operation> {
    let damaged = |what: &str| Error::OutboxDamaged(format!("operation with unreadable {what}"));
    let text = |i: usize| r.get::<_, String>(i).map_err(failure);
    let millis = |i: usize| -> Result<DateTime<Utc>> {
        DateTime::from_timestamp_millis(r.get(i).map_err(failure)?).ok_or_else(|| damaged("time"))
    };
    Ok(Operation {
        seq: Seq(
            u64::try_from(r.get::<_, i64>(0).map_err(failure)?).map_err(|_| damaged("number"))?
        ),
        op_id: text(1)?.parse().map_err(|_| damaged("id"))?,
        device,
        epoch,
        generation: Generation(r.get(2).map_err(failure)?),
        clerk: text(3)?.into(),
        program: r.get(4).map_err(failure)?,
        at: millis(5)?,
        contact: millis(6)?,
        kind: text(7)?,
        body: RawValue::from_string(text(8)?)?,
        personal: serde_json::from_str(&text(9)?)?,
        prev_hash: Hash::from_hex(&text(10)?).map_err(|_| damaged("hash"))?,
        hash: Hash::from_hex(&text(11)?).map_err(|_| damaged("hash"))?,
        clerk_signature: r.get(12).map_err(failure)?,
        approval_signature: r.get(13).map_err(failure)?,
    })
}
