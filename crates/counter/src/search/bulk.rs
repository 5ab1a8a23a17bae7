//! Many members at once: keys sorted before they are written, lists made in one pass over the keys.

use super::index;
use super::keys::{self, Kind};
use super::top::{self, Entry, LIST};
use protocol::entity::Member;
use rusqlite::{Connection, Result, Transaction, params};
use std::collections::HashSet;

/// Keys that are sorted in memory before they are written: some 60 MB.
const SORTED_AT_ONCE: usize = 1_500_000;

/// A bulk that is under way; it may span several transactions.
#[derive(Debug, Default)]
pub struct Bulk {
    text: String,
    keys: Vec<Waiting>,
    members: HashSet<i64>,
}

/// A key not yet written; its text lies in [`Bulk::text`].
#[derive(Debug, Clone, Copy)]
struct Waiting {
    start: u32,
    length: u16,
    kind: Kind,
    rank: i32,
    member: i64,
}

/// Starts writing many members, as a snapshot brings them: keys are sorted in memory and written in
/// order, and the lists are made once at the end. Until [`finish_bulk`] a search may miss members; where
/// the writing breaks off, start again with a new bulk.
///
/// # Errors
/// What the database says.
pub fn begin_bulk(tx: &Transaction<'_>) -> Result<Bulk> {
    tx.execute("DELETE FROM search_top", [])?;
    Ok(Bulk::default())
}

/// Ends what [`begin_bulk`] started.
///
/// # Errors
/// What the database says.
pub fn finish_bulk(tx: &Transaction<'_>, mut bulk: Bulk) -> Result<()> {
    bulk.write(tx)?;
    lists(tx)
}

impl Bulk {
    /// Writes a member, new or changed.
    ///
    /// # Errors
    /// What the database says.
    pub fn put(&mut self, tx: &Transaction<'_>, member: &Member) -> Result<()> {
        self.put_as(tx, member, &index::written(member)?)
    }

    /// [`Bulk::put`], with the text that she was read from.
    ///
    /// # Errors
    /// What the database says.
    pub fn put_as(&mut self, tx: &Transaction<'_>, member: &Member, body: &str) -> Result<()> {
        let keys = keys::of(member);
        let rank = index::rank(member);
        let before = index::stored(tx, &member.id)?;
        if before
            .as_ref()
            .is_some_and(|b| self.members.contains(&b.row))
        {
            // twice in one bulk: her first keys must lie in the table to be taken out of it
            self.write(tx)?;
        }
        let (row, (old, _)) = index::write_member(tx, member, body, before, &keys, rank)?;
        for key in old {
            index::delete_key(tx, &key.text, row)?;
        }
        for key in &keys {
            self.add(key, row, rank);
        }
        self.members.insert(row);
        if self.keys.len() >= SORTED_AT_ONCE {
            self.write(tx)?;
        }
        Ok(())
    }

    fn add(&mut self, key: &keys::Key, member: i64, rank: i64) {
        let (Ok(start), Ok(length)) = (
            u32::try_from(self.text.len()),
            u16::try_from(key.text.len()),
        ) else {
            return;
        };
        let rank = i32::try_from(rank).unwrap_or(i32::MAX);
        self.keys.push(Waiting {
            start,
            length,
            kind: key.kind,
            rank,
            member,
        });
        self.text.push_str(&key.text);
    }

    fn write(&mut self, conn: &Connection) -> Result<()> {
        let text = self.text.as_str();
        let of = |key: &Waiting| -> &str {
            let start = key.start as usize;
            text.get(start..start + usize::from(key.length))
                .unwrap_or_default()
        };
        self.keys
            .sort_unstable_by(|a, b| of(a).cmp(of(b)).then(a.member.cmp(&b.member)));
        for key in &self.keys {
            index::insert_key(conn, key.kind, of(key), key.member, i64::from(key.rank))?;
        }
        self.keys.clear();
        self.text.clear();
        self.members.clear();
        Ok(())
    }
}

/// A beginning of the key that the pass is at.
struct Node {
    end: usize,
    keys: usize,
    best: Vec<Entry>,
}

/// Makes all lists anew, in one pass over the keys in their order.
fn lists(conn: &Connection) -> Result<()> {
    conn.execute("DELETE FROM search_top", [])?;
    let mut read =
        conn.prepare("SELECT key, rank, member, kind FROM search_key ORDER BY key, member")?;
    let mut rows = read.query(params![])?;
    let mut at = String::new();
    let mut open: Vec<Node> = Vec::new();
    while let Some(row) = rows.next()? {
        let key = row.get_ref(0)?.as_str()?;
        let entry = Entry {
            rank: row.get(1)?,
            member: row.get(2)?,
            kind: Kind::from_code(row.get(3)?),
        };
        if key != at {
            let common = at
                .bytes()
                .zip(key.bytes())
                .take_while(|(a, b)| a == b)
                .count();
            while open.last().is_some_and(|node| node.end > common) {
                close(conn, &at, &mut open)?;
            }
            let deepest = open.last().map_or(0, |node| node.end);
            open.extend(top::ends(key).filter(|end| *end > deepest).map(|end| Node {
                end,
                keys: 0,
                best: Vec::new(),
            }));
            key.clone_into(&mut at);
        }
        for node in &mut open {
            node.take(entry);
        }
    }
    while !open.is_empty() {
        close(conn, &at, &mut open)?;
    }
    Ok(())
}

impl Node {
    fn take(&mut self, entry: Entry) {
        self.keys += 1;
        if self.best.len() >= LIST && self.best.last().is_some_and(|last| entry >= *last) {
            return;
        }
        if let Some(same) = self.best.iter_mut().find(|e| e.member == entry.member) {
            same.kind = same.kind.min(entry.kind);
            return;
        }
        let place = self.best.partition_point(|e| *e < entry);
        self.best.insert(place, entry);
        self.best.truncate(LIST);
    }
}

fn close(conn: &Connection, at: &str, open: &mut Vec<Node>) -> Result<()> {
    match open.pop() {
        Some(node) if node.keys > LIST => {
            top::write(conn, at.get(..node.end).unwrap_or_default(), &node.best)
        }
        _ => Ok(()),
    }
}
