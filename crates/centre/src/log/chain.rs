//! Entries as they are written: numbered without gaps, each hash over the one before.

use chrono::{DateTime, SubsecRound, Utc};
use protocol::chain::{Hash, Transcript};
use sea_orm::{
    ActiveValue::Set, ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel, Statement,
};

use super::{Entry, Who};
use crate::error::ServiceError;
use centre_store::column::Col;
use centre_store::db::{Later, WriteTransaction};
use centre_store::tables::{log_entry, log_head};

/// Entries in one statement.
const CHUNK: usize = 60;

/// The hash that an entry should have.
#[must_use]
pub fn expected_hash(row: &log_entry::Model) -> Hash {
    let or_none = |id: Option<String>| id.unwrap_or_default();
    Transcript::new("counterpart.log.1")
        .part(row.prev_hash.as_bytes())
        .number(*row.n)
        .part(&row.at.timestamp_millis().to_be_bytes())
        .part(&row.happened_at.timestamp_millis().to_be_bytes())
        .part(row.kind.as_bytes())
        .part(row.who_kind.as_bytes())
        .part(row.who.as_bytes())
        .part(row.place.as_bytes())
        .part(or_none(row.store_id.as_ref().map(ToString::to_string)).as_bytes())
        .part(or_none(row.device_id.as_ref().map(ToString::to_string)).as_bytes())
        .part(or_none(row.member_id.as_ref().map(ToString::to_string)).as_bytes())
        .part(or_none(row.op_id.clone()).as_bytes())
        .part(row.what.as_bytes())
        .part(row.why.as_bytes())
        .finish()
}

/// Writes entries at the end of the log, in the transaction of what they tell of. From here to the commit others wait
/// for the log's end: it is the last thing that a unit of work does.
pub(crate) async fn write(
    transaction: &WriteTransaction,
    entries: Vec<Entry>,
    who: &Who,
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    let count = entries.len() as u64;
    if count == 0 {
        return Ok(());
    }
    let (last, mut before) = lengthen(transaction, count).await?;
    let first = last.saturating_sub(count) + 1;
    let mut rows = Vec::with_capacity(entries.len());
    for (n, entry) in (first..).zip(entries) {
        let row = row_of(entry, who, (n, before), now);
        before = *row.hash;
        rows.push(row.into_active_model());
    }
    for some in rows.chunks(CHUNK) {
        let some = log_entry::Entity::insert_many(some.to_vec());
        transaction.write_later(some).await?;
    }
    let head = log_head::Entity::update(log_head::ActiveModel {
        only_row: Set(1),
        hash: Set(before.into()),
        ..Default::default()
    })
    .validate()?;
    Ok(transaction.write_later(head).await?)
}

/// Makes the log longer: the number of its last entry to be, and the hash of its last one now.
async fn lengthen(transaction: &WriteTransaction, count: u64) -> Result<(u64, Hash), ServiceError> {
    #[derive(FromQueryResult)]
    struct Head {
        n: Col<u64>,
        hash: Col<Hash>,
    }
    let statement = Statement::from_sql_and_values(
        transaction.get_database_backend(),
        "UPDATE log_head SET n = n + $1 WHERE only_row = 1 RETURNING n, hash",
        [Col(count).into()],
    );
    let head = Head::find_by_statement(statement).one(transaction).await?;
    let head = head.ok_or_else(|| ServiceError::missing("log_head", 1))?;
    Ok((*head.n, *head.hash))
}

fn row_of(
    entry: Entry,
    of_unit: &Who,
    (n, before): (u64, Hash),
    now: DateTime<Utc>,
) -> log_entry::Model {
    let who = entry.who.as_ref().unwrap_or(of_unit);
    let counter = who.counter();
    // whole milliseconds, as they are read again
    let now = now.trunc_subsecs(3);
    let happened = entry.happened_at.map_or(now, |at| at.trunc_subsecs(3));
    let mut row = log_entry::Model {
        n: n.into(),
        at: now.into(),
        happened_at: happened.into(),
        kind: entry.kind.word().to_owned(),
        who_kind: who.kind().to_owned(),
        who: who.name().to_owned(),
        place: who.place().to_owned(),
        store_id: counter.map(|(_, store)| store.into()),
        device_id: counter.map(|(device, _)| device.into()),
        member_id: entry.member.map(Col),
        op_id: entry.op_id,
        what: entry.what,
        why: entry.why,
        prev_hash: before.into(),
        hash: Hash::ZERO.into(),
    };
    row.hash = expected_hash(&row).into();
    row
}

#[cfg(test)]
mod tests {
    use super::super::Kind;
    use super::*;
    use protocol::ids::DeviceId;

    fn row() -> log_entry::Model {
        let who = Who::Clerk {
            clerk: "C1".into(),
            device: DeviceId::fresh(),
            store: "S1".into(),
        };
        let at = DateTime::from_timestamp_millis(1_790_000_000_123).unwrap();
        let entry = Entry::of(Kind::Viewed)
            .by(who)
            .about(&"M1".into())
            .said_by("op", at)
            .what("what")
            .why("why");
        row_of(entry, &Who::Centre, (7, Hash::from_bytes([1; 32])), at)
    }

    #[test]
    fn the_hash_covers_every_column() {
        let sound = row();
        let later = DateTime::from_timestamp_millis(1_790_000_000_124).unwrap();
        let changes: [fn(&mut log_entry::Model, DateTime<Utc>); 14] = [
            |r, _| r.n = Col(8),
            |r, at| r.at = at.into(),
            |r, at| r.happened_at = at.into(),
            |r, _| r.kind.push('x'),
            |r, _| r.who_kind.push('x'),
            |r, _| r.who.push('x'),
            |r, _| r.place.push('x'),
            |r, _| r.store_id = None,
            |r, _| r.device_id = None,
            |r, _| r.member_id = None,
            |r, _| r.op_id = None,
            |r, _| r.what.push('x'),
            |r, _| r.why.push('x'),
            |r, _| r.prev_hash = Hash::ZERO.into(),
        ];
        assert_eq!(expected_hash(&sound), *sound.hash);
        for (i, change) in changes.into_iter().enumerate() {
            let mut forged = sound.clone();
            change(&mut forged, later);
            assert_ne!(expected_hash(&forged), *sound.hash, "change {i}");
        }
    }

    #[test]
    fn what_a_unit_is_for_counts_where_an_entry_names_nobody() {
        let unit = Who::It {
            user: "ops".to_owned(),
        };
        let at = DateTime::from_timestamp_millis(0).unwrap();
        let row = row_of(Entry::of(Kind::StockSet), &unit, (1, Hash::ZERO), at);
        assert_eq!(
            (row.who.as_str(), row.place.as_str()),
            ("ops", "command_line")
        );
    }
}
