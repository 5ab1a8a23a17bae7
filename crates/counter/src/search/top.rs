//! The lists of who came last, for beginnings that many keys share.
//!
//! What holds after every change, for each beginning `p` of a key:
//! - more than [`LIST`] keys begin with `p` ⇒ `p` has a list;
//! - `p` has a list ⇒ so has each beginning of `p` that a query can be;
//! - a list holds exactly the first [`LIST`] members of `p` by (rank, member), or all if they are fewer.

use super::keys::{Key, Kind};
use rusqlite::{Connection, OptionalExtension, Result, params};
use std::collections::BTreeMap;

/// Members in a list.
pub const LIST: usize = 64;

/// Keys read where a beginning has no list. It has at most [`LIST`] of them, except while a snapshot is
/// being written.
const LOOK: i64 = 256;

/// Sorts behind all keys that begin with what stands before it.
pub(super) const LAST: char = '\u{10FFFF}';

/// A member under a beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    pub(super) rank: i64,
    pub(super) member: i64,
    pub(super) kind: Kind,
}

/// Beginnings shorter than this (in bytes, the space included) are never asked for.
pub(super) fn shortest(key: &str) -> usize {
    match key.as_bytes().first() {
        // four digits at the end of a phone number are asked for whole
        Some(b't') => key.len(),
        _ => 2,
    }
}

/// The ends, as byte places, of all beginnings of this key that a query can be.
pub(super) fn ends(key: &str) -> impl Iterator<Item = usize> {
    let shortest = shortest(key);
    key.char_indices()
        .map(|(at, c)| at + c.len_utf8())
        .filter(move |end| *end >= shortest)
}

/// All beginnings of these keys that a query can be, each with its best kind.
fn beginnings(keys: &[Key]) -> BTreeMap<&str, Kind> {
    let mut found = BTreeMap::new();
    for key in keys {
        for end in ends(&key.text) {
            if let Some(prefix) = key.text.get(..end) {
                let kind = found.entry(prefix).or_insert(key.kind);
                *kind = key.kind.min(*kind);
            }
        }
    }
    found
}

/// Brings the lists in order after `search_key` was changed from the old keys of a member to the new.
pub(super) fn update(
    conn: &Connection,
    member: i64,
    (old_keys, old_rank): (&[Key], i64),
    (new_keys, new_rank): (&[Key], i64),
) -> Result<()> {
    let (old, new) = (beginnings(old_keys), beginnings(new_keys));
    let mut listed: Vec<&str> = Vec::new();
    let mut unlisted: Vec<&str> = Vec::new();
    // in this order a beginning comes before all that is longer, and no list means none below
    let mut none_below: Option<&str> = None;
    for prefix in merged(&old, &new) {
        if none_below.is_some_and(|above| prefix.starts_with(above)) {
            unlisted.push(prefix);
        } else if has_list(conn, prefix)? {
            listed.push(prefix);
        } else {
            none_below = Some(prefix);
            unlisted.push(prefix);
        }
    }
    // longer ones first: a list is refilled from those below it
    for prefix in listed.iter().rev() {
        let was = old.get(prefix).map(|kind| Entry {
            rank: old_rank,
            member,
            kind: *kind,
        });
        let is = new.get(prefix).map(|kind| Entry {
            rank: new_rank,
            member,
            kind: *kind,
        });
        if was != is {
            replace(conn, prefix, was, is)?;
        }
    }
    let mut few_below: Option<&str> = None;
    for prefix in unlisted {
        if few_below.is_some_and(|above| prefix.starts_with(above)) || !new.contains_key(prefix) {
            continue;
        }
        if !grow(conn, prefix)? {
            few_below = Some(prefix);
        }
    }
    Ok(())
}

