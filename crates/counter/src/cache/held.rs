//! What the centre says of allowances and coupons: asked back, and whose.

use super::Cache;
use crate::error::{Error, Result};
use protocol::GrantId;
use protocol::entity::{self, Coupon};
use rusqlite::Connection;

/// Allowances that the centre asks back.
pub(crate) fn recalled(conn: &Connection) -> Result<Vec<GrantId>> {
    let mut s = conn.prepare_cached("SELECT key FROM entity WHERE kind = ?1 ORDER BY key")?;
    let rows = s.query_map([entity::RECALL], |r| r.get::<_, String>(0))?;
    // one that cannot be read names no allowance of this counter
    Ok(rows
        .collect::<std::result::Result<Vec<_>, _>>()?
        .iter()
        .filter_map(|key| key.parse().ok())
        .collect())
}

/// Coupons of a member, soonest expiry first.
pub(crate) fn coupons_of(conn: &Connection, member: &str) -> Result<Vec<Coupon>> {
    let mut s = conn.prepare_cached(include_str!("coupons_of.sql"))?;
    let rows = s.query_map([member], |r| r.get::<_, String>(0))?;
    let mut all: Vec<Coupon> = rows
        .map(|r| serde_json::from_str(&r?).map_err(|e| Error::CacheDamaged(e.to_string())))
        .collect::<Result<_>>()?;
    all.sort_by(|a, b| {
        let key = |c: &Coupon| {
            (
                c.coupon.expires.is_none(),
                c.coupon.expires,
                c.coupon.id.to_string(),
            )
        };
        key(a).cmp(&key(b))
    });
    Ok(all)
}

impl Cache {
    /// Every member is to be asked for ahead of time again: this counter holds nothing any more.
    pub(crate) fn all_due(&self) -> Result<()> {
        let mut conn = super::lock(&self.writer);
        let tx = conn.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        tx.execute(include_str!("all_due.sql"), [])?;
        tx.commit()?;
        Ok(())
    }
}
