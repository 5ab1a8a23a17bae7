//! A manager's approval: she types her PIN, with or without a network.

use crate::cache;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::outbox;
use crate::view::{ApprovedBefore, Approver, ClerkCard};
use chrono::Datelike;
use protocol::entity::{Clerk, Role};
use protocol::operation::Approval;

impl Engine {
    /// An approval by her PIN, for a reason by its stable word. Wrong PINs count as they do for signing in.
    ///
    /// # Errors
    /// [`Error::ApprovalNeeded`] where nobody approves, [`Error::NotAllowed`] where she is no manager here,
    /// [`Error::PinWrong`], [`Error::PinLocked`].
    pub(crate) fn approve(&self, approver: Option<&Approver>, reason: &str) -> Result<Approval> {
        let approver = approver.ok_or(Error::ApprovalNeeded)?;
        let clerk = self.cache(|c| cache::one::<Clerk>(c, &approver.manager))?;
        let manager = clerk.filter(|c| c.active && c.role == Role::Manager);
        let manager = manager.ok_or(Error::NotAllowed)?;
        self.sign_in(manager.id.as_str(), &approver.pin)?;
        Ok(Approval {
            manager: manager.id,
            reason: reason.to_owned(),
        })
    }

    /// Who may approve here.
    ///
    /// # Errors
    /// Where the cache cannot be read.
    pub fn managers(&self) -> Result<Vec<ClerkCard>> {
        let mut all = self.clerks()?;
        let manager = ClerkCard::role_word(Role::Manager);
        all.retain(|c| c.role == manager);
        Ok(all)
    }

    /// How often managers approved operations of a kind here this business month; `clerk` asked for some.
    pub(crate) fn approved_before(&self, kind: &str, clerk: &str) -> Result<ApprovedBefore> {
        let program = self.program()?;
        let today = program.business_date(self.shared.now()?);
        let month = program.day_begins(today.with_day(1).unwrap_or(today));
        let by = self
            .shared
            .outbox()
            .read(|c| outbox::approved_since(c, kind, month))?;
        Ok(ApprovedBefore {
            by_clerk: by.iter().filter(|(c, _)| c == clerk).map(|(_, n)| n).sum(),
            in_all: by.iter().map(|(_, n)| n).sum(),
        })
    }
}
