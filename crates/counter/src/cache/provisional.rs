//! Members of this counter's own making, whom the feed has not brought yet: beside those of the feed, found like them, and in no
//! digest.

use super::connection::count_commit;
use super::file::Cache;
use super::table::{self, put_entity};
use crate::error::Result;
use crate::search::index;
use protocol::entity::{EntityKind, Member};
use rusqlite::{Connection, Transaction, TransactionBehavior};
use std::collections::BTreeSet;

/// The kind under which it is noted who they are; no kind of a feed.
const NOTED: &str = "provisional";

fn noted(conn: &Connection) -> Result<BTreeSet<String>> {
    let mut s = conn.prepare_cached("SELECT key FROM entity WHERE kind = ?1")?;
    let rows = s.query_map([NOTED], |r| r.get(0))?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

/// Whether the centre has told of her by now.
fn is_in_feed(conn: &Connection, id: &str) -> Result<bool> {
    let sql = "SELECT 1 FROM feed_row WHERE scope IN (SELECT id FROM feed_scope)
               AND entity = ?1 AND key = ?2";
    let kind = EntityKind::Member.name();
    Ok(conn.prepare_cached(sql)?.exists([kind, id])?)
}

/// Whether a member is of this counter's making, and nobody else knows of her yet.
pub(crate) fn is_provisional(conn: &Connection, id: &str) -> Result<bool> {
    Ok(noted(conn)?.contains(id) && !is_in_feed(conn, id)?)
}

impl Cache {
    /// Has exactly these of this counter's making beside what the feed brought; answers whether that changed anything.
    pub(crate) fn hold_provisional(&self, all: &[Member]) -> Result<bool> {
        let wanted: BTreeSet<String> = all.iter().map(|m| m.id.to_string()).collect();
        if self.read(noted)? == wanted {
            return Ok(false);
        }
        let mut conn = self.writer()?;
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        hold(&tx, all, &wanted)?;
        count_commit(&tx)?;
        tx.commit()?;
        Ok(true)
    }
}

fn hold(tx: &Transaction<'_>, all: &[Member], wanted: &BTreeSet<String>) -> Result<()> {
    let before = noted(tx)?;
    for id in before.difference(wanted) {
        table::remove(tx, NOTED, id)?;
        if !is_in_feed(tx, id)? {
            table::remove(tx, EntityKind::Member.name(), id)?;
        }
    }
    for member in all.iter().filter(|m| !before.contains(m.id.as_str())) {
        put_entity(tx, NOTED, member.id.as_str(), "{}")?;
        if !is_in_feed(tx, member.id.as_str())? {
            index::put_member(tx, member)?;
        }
    }
    Ok(())
}
