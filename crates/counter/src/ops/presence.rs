//! Whether it is she whose points are spent: the last four digits of her phone number above a floor, and a manager above a
//! ceiling (`loyalty::presence_asked`). Tries are counted on the disk before they are looked at, as those of PINs are.

use super::servicing::approval::Approved;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::outbox;
use crate::view::{PresenceGiven, PresenceMissing};
use chrono::{DateTime, Utc};
use loyalty::{
    Points, PresenceAsked, PresenceShown, Program, are_last_four, presence_asked, presence_suffices,
};
use protocol::entity::Member;
use protocol::operation::Presence;
use rusqlite::Transaction;

/// The reason of a manager's approval, by its stable word.
const REASON: &str = "presence";

/// What was shown.
#[derive(Debug, Clone, Default)]
pub(super) struct Present {
    pub(super) shown: Option<Presence>,
    pub(super) approved: Option<Approved>,
    digits: Option<Digits>,
}

/// Her last four digits as they were typed, and how her tries stand.
#[derive(Debug, Clone)]
struct Digits {
    /// Under what her tries are counted: beside the names of clerks, which have no colon.
    counted_as: String,
    right: bool,
    /// Whether this try is counted already.
    counted: bool,
}

impl Digits {
    fn of(member: &Member, typed: &str) -> Self {
        Self {
            counted_as: format!("member:{}", member.id),
            right: are_last_four(&member.phone, typed),
            counted: false,
        }
    }

    /// Counts the try; what is wrong with it.
    fn count(&self, tx: &Transaction<'_>, now: DateTime<Utc>) -> Result<Option<Error>> {
        let locked = |until: DateTime<Utc>| Error::PresenceLocked {
            until: until.timestamp_millis(),
        };
        let counted = match outbox::count_try(tx, &self.counted_as, now)? {
            Ok(counted) => counted,
            Err(until) => return Ok(Some(locked(until))),
        };
        Ok(
            (!self.right).then(|| match counted.tries.locked_until(now) {
                Some(until) => locked(until),
                None => Error::PresenceWrong {
                    tries_left: counted.tries.left(),
                },
            }),
        )
    }
}

/// What the rules make of a way to show it; none for one that this build does not know.
const fn shown_by(by: Presence) -> Option<PresenceShown> {
    match by {
        Presence::LastFour => Some(PresenceShown::LastFour),
        Presence::Message => Some(PresenceShown::Message),
        Presence::MemberCode => Some(PresenceShown::MemberCode),
        Presence::Other => None,
    }
}

impl Present {
    /// Counts the try, looks at it, and forgets it where it is right, together with what it is for: a write of its own would
    /// cost the clerk another wait for the disk. What is wrong with it is to be committed, and nothing else.
    pub(super) fn settle(&self, tx: &Transaction<'_>, now: DateTime<Utc>) -> Result<Option<Error>> {
        let Some(digits) = &self.digits else {
            return Ok(None);
        };
        if !digits.counted
            && let Some(wrong) = digits.count(tx, now)?
        {
            return Ok(Some(wrong));
        }
        outbox::pin_right(tx, &digits.counted_as)?;
        Ok(None)
    }
}

impl Engine {
    /// Looks at what shows that a member is there whose points are spent, but for digits that are looked at with what they
    /// are for: [`Present::settle`].
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
        let now = self.shared.now()?;
        let by = self
            .shared
            .outbox()
            .read(|c| outbox::present_by(c, &member.id, now))?;
        if let Some(by) = by
            && shown_by(by).is_some_and(|shown| presence_suffices(asked, shown))
        {
            return Ok(Present {
                shown: Some(by),
                ..Present::default()
            });
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
        let mut digits = shown.map(|_| Digits::of(member, &given.last_four));
        if !manager {
            // looked at with what they are for
            return Ok(Present {
                shown,
                approved: None,
                digits,
            });
        }
        // before a manager is asked, whose own tries are counted
        if let Some(digits) = &mut digits {
            let wrong = self.shared.outbox().write(|tx| digits.count(tx, now))?;
            if let Some(wrong) = wrong {
                return Err(wrong);
            }
            digits.counted = true;
        }
        let approved = self.approve(given.approver.as_ref(), REASON);
        if let (Err(_), Some(digits)) = (&approved, &digits) {
            // her digits were right: it was the manager who was not
            let settled = |tx: &Transaction<'_>| outbox::pin_right(tx, &digits.counted_as);
            self.shared.outbox().write(settled)?;
        }
        Ok(Present {
            shown,
            approved: Some(approved?),
            digits,
        })
    }
}

#[cfg(test)]
#[path = "presence_tests.rs"]
mod tests;
