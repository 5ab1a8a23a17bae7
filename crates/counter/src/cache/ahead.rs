//! Members for whom allowances are to be asked ahead of time: those of whom something changed since this counter asked.

use super::connection::count_commit;
use super::file::Cache;
use crate::error::{Error, Result};
use crate::lock::lock;
use protocol::MemberId;
use rusqlite::{Connection, Transaction, TransactionBehavior, params};

/// Members for whom an allowance is to be asked for, with the number of the change that said so.
pub(crate) fn ahead_due(conn: &Connection, limit: usize) -> Result<Vec<(String, i64)>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut statement =
        conn.prepare_cached("SELECT member, n FROM ahead_due ORDER BY n LIMIT ?1")?;
    let rows = statement.query_map([limit], |r| Ok((r.get(0)?, r.get(1)?)))?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

/// A change says that this counter may be given more of hers.
pub(super) fn note_due(tx: &Transaction<'_>, member: &MemberId, n: u64) -> Result<()> {
    let n = i64::try_from(n).map_err(|_| Error::Nonsense("a number out of range".into()))?;
    tx.prepare_cached("REPLACE INTO ahead_due (member, n) VALUES (?1, ?2)")?
        .execute(params![member.as_str(), n])?;
    Ok(())
}

impl Cache {
    /// Allowances were asked for these members, as of these changes.
    pub(crate) fn ahead_asked(&self, asked: &[(String, i64)]) -> Result<()> {
        let mut conn = self.writer()?;
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for (member, n) in asked {
            tx.prepare_cached("DELETE FROM ahead_due WHERE member = ?1 AND n <= ?2")?
                .execute(params![member, n])?;
        }
        count_commit(&tx)?;
        tx.commit()?;
        Ok(())
    }

    /// Every member is to be asked for ahead of time again: this counter holds nothing any more.
    pub(crate) fn all_due(&self) -> Result<()> {
        let mut conn = lock(&self.writer);
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        tx.execute(include_str!("all_due.sql"), [])?;
        tx.commit()?;
        Ok(())
    }
}
