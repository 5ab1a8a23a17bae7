//! Points given for something.

use loyalty::deed::Deed;
use loyalty::{Money, Points};
use serde::{Deserialize, Serialize};

use super::{Approval, Approving, Operation, OperationKind, Presence, Spend, spend};
use crate::ids::{MemberId, StoreId};

/// Points given for something at the counter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redemption {
    /// Whose points.
    pub member: MemberId,
    /// Where.
    pub store: StoreId,
    /// How many points in all.
    pub points: Points,
    /// Allowances that they were spent from; their sum is `points`.
    pub spends: Vec<Spend>,
    /// What for.
    pub what: Redeemed,
    /// What showed that she was there; none below the program's floor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub presence: Option<Presence>,
    /// A manager's approval, above the program's ceiling.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<Approval>,
}

/// What points were given for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "for")]
pub enum Redeemed {
    /// Pieces of a reward.
    Reward {
        /// Which reward.
        reward: String,
        /// Its name on that day.
        name: String,
        /// Pieces, at least 1.
        qty: u32,
    },
    /// Money off a bill at the till.
    Cash {
        /// The bill before it.
        bill: Money,
        /// What the points were worth.
        worth: Money,
    },
}

impl OperationKind for Redemption {
    const NAME: &'static str = "redemption";
    const APPROVING: Approving = Approving::Sometimes;
    const IN_HER_PRESENCE: bool = true;
    const HELPS_MEMBER: bool = true;
    const GETS_SLIP: bool = true;
    const GIVES_PIECES: bool = true;
    const SPENDS: bool = true;
    const TAKEN_AFTER_REVOCATION: bool = true;

    fn member(&self) -> Option<&MemberId> {
        Some(&self.member)
    }

    fn store(&self) -> Option<&StoreId> {
        Some(&self.store)
    }

    fn spends(&self) -> &[Spend] {
        &self.spends
    }

    fn approval_mut(&mut self) -> Option<&mut Option<Approval>> {
        Some(&mut self.approval)
    }

    fn approval(&self) -> Option<&Approval> {
        self.approval.as_ref()
    }

    fn presence(&self) -> Option<Presence> {
        self.presence
    }

    fn fits(&self, _op: &Operation) -> bool {
        self.points.is_positive() && spend::add_up(&self.spends, self.points)
    }

    fn deed(&self, op_id: &str, _of: Option<&str>) -> Option<Deed> {
        Some(Deed::Redeem {
            id: op_id.into(),
            points: self.points,
            from: spend::source(&self.spends),
        })
    }

    fn points(&self) -> Points {
        self.points
    }

    fn pieces(&self) -> Option<(&str, u32)> {
        match &self.what {
            Redeemed::Reward { reward, qty, .. } => Some((reward, *qty)),
            Redeemed::Cash { .. } => None,
        }
    }
}
