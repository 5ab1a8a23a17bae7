//! A look at what of a member is masked.

use chrono::NaiveDate;
use loyalty::deed::Deed;
use serde::{Deserialize, Serialize};

use super::{Approval, Approving, Operation, OperationKind, Spend};
use crate::ids::{MemberId, StoreId};

/// A clerk looked at a member's full name and phone number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reveal {
    /// Whose.
    pub member: MemberId,
    /// The business date, for the member's own record.
    pub date: NaiveDate,
}

impl OperationKind for Reveal {
    const NAME: &'static str = "reveal";
    const APPROVING: Approving = Approving::Never;
    const IN_HER_PRESENCE: bool = false;
    const HELPS_MEMBER: bool = false;
    const GETS_SLIP: bool = false;
    const GIVES_PIECES: bool = false;
    const SPENDS: bool = false;
    const TAKEN_AFTER_REVOCATION: bool = true;

    fn member(&self) -> Option<&MemberId> {
        Some(&self.member)
    }

    fn store(&self) -> Option<&StoreId> {
        None
    }

    fn spends(&self) -> &[Spend] {
        &[]
    }

    fn approval_mut(&mut self) -> Option<&mut Option<Approval>> {
        None
    }

    fn approval(&self) -> Option<&Approval> {
        None
    }

    fn fits(&self, _op: &Operation) -> bool {
        true
    }

    fn deed(&self, _op_id: &str, _of: Option<&str>) -> Option<Deed> {
        None
    }
}
