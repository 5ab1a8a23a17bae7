//! What the centre says of a member's redemptions and of what she did that is valued.

use super::read::{self, bodies};
use crate::error::Result;
use protocol::entity::{self, Behaved, Movement, Movements, Redemption};
use rusqlite::Connection;

/// Her redemptions at all counters.
pub(crate) fn redemptions_of(conn: &Connection, member: &str) -> Result<Vec<Redemption>> {
    bodies(conn, include_str!("redemptions_of.sql"), [member])
}

/// A redemption by its operation's id.
pub(crate) fn redemption(conn: &Connection, op_id: &str) -> Result<Option<Redemption>> {
    read::entity(conn, entity::REDEMPTION, op_id)
}

/// What else came and went of her points, newest first; none where a centre does not tell.
pub(crate) fn movements_of(conn: &Connection, member: &str) -> Result<Vec<Movement>> {
    let told: Option<Movements> = read::entity(conn, entity::MOVEMENTS, member)?;
    Ok(told.map(|m| m.movements).unwrap_or_default())
}

/// What her behaviours came to.
pub(crate) fn behaved_of(conn: &Connection, member: &str) -> Result<Vec<Behaved>> {
    bodies(conn, include_str!("behaved_of.sql"), [member])
}