fn merged<'a>(old: &BTreeMap<&'a str, Kind>, new: &BTreeMap<&'a str, Kind>) -> Vec<&'a str> {
    let mut all: Vec<&str> = old.keys().chain(new.keys()).copied().collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn has_list(conn: &Connection, prefix: &str) -> Result<bool> {
    conn.prepare_cached("SELECT 1 FROM search_top WHERE prefix = ?1 LIMIT 1")?
        .exists([prefix])
}

fn replace(conn: &Connection, prefix: &str, was: Option<Entry>, is: Option<Entry>) -> Result<()> {
    let removed = match was {
        Some(was) => delete(conn, prefix, was)?,
        None => false,
    };
    match (was, is) {
        (Some(was), Some(is)) if removed && is.rank <= was.rank => insert(conn, prefix, is),
        _ if removed => {
            let inside = list(conn, prefix, LIST)?;
            match best_outside(conn, prefix, &inside)? {
                Some(next) => insert(conn, prefix, next),
                None => Ok(()),
            }
        }
        (_, Some(is)) => match last(conn, prefix)? {
            Some(last) if (is.rank, is.member) > (last.rank, last.member) => Ok(()),
            Some(last) => {
                insert(conn, prefix, is)?;
                delete(conn, prefix, last).map(|_| ())
            }
            None => insert(conn, prefix, is),
        },
        (_, None) => Ok(()),
    }
}

/// The last place of a list that is full; none where there is room.
fn last(conn: &Connection, prefix: &str) -> Result<Option<Entry>> {
    let before = i64::try_from(LIST).unwrap_or(i64::MAX) - 1;
    conn.prepare_cached(
        "SELECT rank, member, kind FROM search_top WHERE prefix = ?1 ORDER BY rank, member LIMIT 1 OFFSET ?2",
    )?
    .query_row(params![prefix, before], entry)
    .optional()
}

fn insert(conn: &Connection, prefix: &str, entry: Entry) -> Result<()> {
    conn.prepare_cached(
        "INSERT INTO search_top (prefix, rank, member, kind) VALUES (?1, ?2, ?3, ?4)",
    )?
    .execute(params![prefix, entry.rank, entry.member, entry.kind.code()])
    .map(|_| ())
}

fn delete(conn: &Connection, prefix: &str, entry: Entry) -> Result<bool> {
    conn.prepare_cached("DELETE FROM search_top WHERE prefix = ?1 AND rank = ?2 AND member = ?3")?
        .execute(params![prefix, entry.rank, entry.member])
        .map(|n| n > 0)
}

/// Writes a list for a beginning that has none, where there is one.
pub(super) fn write(conn: &Connection, prefix: &str, entries: &[Entry]) -> Result<()> {
    entries
        .iter()
        .try_for_each(|entry| insert(conn, prefix, *entry))
}

/// The first `limit` members of a beginning's list, most recent first; empty where it has no list.
pub(super) fn list(conn: &Connection, prefix: &str, limit: usize) -> Result<Vec<Entry>> {
    conn.prepare_cached(
        "SELECT rank, member, kind FROM search_top WHERE prefix = ?1 ORDER BY rank, member LIMIT ?2",
    )?
    .query_map(params![prefix, i64::try_from(limit).unwrap_or(i64::MAX)], entry)?
    .collect()
}

/// The members of a beginning, most recent first: at least `limit` of them where it has as many, up to
/// [`LIST`].
pub(super) fn first(conn: &Connection, prefix: &str, limit: usize) -> Result<Vec<Entry>> {
    let listed = list(conn, prefix, limit)?;
    if listed.is_empty() {
        rows(conn, prefix, LOOK).map(members)
    } else {
        Ok(listed)
    }
}

/// At most `limit` keys that begin with this, as they lie in the table.
pub(super) fn rows(conn: &Connection, prefix: &str, limit: i64) -> Result<Vec<Entry>> {
    conn.prepare_cached(
        "SELECT rank, member, kind FROM search_key WHERE key >= ?1 AND key < ?2 LIMIT ?3",
    )?
    .query_map(params![prefix, behind(prefix), limit], entry)?
    .collect()
}

fn entry(row: &rusqlite::Row<'_>) -> Result<Entry> {
    Ok(Entry {
        rank: row.get(0)?,
        member: row.get(1)?,
        kind: Kind::from_code(row.get(2)?),
    })
}

/// Each member once, with its best kind, most recent first.
pub(super) fn members(mut rows: Vec<Entry>) -> Vec<Entry> {
    rows.sort_unstable();
    rows.dedup_by_key(|entry| (entry.rank, entry.member));
    rows
}

fn behind(prefix: &str) -> String {
    format!("{prefix}{LAST}")
}

/// Gives a beginning its list if enough keys begin with it; says whether it has one now.
fn grow(conn: &Connection, prefix: &str) -> Result<bool> {
    let many = i64::try_from(LIST).unwrap_or(i64::MAX).saturating_add(1);
    if rows(conn, prefix, many)?.len() <= LIST {
        return Ok(false);
    }
    let mut all = members(rows(conn, prefix, -1)?);
    all.truncate(LIST);
    write(conn, prefix, &all)?;
    Ok(true)
}

/// The most recent member of a beginning that is not in its list, from the lists and keys below it.
fn best_outside(conn: &Connection, prefix: &str, inside: &[Entry]) -> Result<Option<Entry>> {
    let outside = |entry: &Entry| !inside.iter().any(|e| e.member == entry.member);
    let mut best: Option<Entry> = None;
    let mut at = prefix.to_owned();
    loop {
        let next: Option<String> = conn
            .prepare_cached(
                "SELECT key FROM search_key WHERE key >= ?1 AND key < ?2 ORDER BY key LIMIT 1",
            )?
            .query_row(params![at, behind(prefix)], |row| row.get(0))
            .optional()?;
        let Some(key) = next else {
            return Ok(best);
        };
        let following = key.get(prefix.len()..).and_then(|rest| rest.chars().next());
        let below = match following {
            Some(c) => {
                let child = format!("{prefix}{c}");
                at = behind(&child);
                let listed = list(conn, &child, LIST)?;
                if listed.is_empty() {
                    rows(conn, &child, -1)?
                } else {
                    listed
                }
            }
            None => {
                // keys that end here: initials of many members
                at = format!("{prefix}\u{1}");
                conn.prepare_cached("SELECT rank, member, kind FROM search_key WHERE key = ?1")?
                    .query_map([prefix], entry)?
                    .collect::<Result<_>>()?
            }
        };
        best = best
            .into_iter()
            .chain(below.into_iter().filter(outside))
            .min();
    }
}
