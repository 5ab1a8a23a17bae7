//! Points frozen, and usable again.

use loyalty::deed::Deed;
use serde::{Deserialize, Serialize};

use super::{Approval, Approving, Operation, OperationKind, Spend};
use crate::ids::{MemberId, StoreId};

/// Points are frozen: nothing expires and nothing is spent until they are unfrozen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Freeze {
    /// Whose points.
    pub member: MemberId,
    /// Where.
    pub store: StoreId,
    /// A manager's approval; always needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<Approval>,
}

/// Points are usable again, their dates moved on by the days that they were frozen. It says the same as [`Freeze`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Unfreeze(pub Freeze);

impl OperationKind for Freeze {
    const NAME: &'static str = "freeze";
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
        true
    }

    fn deed(&self, _op_id: &str, _of: Option<&str>) -> Option<Deed> {
        Some(Deed::Freeze)
    }
}

impl OperationKind for Unfreeze {
    const NAME: &'static str = "unfreeze";
    const APPROVING: Approving = Approving::Always;
    const IN_HER_PRESENCE: bool = false;
    const HELPS_MEMBER: bool = false;
    const GETS_SLIP: bool = false;
    const GIVES_PIECES: bool = false;
    const SPENDS: bool = false;
    const TAKEN_AFTER_REVOCATION: bool = false;

    fn member(&self) -> Option<&MemberId> {
        self.0.member()
    }

    fn store(&self) -> Option<&StoreId> {
        self.0.store()
    }

    fn spends(&self) -> &[Spend] {
        &[]
    }

    fn approval_mut(&mut self) -> Option<&mut Option<Approval>> {
        self.0.approval_mut()
    }

    fn approval(&self) -> Option<&Approval> {
        self.0.approval()
    }

    fn fits(&self, _op: &Operation) -> bool {
        true
    }

    fn deed(&self, _op_id: &str, _of: Option<&str>) -> Option<Deed> {
        Some(Deed::Unfreeze)
    }
}
