//! Keeping the keys of members in step with the members.

use super::keys::{self, Key, Kind};
use super::top;
use protocol::MemberId;
use protocol::entity::{Member, Skin};
use rusqlite::{Connection, OptionalExtension, Result, Transaction, params};

pub use super::top::LIST;

/// Between the words of a column that holds several.
pub(super) const UNIT: &str = "\u{1F}";
/// Rank of a member who never bought: behind all others.
const NEVER: i64 = 0x7F_FFFF;
/// Ranks count minutes from here (2020-01-01 UTC), so that they take three bytes in a row.
const RANKS_FROM: i64 = 1_577_836_800_000;

/// A member as the tables have her.
pub(super) struct Stored {
    pub(super) row: i64,
    pub(super) rank: i64,
    pub(super) keys: String,
}

/// Writes a member, new or changed, with her keys and her place in the lists.
///
/// # Errors
/// What the database says.
pub fn put_member(tx: &Transaction<'_>, member: &Member) -> Result<()> {
    put_member_as(tx, member, &written(member)?).map(|_| ())
}

/// [`put_member`], with the text that she was read from: fields that this build does not know are
/// kept. Answers how she was before, where she was held and could be read.
///
/// # Errors
/// What the database says.
pub fn put_member_as(tx: &Transaction<'_>, member: &Member, body: &str) -> Result<Option<Member>> {
    let was = as_stored(tx, &member.id)?;
    if let Some((row, before)) = &was
        && update_body(tx, *row, before, member, body)?
    {
        return Ok(was.map(|(_, before)| before));
    }
    let was = was.map(|(_, before)| before);
    let keys = keys::of(member);
    let rank = rank(member);
    let before = stored(tx, &member.id)?;
    let (row, before) = write_member(tx, member, body, before, &keys, rank)?;
    let (old, old_rank) = before;
    if old == keys && old_rank == rank {
        return Ok(was);
    }
    change_keys(tx, row, (&old, old_rank), (&keys, rank))?;
    Ok(was)
}

