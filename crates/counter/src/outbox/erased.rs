//! Members who were erased: what this counter still has of them goes.

use super::append::Summary;
use super::{failure, parked, remove_parked};
use crate::error::Result;
use crate::view::MemberTarget;
use protocol::entity::Erased;
use protocol::personal::PersonalField;
use rusqlite::{Connection, OptionalExtension};

/// Lets go of members: of what operations say of them beside the chain, which the centre has and has let go of itself, and
/// of their parked baskets. The operations stay, and their chain holds. How many things went.
pub(crate) fn let_go(conn: &Connection, all: &[Erased]) -> Result<usize> {
    let mut gone = 0;
    for op in all.iter().flat_map(|erased| &erased.ops) {
        gone += usize::from(wipe(conn, &op.to_string())?);
    }
    for one in parked(conn)? {
        let Some(MemberTarget::Member { id }) = &one.basket.member else {
            continue;
        };
        if all.iter().any(|erased| erased.member.as_str() == id) {
            gone += usize::from(remove_parked(conn, &one.id)?);
        }
    }
    Ok(gone)
}

/// Takes the values out of an operation, and the name out of what lists show of it; whether there was anything.
fn wipe(conn: &Connection, op_id: &str) -> Result<bool> {
    let row: Option<(String, String)> = conn
        .prepare_cached("SELECT personal, summary FROM outbox WHERE op_id = ?1")
        .and_then(|mut s| {
            s.query_row([op_id], |r| Ok((r.get(0)?, r.get(1)?)))
                .optional()
        })
        .map_err(failure)?;
    // it was another counter's
    let Some((personal, summary)) = row else {
        return Ok(false);
    };
    let mut fields: Vec<PersonalField> = serde_json::from_str(&personal)?;
    let mut words: Summary = serde_json::from_str(&summary)?;
    if fields.iter().all(|f| f.opening.is_none()) && words.who.is_empty() {
        return Ok(false);
    }
    fields.iter_mut().for_each(PersonalField::erase);
    words.who.clear();
    let (personal, summary) = (
        serde_json::to_string(&fields)?,
        serde_json::to_string(&words)?,
    );
    conn.prepare_cached("UPDATE outbox SET personal = ?2, summary = ?3 WHERE op_id = ?1")
        .and_then(|mut s| s.execute((op_id, &personal, &summary)))
        .map_err(failure)?;
    Ok(true)
}
