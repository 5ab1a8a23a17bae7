//! Something valued that a member did.

use loyalty::Points;
use loyalty::deed::Deed;
use serde::{Deserialize, Serialize};

use super::{Approval, Approving, Operation, OperationKind, Spend};
use crate::entity::MovementKind;
use crate::ids::{MemberId, StoreId};
use crate::limits::BEHAVIOUR_CHARS;

/// The behaviour that the centre records by itself when somebody joins: no clerk may.
pub const JOIN: &str = "join";

/// Something that the brand values and gives points for, such as a check-in or a bottle brought back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Behaviour {
    /// Who did it.
    pub member: MemberId,
    /// Where.
    pub store: StoreId,
    /// Which: a name of the program's `behaviours`, never [`JOIN`].
    pub behaviour: String,
    /// Points that the counter showed.
    pub shown_points: Points,
}

impl OperationKind for Behaviour {
    const NAME: &'static str = "behaviour";
    const APPROVING: Approving = Approving::Never;
    const IN_HER_PRESENCE: bool = true;
    const HELPS_MEMBER: bool = true;
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
        None
    }

    fn approval(&self) -> Option<&Approval> {
        None
    }

    fn fits(&self, _op: &Operation) -> bool {
        let name = &self.behaviour;
        !name.is_empty() && name != JOIN && name.chars().count() <= BEHAVIOUR_CHARS
    }

    fn deed(&self, _op_id: &str, _of: Option<&str>) -> Option<Deed> {
        Some(Deed::Behave {
            kind: self.behaviour.as_str().into(),
        })
    }

    fn moves_points_as(&self) -> Option<MovementKind> {
        Some(MovementKind::Behaviour)
    }
}
