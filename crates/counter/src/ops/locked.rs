//! A counter that has not heard the centre for too long shows no members. A contact opens it, or a code that the centre
//! gave; sales go on all the while, by phone number or card.

use super::signin::SignedIn;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::outbox::{Look, identity, looks_since, note_look};
use loyalty::Unlocks;
use protocol::entity::Role;
use protocol::signature::public_key_from_hex;

impl Engine {
    /// Says why members are not found, where that is because this counter is locked.
    ///
    /// # Errors
    /// [`Error::Locked`].
    pub(crate) fn members_are_shown(&self) -> Result<()> {
        match self.shared.locked_since() {
            Some(_) => Err(Error::Locked),
            None => Ok(()),
        }
    }

    /// Opens this counter by a code that the centre gave, for the rest of a day from then. One that is open stays as it
    /// is, and the code is not used.
    ///
    /// # Errors
    /// [`Error::UnlockInvalid`], [`Error::UnlockUsed`], [`Error::UnlockOver`]; [`Error::NotEnrolled`].
    pub fn unlock(&self, code: &str) -> Result<()> {
        let me = self.shared.identity()?.ok_or(Error::NotEnrolled)?;
        let centre = me.centre_key.as_deref().and_then(public_key_from_hex);
        let centre = centre.ok_or(Error::UnlockInvalid)?;
        let given = protocol::unlock::read(&me.signing_key()?, &centre, me.device, code)
            .map_err(|_| Error::UnlockInvalid)?;
        if self.shared.look_at_silence().is_none() {
            return Ok(());
        }
        self.shared.outbox().write(|tx| {
            let now = identity::believed_time(tx)?;
            match loyalty::unlocks(given, identity::unlock_used(tx)?, now) {
                Unlocks::Until(until) => identity::note_unlocked(tx, given, until),
                Unlocks::Used => Err(Error::UnlockUsed),
                Unlocks::Over => Err(Error::UnlockOver),
            }
        })?;
        tracing::warn!("opened by a code of the centre");
        self.shared.look_at_silence();
        Ok(())
    }

    /// Writes down that a clerk looked at members from a shell: on the disk before anything is answered.
    ///
    /// # Errors
    /// Where it cannot be written: then nothing is shown.
    pub(crate) fn looked(&self, clerk: &SignedIn, what: &str, member: Option<&str>) -> Result<()> {
        self.shared.outbox().write(|tx| {
            let look = Look {
                at: identity::believed_time(tx)?.timestamp_millis(),
                clerk: clerk.clerk().to_string(),
                what: what.to_owned(),
                member: member.map(str::to_owned),
            };
            note_look(tx, &look)
        })
    }

    /// Who looked at members from a shell within so many days, the newest first: for a manager.
    ///
    /// # Errors
    /// [`Error::NotAllowed`]; where the outbox cannot be read.
    pub(crate) fn looks(&self, manager: &SignedIn, days: u32) -> Result<Vec<Look>> {
        if manager.role() != Role::Manager {
            return Err(Error::NotAllowed);
        }
        let since = self.shared.now()?.timestamp_millis() - i64::from(days) * 24 * 3600 * 1000;
        self.shared.outbox().read(|c| looks_since(c, since))
    }
}
