//! Where the cache keeps things of each kind: the one place that says so, for writing, taking out and checking.

use super::connection::count_commit;
use super::{products, receipts};
use crate::error::Result;
use crate::search::index;
use protocol::MemberId;
use protocol::entity::EntityKind;
use rusqlite::{Connection, Transaction, params};
use std::collections::BTreeSet;

/// A table that holds things whole, as JSON text in its column `body`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Table {
    /// With search keys beside them.
    Member,
    /// With what their numbers are looked for by.
    Receipt,
    /// With what they are looked for by.
    Product,
    /// All that is only read by its key or its member, and all kinds of a later build.
    Entity,
}

impl Table {
    const ALL: [Self; 4] = [Self::Member, Self::Receipt, Self::Product, Self::Entity];

    /// The table of a kind.
    pub(super) const fn of(kind: EntityKind) -> Self {
        match kind {
            EntityKind::Member => Self::Member,
            EntityKind::Receipt => Self::Receipt,
            EntityKind::Product => Self::Product,
            // all others are kept whole, whatever they are
            _ => Self::Entity,
        }
    }

    /// The table of a kind by its name; one of a later build is kept too, for that build to read.
    fn of_name(kind: &str) -> Self {
        EntityKind::named(kind).map_or(Self::Entity, Self::of)
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Receipt => "receipt",
            Self::Product => "product",
            Self::Entity => "entity",
        }
    }

    /// The table, and what chooses its rows of a kind.
    pub(super) fn rows_of(self, kind: EntityKind) -> String {
        match self {
            Self::Entity => format!("entity WHERE kind = '{}'", kind.name()),
            own => format!("{} WHERE true", own.name()),
        }
    }

    /// The column of the key.
    pub(super) const fn key(self) -> &'static str {
        match self {
            Self::Member => "id",
            Self::Receipt | Self::Entity => "key",
            Self::Product => "sku",
        }
    }

    /// The table, and what chooses a member's (`?1`) rows of a kind; none where they are nobody's.
    pub(super) fn rows_of_member(self, kind: EntityKind) -> Option<String> {
        match self {
            Self::Member => Some("member WHERE id = ?1".to_owned()),
            Self::Receipt => Some("receipt WHERE member = ?1".to_owned()),
            Self::Product => None,
            // without a word, SQLite would go through all of the kind
            Self::Entity => Some(format!(
                "entity INDEXED BY entity_of_member WHERE kind = '{}' AND member = ?1",
                kind.name()
            )),
        }
    }

    /// Takes a thing out.
    fn remove(self, tx: &Transaction<'_>, kind: &str, key: &str) -> Result<()> {
        match self {
            Self::Member => index::remove_member(tx, &MemberId::new(key))?,
            Self::Receipt => receipts::remove(tx, key)?,
            Self::Product => products::remove(tx, key)?,
            Self::Entity => {
                tx.prepare_cached("DELETE FROM entity WHERE kind = ?1 AND key = ?2")?
                    .execute([kind, key])?;
            }
        }
        Ok(())
    }

    /// Reads what came in a scope (`?1`) beside the content of this table: kind, key, digest, content.
    fn contents(self) -> String {
        let kinds = |of: &dyn Fn(Self) -> bool| {
            let kinds = EntityKind::ALL.into_iter().filter(|k| of(Self::of(*k)));
            let names: Vec<String> = kinds.map(|k| format!("'{}'", k.name())).collect();
            names.join(", ")
        };
        let (also, which) = match self {
            // kinds of a later build too
            Self::Entity => (
                "AND c.kind = f.entity",
                format!("NOT IN ({})", kinds(&|table| table != self)),
            ),
            own => ("", format!("IN ({})", kinds(&|table| table == own))),
        };
        let (name, key) = (self.name(), self.key());
        format!(
            "SELECT f.entity, f.key, f.digest, c.body FROM feed_row f
             LEFT JOIN {name} c ON c.{key} = f.key {also} WHERE f.scope = ?1 AND f.entity {which}"
        )
    }
}

/// Statements that read all that came in a scope (`?1`): kind, key, digest, content.
pub(super) fn contents() -> impl Iterator<Item = String> {
    Table::ALL.into_iter().map(Table::contents)
}

/// Takes a thing out.
pub(super) fn remove(tx: &Transaction<'_>, kind: &str, key: &str) -> Result<()> {
    Table::of_name(kind).remove(tx, kind, key)
}

/// Writes a thing that needs no table of its own, with whose it is.
pub(super) fn put_entity(
    tx: &Transaction<'_>,
    kind: &str,
    key: &str,
    text: &str,
) -> rusqlite::Result<()> {
    let known = EntityKind::named(kind);
    let member = known.and_then(|kind| kind.member_of(key, text));
    tx.prepare_cached("REPLACE INTO entity (kind, key, body, member) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![
            kind,
            key,
            text,
            member.as_ref().map(MemberId::as_str)
        ])?;
    Ok(())
}

/// Whether whose a thing is was written by exactly the kinds that this build knows.
pub(super) fn is_of_this_build(conn: &Connection) -> rusqlite::Result<bool> {
    Ok(noted(conn)? == known())
}

/// A build that did not know a kind wrote nobody's name beside it: what it kept is given its member now, and what kinds
/// are known is noted, so that the next build that knows more does the same.
pub(super) fn note_members(conn: &mut Connection) -> Result<()> {
    if is_of_this_build(conn)? {
        return Ok(());
    }
    let tx = conn.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let noted = noted(&tx)?;
    for kind in EntityKind::ALL {
        if Table::of(kind) == Table::Entity && !noted.contains(kind.name()) {
            name_members(&tx, kind)?;
        }
    }
    tx.execute("DELETE FROM member_noted", [])?;
    for kind in known() {
        tx.execute("INSERT INTO member_noted VALUES (?1)", [kind])?;
    }
    count_commit(&tx)?;
    tx.commit()?;
    Ok(())
}

fn known() -> BTreeSet<String> {
    EntityKind::ALL
        .into_iter()
        .map(|kind| kind.name().to_owned())
        .collect()
}

fn noted(conn: &Connection) -> rusqlite::Result<BTreeSet<String>> {
    conn.prepare("SELECT kind FROM member_noted")?
        .query_map([], |r| r.get(0))?
        .collect()
}

fn name_members(tx: &Transaction<'_>, kind: EntityKind) -> Result<()> {
    let mut read = tx.prepare("SELECT key, body FROM entity WHERE kind = ?1")?;
    let rows = read.query_map([kind.name()], |r| {
        let (key, body): (String, String) = (r.get(0)?, r.get(1)?);
        let member = kind.member_of(&key, &body);
        Ok((key, member))
    })?;
    let rows: Vec<_> = rows.collect::<std::result::Result<_, _>>()?;
    let mut write = tx.prepare("UPDATE entity SET member = ?3 WHERE kind = ?1 AND key = ?2")?;
    for (key, member) in rows {
        let member = member.as_ref().map(MemberId::as_str);
        write.execute(params![kind.name(), key, member])?;
    }
    Ok(())
}

#[cfg(test)]
#[path = "table_tests.rs"]
mod tests;
