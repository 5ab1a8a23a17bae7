//! A redemption undone.

use loyalty::deed::Deed;
use loyalty::{OpId, Points};
use serde::{Deserialize, Serialize};

use super::{Approval, Approving, Operation, OperationKind, Spend};
use crate::entity::MovementKind;
use crate::ids::{MemberId, StoreId};
use crate::limits::OP_ID_CHARS;

/// A redemption undone: its points go back to where they came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reversal {
    /// The redemption's operation, by the id that the centre knows it under: a counter's operation id, or
    /// the name of one from history.
    pub of: OpId,
    /// Whose points.
    pub member: MemberId,
    /// Where it is undone.
    pub store: StoreId,
    /// Why: one of [`REASONS`](super::REASONS).
    pub reason: String,
    /// Points that the counter showed as given back.
    pub shown_back: Points,
    /// A manager's approval: needed beyond the business day of the redemption, and for one of another
    /// counter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<Approval>,
}

impl OperationKind for Reversal {
    const NAME: &'static str = "reversal";
    const APPROVING: Approving = Approving::Sometimes;
    const IN_HER_PRESENCE: bool = true;
    const HELPS_MEMBER: bool = false;
    const GETS_SLIP: bool = true;
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
        let of = self.of.as_str();
        !of.is_empty() && of.chars().count() <= OP_ID_CHARS && self.shown_back.is_amount()
    }

    fn deed(&self, _op_id: &str, _of: Option<&str>) -> Option<Deed> {
        Some(Deed::Reverse {
            of: self.of.clone(),
        })
    }

    fn undoes(&self) -> Option<&OpId> {
        Some(&self.of)
    }

    fn moves_points_as(&self) -> Option<MovementKind> {
        Some(MovementKind::Reversal)
    }
}
