//! What this counter did to a member's account that the cache does not show yet.

use crate::engine::Engine;
use crate::error::Result;
use crate::outbox::{self, Row};
use protocol::entity::Member;
use protocol::operation::Body;

use super::extension;

impl Engine {
    /// A member as the cache has her, with what this counter froze, unfroze and extended since.
    pub(crate) fn with_acts(&self, member: Member) -> Result<Member> {
        let rows = self
            .shared
            .outbox()
            .read(|c| outbox::overlay_of(c, member.id.as_str()))?;
        acted(member, &rows)
    }
}

/// A member with what operations in order did to her account's freeze and dates.
pub(super) fn acted(mut member: Member, rows: &[Row]) -> Result<Member> {
    for row in rows {
        match row.kind.as_str() {
            "freeze" => member.frozen = true,
            "unfreeze" => member.frozen = false,
            "extension" => {
                if let Body::Extension(e) = row.body()? {
                    member.lots = extension::extended(&member.lots, e.to)?.0;
                }
            }
            _ => {}
        }
    }
    Ok(member)
}
