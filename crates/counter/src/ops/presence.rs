//! Whether it is she whose points are spent: the last four digits of her phone number above a floor, and a manager above a
//! ceiling (`loyalty::presence_asked`). Tries are counted on the disk before they are looked at, as those of PINs are.

use super::servicing::approval::Approved;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::outbox;
use crate::view::{PresenceGiven, PresenceMissing};
use loyalty::{Points, PresenceAsked, Program, are_last_four, presence_asked};
use protocol::entity::Member;
use protocol::operation::Presence;

/// The reason of a manager's approval, by its stable word.
const REASON: &str = "presence";

/// What was shown.
#[derive(Debug, Clone, Default)]
pub(super) struct Present {
    pub(super) shown: Option<Presence>,
    pub(super) approved: Option<Approved>,
    /// Under what her tries are counted, where her digits were right.
    counted_as: Option<String>,
}

impl Present {
    /// Forgets her tries, together with what they were for: a write of its own would cost the clerk another wait for the disk.
    /// Where that is not done after all, the tries stay counted.
    pub(super) fn settle(&self, tx: &rusqlite::Transaction<'_>) -> Result<()> {
        match &self.counted_as {
            Some(counted_as) => outbox::pin_right(tx, counted_as),
            None => Ok(()),
        }
    }
}

impl Engine {
    /// Looks at what shows that a member is there whose points are spent.
    ///
    /// # Errors
    /// [`Error::PresenceNeeded`] where something is missing, [`Error::PresenceWrong`] and [`Error::PresenceLocked`] of wrong
    /// digits; as [`Engine::approve`] of a manager. Nothing was recorded then.
    pub(super) fn present(
        &self,
        program: &Program,
        member: &Member,
        points: Points,
        given: Option<&PresenceGiven>,
    ) -> Result<Present> {
        let asked = presence_asked(program, points);
        if asked == PresenceAsked::Nothing {
            return Ok(Present::default());
        }
        let has_phone = !member.phone.is_empty();
        let manager = asked == PresenceAsked::Manager || !has_phone;
        let needed = |last_four| Error::PresenceNeeded {
            missing: PresenceMissing { last_four, manager },
        };
        let given = given.ok_or_else(|| needed(has_phone))?;
        if manager && given.approver.is_none() {
            return Err(needed(has_phone));
        }
        let shown = has_phone.then_some(Presence::LastFour);
        let counted_as = shown
            .is_some()
            .then(|| self.last_four(member, &given.last_four))
            .transpose()?;
        let approved = manager
            .then(|| self.approve(given.approver.as_ref(), REASON))
            .transpose();
        if let (Err(_), Some(counted_as)) = (&approved, &counted_as) {
            // her digits were right: it was the manager who was not
            let settled = |tx: &rusqlite::Transaction<'_>| outbox::pin_right(tx, counted_as);
            self.shared.outbox().write(settled)?;
        }
        let approved = approved?;
        Ok(Present {
            shown,
            approved,
            counted_as,
        })
    }

    /// Under what her tries are counted, where these are her last four.
    fn last_four(&self, member: &Member, typed: &str) -> Result<String> {
        let now = self.shared.now()?;
        // beside the names of clerks, which have no colon
        let counted_as = format!("member:{}", member.id);
        let counted = self
            .shared
            .outbox()
            .write(|tx| outbox::count_try(tx, &counted_as, now))?;
        let locked = |until: chrono::DateTime<chrono::Utc>| Error::PresenceLocked {
            until: until.timestamp_millis(),
        };
        let counted = counted.map_err(locked)?;
        if !are_last_four(&member.phone, typed) {
            return Err(match counted.tries.locked_until(now) {
                Some(until) => locked(until),
                None => Error::PresenceWrong {
                    tries_left: counted.tries.left(),
                },
            });
        }
        Ok(counted_as)
    }
}

#[cfg(test)]
#[path = "presence_tests.rs"]
mod tests;
