//! Snapshots that are under way, and scopes that are to be pulled from 0 again.

use super::connection::count_commit;
use crate::error::Result;
use crate::search::Bulk;
use rusqlite::{Connection, Transaction, TransactionBehavior};

/// Members of a snapshot whose search keys wait in memory.
pub(super) struct Bulking {
    pub(super) scope: String,
    pub(super) bulk: Bulk,
}

/// A snapshot whose keys waited in memory when the process ended is begun anew.
pub(super) fn begin_broken_off(conn: &mut Connection) -> Result<()> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    tx.execute(
        "UPDATE cursor SET cursor = 0 WHERE scope IN (SELECT scope FROM feed_scope WHERE bulk = 1)",
        [],
    )?;
    count_commit(&tx)?;
    tx.commit()?;
    Ok(())
}

/// The next pull of a scope begins from 0.
pub(super) fn begin_anew(tx: &Transaction<'_>, scope: &str) -> Result<()> {
    tx.execute("UPDATE cursor SET cursor = 0 WHERE scope = ?1", [scope])?;
    Ok(())
}
