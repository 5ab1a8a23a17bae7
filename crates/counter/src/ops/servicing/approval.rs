//! A manager's approval: by PIN, with or without a network.

use crate::cache;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::hand::Hand;
use crate::outbox;
use crate::view::{ApprovedBefore, Approver, ClerkCard};
use chrono::Datelike;
use protocol::entity::{Clerk, Role};
use protocol::operation::Approval;

/// A manager has approved something: what stands in the body, and the key that signs it.
#[derive(Debug, Clone)]
pub(crate) struct Approved {
    pub(crate) approval: Approval,
    pub(crate) hand: Hand,
}

impl Engine {
    /// An approval by a manager's PIN, for a reason by its stable word: it opens the manager's key on this device, which
    /// signs the operation. A manager who never signed in here is known by the centre at this moment. Wrong PINs count as
    /// they do for signing in.
    ///
    /// # Errors
    /// [`Error::ApprovalNeeded`] where nobody approves, [`Error::NotAllowed`] where it is no manager here; as
    /// [`Engine::sign_in`].
    pub(crate) fn approve(&self, approver: Option<&Approver>, reason: &str) -> Result<Approved> {
        let approver = approver.ok_or(Error::ApprovalNeeded)?;
        let clerk = self.cache(|c| cache::one::<Clerk>(c, &approver.manager))?;
        let manager = clerk.filter(|c| c.active && c.role == Role::Manager);
        let manager = manager.ok_or(Error::NotAllowed)?;
        let signed_in = self.sign_in(manager.id.as_str(), &approver.pin)?;
        Ok(Approved {
            approval: Approval {
                manager: manager.id,
                reason: reason.to_owned(),
            },
            hand: signed_in.hand().clone(),
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
