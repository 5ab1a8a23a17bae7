//! An allowance given back.

use loyalty::Points;
use loyalty::deed::Deed;
use serde::{Deserialize, Serialize};

use super::{Approval, Approving, Operation, OperationKind, Spend};
use crate::ids::{GrantId, MemberId, StoreId};

/// An allowance, or part of it, given back by its holder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// Which.
    pub grant: GrantId,
    /// Whose points.
    pub member: MemberId,
    /// How many; above zero, but for a coupon.
    pub points: Points,
    /// The coupon that is given back; then there are no points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coupon: Option<String>,
}

impl OperationKind for Release {
    const NAME: &'static str = "release";
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
        match self.coupon {
            None => self.points.is_positive() && self.points.is_amount(),
            Some(_) => self.points.is_zero(),
        }
    }

    fn deed(&self, _op_id: &str, _of: Option<&str>) -> Option<Deed> {
        Some(Deed::Release {
            grant: loyalty::GrantId::from(self.grant.to_string()),
            points: self.points,
        })
    }
}
