//! Points that last longer.

use chrono::NaiveDate;
use loyalty::deed::Deed;
use serde::{Deserialize, Serialize};

use super::{Approval, Approving, Operation, OperationKind, Spend};
use crate::ids::{MemberId, StoreId};
use crate::limits::EXTENSION_DAYS;

/// Points that expire earlier expire on another date now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    /// Whose points.
    pub member: MemberId,
    /// Where.
    pub store: StoreId,
    /// The new last day; from the operation's business date to [`EXTENSION_DAYS`] after it.
    pub to: NaiveDate,
    /// A manager's approval; always needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<Approval>,
}

impl OperationKind for Extension {
    const NAME: &'static str = "extension";
    const APPROVING: Approving = Approving::Always;
    const IN_HER_PRESENCE: bool = false;
    const HELPS_MEMBER: bool = false;
    const GETS_SLIP: bool = false;
    const GIVES_PIECES: bool = false;
    const SPENDS: bool = false;
    const TAKEN_AFTER_REVOCATION: bool = false;

    fn member(&self) -> Option<&MemberId> {
        Some(&self.member)
    }

    fn store(&self) -> Option<&StoreId> {
        Some(&self.store)
    }

    fn spends(&self) -> &[Spend] {
        &[]
    }

    fn approval_mut(&mut self) -> Option<&mut Option<Approval>> {
        Some(&mut self.approval)
    }

    fn approval(&self) -> Option<&Approval> {
        self.approval.as_ref()
    }

    fn fits(&self, _op: &Operation) -> bool {
        // one that a counter with another clock chose is taken as the furthest there is
        true
    }

    fn deed(&self, _op_id: &str, _of: Option<&str>) -> Option<Deed> {
        Some(Deed::Extend { to: self.to })
    }
}

impl Extension {
    /// Whether its date is one that can be chosen on a business date.
    #[must_use]
    pub fn may_be_chosen(&self, on: NaiveDate) -> bool {
        (0..=EXTENSION_DAYS).contains(&(self.to - on).num_days())
    }
}
