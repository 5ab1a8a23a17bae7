//! What a clerk does to a member's account beside sales, redemptions and returns, and a manager's approval
//! of it.

use super::{ClerkCard, Millis, ReceiptState, StoreCard};
use loyalty::{Money, Points};
use serde::{Deserialize, Serialize};

/// A manager who approves: her PIN is the approval, and is kept nowhere.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Approver {
    /// Her id.
    pub manager: String,
    /// Her PIN.
    pub pin: String,
}

impl std::fmt::Debug for Approver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Approver({})", self.manager)
    }
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case", tag = "act")]
pub enum Act {
    /// Something valued that she did.
    Behaviour {
        /// Which, by the program's name.
        behaviour: String,
    },
    /// A redemption is undone.
    Reversal {
        /// Its operation's id.
        redemption: String,
    },
    /// Nothing expires and nothing is spent from now on.
    Freeze,
    /// Points are usable again.
    Unfreeze,
    /// What expires earlier expires on another date.
    Extension {
        /// The new last day, `YYYY-MM-DD`.
        to: String,
    },
}

/// An act to be quoted or recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ActRequest {
    /// Whose account.
    pub member_id: String,
    /// What.
    pub act: Act,
    /// Why: `asked`, `mistake`, `fault`, `misuse`, `goodwill`, `other`.
    #[serde(default)]
    pub reason: String,
    /// A manager's approval, where it is needed.
    #[serde(default)]
    pub approver: Option<Approver>,
}

/// What an act would come to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ActQuote {
    /// Points for her; usable once the centre has confirmed them.
    pub points: Points,
    /// Her points before, pending ones included.
    pub balance_before: Points,
    /// Her points after.
    pub balance_after: Points,
    /// Points whose last day moves, for an extension; of those lots that are known here.
    pub moved: Points,
    /// Stable word of why a manager has to approve: `always`, `other_counter`, `other_day`,
    /// `receipt_unknown`; none where nobody has to.
    pub needs_manager: Option<String>,
    /// True where it is so already: nothing would be done.
    pub exists: bool,
    /// What managers approved of this kind at this counter this month.
    pub approved: ApprovedBefore,
}

/// How often managers approved of one kind at this counter in this business month.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ApprovedBefore {
    /// Asked for by this clerk.
    pub by_clerk: u32,
    /// In all.
    pub in_all: u32,
}

/// An act is on this counter's disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ActDone {
    /// Id of the operation; empty where it was so before, by another counter.
    pub op_id: String,
    /// Points for her, to be confirmed.
    pub points: Points,
    /// Her points after it, pending ones included.
    pub balance_after: Points,
    /// True where it was so before: nothing was done again.
    pub exists: bool,
}

/// What may be done to a member's account here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct MemberActs {
    /// Whether her points are frozen, as far as this counter knows.
    pub frozen: bool,
    /// Her points, pending ones included.
    pub balance: Points,
    /// What the brand values, in the program's order.
    pub behaviours: Vec<BehaviourView>,
    /// Her redemptions, newest first.
    pub redemptions: Vec<RedemptionView>,
    /// Points that expire, soonest first, as far as they are known here.
    pub expiring: Vec<ExpiringLot>,
    /// The business date today, `YYYY-MM-DD`.
    pub today: String,
    /// The dates that points may be extended to, `YYYY-MM-DD`: the ends of the months after the one in which the
    /// soonest expire, the last of them as far as may be.
    pub extensions: Vec<String>,
    /// Who may approve.
    pub managers: Vec<ClerkCard>,
}

/// Something that the brand values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct BehaviourView {
    /// The program's name of it.
    pub behaviour: String,
    /// Points each time.
    pub points: Points,
    /// How often it counts on one day; none = always.
    pub per_day: Option<u32>,
    /// How often it counted today, at all counters as far as known here.
    pub today: u32,
    /// Whether it counts once more today.
    pub possible: bool,
}

/// A redemption in her history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct RedemptionView {
    /// Id of its operation.
    pub op_id: String,
    /// When.
    pub at: Millis,
    /// Where.
    pub store: StoreCard,
    /// Whether this counter did it.
    pub here: bool,
    /// Points.
    pub points: Points,
    /// Of these, what undoing it gives back to her.
    pub hers: Points,
    /// Name of the reward; empty for money off.
    pub what: String,
    /// Pieces of the reward; 0 for money off.
    pub pieces: u32,
    /// What the points were worth, for money off.
    pub worth: Option<Money>,
    /// Whether the centre has confirmed it.
    pub state: ReceiptState,
    /// Whether it was undone, and whether the centre has confirmed that.
    pub undone: Option<ReceiptState>,
    /// The operation that undid it, where this counter did and the centre does not show it yet.
    pub undone_by: Option<String>,
    /// Stable word of why a manager has to approve undoing it; none where nobody has to.
    pub needs_manager: Option<String>,
}

/// Points with one last day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ExpiringLot {
    /// How many.
    pub points: Points,
    /// Their last day, `YYYY-MM-DD`.
    pub date: String,
}