/// A member as she was put, with her row; none where she is not held or cannot be read.
fn as_stored(conn: &Connection, id: &MemberId) -> Result<Option<(i64, Member)>> {
    let before: Option<(i64, String)> = conn
        .prepare_cached("SELECT rowid, body FROM member WHERE id = ?1")?
        .query_row([id.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(before.and_then(|(row, text)| Some((row, serde_json::from_str(&text).ok()?))))
}

/// Writes a member where nothing changed by which she is found or sorted: most changes are such.
/// False where that is not so.
fn update_body(
    tx: &Transaction<'_>,
    row: i64,
    before: &Member,
    member: &Member,
    body: &str,
) -> Result<bool> {
    let same_keys = |m: &Member| (m.name.clone(), m.phone.clone(), m.no.clone(), rank(m));
    if same_keys(before) != same_keys(member) || before.earlier_cards != member.earlier_cards {
        return Ok(false);
    }
    tx.prepare_cached("UPDATE member SET body = ?2 WHERE rowid = ?1")?
        .execute(params![row, body])?;
    let same_row = before.tier == member.tier
        && before.skin == member.skin
        && before.allergies == member.allergies
        && before.last_purchase == member.last_purchase
        && before.home_store == member.home_store;
    if !same_row {
        write_row(tx, row, member)?;
    }
    Ok(true)
}

/// Writes the keys of members anew where they are others than [`keys::of`] gives now: a build before this one wrote
/// them in another form.
///
/// # Errors
/// What the database says.
pub fn rekey(tx: &Transaction<'_>) -> Result<()> {
    let mut last = i64::MIN;
    loop {
        let some: Vec<(i64, i64, String, String)> = tx
            .prepare_cached(
                "SELECT rowid, rank, keys, body FROM member WHERE rowid > ?1 ORDER BY rowid LIMIT 1000",
            )?
            .query_map([last], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
            })?
            .collect::<Result<_>>()?;
        let Some((end, ..)) = some.last() else {
            return Ok(());
        };
        last = *end;
        for (row, rank, written, body) in &some {
            // one that cannot be read is mended by the next pull
            let Ok(member) = serde_json::from_str::<Member>(body) else {
                continue;
            };
            let (old, new) = (read_keys(written), keys::of(&member));
            if old == new {
                continue;
            }
            tx.prepare_cached("UPDATE member SET keys = ?2 WHERE rowid = ?1")?
                .execute(params![row, written_keys(&new)])?;
            change_keys(tx, *row, (&old, *rank), (&new, *rank))?;
        }
    }
}

/// Takes old keys out and puts new ones in.
fn change_keys(
    tx: &Transaction<'_>,
    row: i64,
    (old, old_rank): (&[Key], i64),
    (keys, rank): (&[Key], i64),
) -> Result<()> {
    for key in old {
        if !keys.iter().any(|k| k.text == key.text) {
            delete_key(tx, &key.text, row)?;
        }
    }
    for key in keys {
        if old_rank != rank || !old.contains(key) {
            insert_key(tx, key.kind, &key.text, row, rank)?;
        }
    }
    top::update(tx, row, (old, old_rank), (keys, rank))
}

/// Takes a member out with all her keys; nothing to do where she is not held.
///
/// # Errors
/// What the database says.
pub fn remove_member(tx: &Transaction<'_>, id: &MemberId) -> Result<()> {
    let Some(before) = stored(tx, id)? else {
        return Ok(());
    };
    let old = read_keys(&before.keys);
    for key in &old {
        delete_key(tx, &key.text, before.row)?;
    }
    tx.prepare_cached("DELETE FROM member WHERE rowid = ?1")?
        .execute([before.row])?;
    tx.prepare_cached("DELETE FROM search_row WHERE member = ?1")?
        .execute([before.row])?;
    top::update(tx, before.row, (&old, before.rank), (&[], before.rank))
}

/// The whole member as it was put; none where she is not held.
///
/// # Errors
/// What the database says.
pub fn body(conn: &Connection, id: &MemberId) -> Result<Option<String>> {
    conn.prepare_cached("SELECT body FROM member WHERE id = ?1")?
        .query_row([id.as_str()], |row| row.get(0))
        .optional()
}

/// Takes all members out, before a snapshot that replaces them.
///
/// # Errors
/// What the database says.
pub fn clear(tx: &Transaction<'_>) -> Result<()> {
    tx.execute_batch(
        "DELETE FROM search_top; DELETE FROM search_key; DELETE FROM search_row; DELETE FROM member;",
    )
}

/// Sorts ascending from the most recent purchase to none at all.
pub(super) fn rank(member: &Member) -> i64 {
    member.last_purchase.map_or(NEVER, |at| {
        let minutes = (at.timestamp_millis() - RANKS_FROM).div_euclid(60_000);
        minutes.saturating_neg().min(NEVER - 1)
    })
}

/// A member as text.
pub(super) fn written(member: &Member) -> Result<String> {
    serde_json::to_string(member)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}

pub(super) fn stored(conn: &Connection, id: &MemberId) -> Result<Option<Stored>> {
    conn.prepare_cached("SELECT rowid, rank, keys FROM member WHERE id = ?1")?
        .query_row([id.as_str()], |row| {
            Ok(Stored {
                row: row.get(0)?,
                rank: row.get(1)?,
                keys: row.get(2)?,
            })
        })
        .optional()
}

/// Writes the rows of a member without her keys; returns her row and what keys and rank she had.
pub(super) fn write_member(
    conn: &Connection,
    member: &Member,
    body: &str,
    before: Option<Stored>,
    keys: &[Key],
    rank: i64,
) -> Result<(i64, (Vec<Key>, i64))> {
    let written = written_keys(keys);
    let row = match &before {
        Some(before) => {
            conn.prepare_cached(
                "UPDATE member SET rank = ?2, keys = ?3, body = ?4 WHERE rowid = ?1",
            )?
            .execute(params![before.row, rank, written, body])?;
            before.row
        }
        None => conn
            .prepare_cached("INSERT INTO member (id, rank, keys, body) VALUES (?1, ?2, ?3, ?4)")?
            .insert(params![member.id.as_str(), rank, written, body])?,
    };
    write_row(conn, row, member)?;
    Ok((
        row,
        before.map_or((Vec::new(), rank), |b| (read_keys(&b.keys), b.rank)),
    ))
}

fn write_row(conn: &Connection, row: i64, member: &Member) -> Result<()> {
    let skin = member.skin.as_ref().map(
        |Skin {
             moisture,
             sensitivity,
             pigmentation,
             ageing,
         }| { [moisture.as_str(), sensitivity, pigmentation, ageing].join(UNIT) },
    );
    let allergies = Some(member.allergies.join(UNIT)).filter(|text| !text.is_empty());
    conn.prepare_cached(include_str!("put_row.sql"))?
        .execute(params![
            row,
            member.id.as_str(),
            member.no,
            member.name,
            member.phone,
            member.tier,
            skin,
            allergies,
            member.last_purchase.map(|at| at.timestamp_millis()),
            member.home_store.as_str(),
        ])?;
    Ok(())
}

pub(super) fn insert_key(
    conn: &Connection,
    kind: Kind,
    key: &str,
    member: i64,
    rank: i64,
) -> Result<()> {
    conn.prepare_cached(
        "INSERT OR REPLACE INTO search_key (key, member, kind, rank) VALUES (?1, ?2, ?3, ?4)",
    )?
    .execute(params![key, member, kind.code(), rank])
    .map(|_| ())
}

pub(super) fn delete_key(conn: &Connection, key: &str, member: i64) -> Result<()> {
    conn.prepare_cached("DELETE FROM search_key WHERE key = ?1 AND member = ?2")?
        .execute(params![key, member])
        .map(|_| ())
}

fn written_keys(keys: &[Key]) -> String {
    let mut text = String::new();
    for key in keys {
        text.push(char::from(b'0' + key.kind.code()));
        text.push_str(&key.text);
        text.push('\n');
    }
    text
}

pub(super) fn read_keys(text: &str) -> Vec<Key> {
    text.lines()
        .filter_map(|line| {
            let kind = Kind::from_code(line.get(..1)?.parse().ok()?);
            Some(Key {
                kind,
                text: line.get(1..)?.to_owned(),
            })
        })
        .collect()
}
