//! What customers told of reactions: kept here no longer than they are members whom this counter holds.

use super::failure;
use crate::error::Result;
use protocol::operation::REACTION;
use protocol::personal::PersonalField;
use rusqlite::Connection;
use std::collections::BTreeSet;

/// Erases what these members told, where the centre has confirmed that it has it. How many returns that were.
pub(crate) fn erase_reactions(conn: &Connection, gone: &BTreeSet<&str>) -> Result<usize> {
    if gone.is_empty() {
        return Ok(0);
    }
    let mut statement = conn
        .prepare_cached(
            "SELECT op_id, member, personal FROM outbox \
             WHERE kind = 'return' AND state = 'confirmed' AND member IS NOT NULL AND personal <> '[]'",
        )
        .map_err(failure)?;
    let rows = statement
        .query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))
        .and_then(Iterator::collect::<rusqlite::Result<Vec<(String, String, String)>>>)
        .map_err(failure)?;
    let mut erased = 0;
    for (op_id, member, personal) in rows {
        if !gone.contains(member.as_str()) {
            continue;
        }
        let mut fields: Vec<PersonalField> = serde_json::from_str(&personal)?;
        let told = fields.iter_mut().find(|f| f.name == REACTION);
        let Some(told) = told.filter(|f| f.opening.is_some()) else {
            continue;
        };
        told.erase();
        let left = serde_json::to_string(&fields)?;
        conn.prepare_cached("UPDATE outbox SET personal = ?2 WHERE op_id = ?1")
            .and_then(|mut s| s.execute([op_id, left]))
            .map_err(failure)?;
        erased += 1;
    }
    Ok(erased)
}
