//! Things as their texts say them.

use crate::error::{Error, Result};
use rusqlite::{Connection, Params};
use serde::de::DeserializeOwned;

/// A thing as its text says it.
pub(super) fn stored<T: DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|e| Error::CacheDamaged(e.to_string()))
}

/// Things that a statement reads the texts of.
pub(super) fn bodies<T: DeserializeOwned>(
    conn: &Connection,
    sql: &str,
    params: impl Params,
) -> Result<Vec<T>> {
    let mut statement = conn.prepare_cached(sql)?;
    let rows = statement.query_map(params, |r| r.get::<_, String>(0))?;
    rows.map(|r| stored(&r?)).collect()
}
