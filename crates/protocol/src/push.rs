//! `POST /v1/push`: operations from the outbox, in order, answered one by one.

use crate::attestation::{Answered, Attested, Given};
use crate::chain::Hash;
use crate::ids::{DeviceId, Epoch, Generation, LifeId, MemberId, OpId, Seq};
use crate::operation::Operation;
use crate::report::Reported;
use chrono::{DateTime, Utc};
use loyalty::Points;
use serde::{Deserialize, Serialize};

/// The counter's half. The device is the one that signed the request.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PushRequest {
    /// Whose outbox; must be the signer.
    pub device: DeviceId,
    /// The outbox's epoch.
    pub epoch: Epoch,
    /// Which outbox claims that epoch; none from version 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub life: Option<LifeId>,
    /// The generation of the centre that the counter last spoke to.
    pub generation: Generation,
    /// What the centre says that it gave to this outbox, as in hello: a contact may go on under the hello of an
    /// earlier one, and the centre have been put back from a backup since. None where no operation spends.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub given: Vec<Attested<Given>>,
    /// Allowances from which these operations spend, where they were made under an earlier generation: a centre
    /// that was put back from a backup may have forgotten them. At most [`crate::limits::REPORT_ALLOWANCES`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allowances: Vec<Reported>,
    /// Number of the first operation.
    pub first_seq: Seq,
    /// At most [`crate::limits::PUSH_OPS`] and [`crate::limits::PUSH_BYTES`], without gaps.
    pub ops: Vec<Operation>,
}

/// The centre's half.
#[expect(
    clippy::large_enum_variant,
    reason = "there is one for each push, and it goes at once"
)]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "answer")]
pub enum PushReply {
    /// Every operation was looked at.
    Done {
        /// One for each operation, in order.
        results: Vec<OpResult>,
        /// The last operation that the centre now has.
        head_seq: Seq,
        /// Its hash.
        head_hash: Hash,
        /// Where the effects show: once a counter has pulled a scope this far, its own copy
        /// contains them.
        visible: Vec<ScopeCursor>,
        /// That it answered them, up to the last one that was sent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        answered: Option<Attested<Answered>>,
        /// The centre's time.
        server_time: DateTime<Utc>,
    },
    /// An operation before the first is missing: send from `expected` on.
    Gap {
        /// The number to begin with.
        expected: Seq,
    },
    /// The chain forks from what the centre has: everything is kept for a manager, nothing is
    /// applied, no allowance is given until it is resolved.
    Quarantined {
        /// First number that differs.
        at: Seq,
    },
}

/// A place in a feed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScopeCursor {
    /// Which scope.
    pub scope: String,
    /// Its head.
    pub cursor: u64,
}

/// What became of one operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpResult {
    /// Its number.
    pub seq: Seq,
    /// Its id.
    pub op_id: OpId,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of one operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "outcome")]
pub enum Outcome {
    /// It had its effect, now.
    Applied(Effect),
    /// It had its effect before; this is what it was.
    Exists(Effect),
    /// It refers to something that is not here yet; it is kept and tried again by itself.
    Held {
        /// What it waits for.
        reason: HeldReason,
    },
    /// It is kept for a manager and had no effect: forged, malformed or in conflict.
    SetAside {
        /// Why.
        reason: SetAsideReason,
    },
}

/// The figures of an operation's effect.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effect {
    /// Points earned.
    #[serde(default)]
    pub earned: Points,
    /// Points spent.
    #[serde(default)]
    pub spent: Points,
    /// Points taken back by a return.
    #[serde(default)]
    pub taken_back: Points,
    /// Points given back by a return or a reversal.
    #[serde(default)]
    pub given_back: Points,
    /// Of those earned, points that wait for the till; below zero where they wait no more.
    #[serde(default, skip_serializing_if = "no_points")]
    pub waiting: Points,
    /// Points borne by the store, because the rules would have refused.
    #[serde(default)]
    pub loss: Points,
    /// Why it is on the manager's list: the rule's stable code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loss_reason: Option<String>,
    /// The member's balance after it.
    #[serde(default)]
    pub balance: Points,
    /// Of a sign-up: who she is, where her number was a member's already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<MemberId>,
    /// Of a sale that was here already, and of a return: the id of the sale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sale: Option<String>,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // as serde calls it
fn no_points(points: &Points) -> bool {
    points.is_zero()
}

/// What an operation waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HeldReason {
    /// Nobody has joined with this phone number or code yet.
    MemberUnknown,
    /// The receipt that it returns has not arrived.
    ReceiptUnknown,
    /// The redemption that it undoes has not arrived.
    RedemptionUnknown,
    /// An operation kind that this centre does not know yet.
    KindUnknown,
    /// A program version that this centre does not have, or cannot read.
    ProgramUnknown,
    /// The centre could not read its own books; nothing is wrong with the operation.
    CentreFault,
    /// A reason that this build does not know.
    #[serde(other)]
    Unknown,
}

/// Why an operation had no effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SetAsideReason {
    /// The same id came with other content.
    Conflict,
    /// The body is not what its kind says.
    Malformed,
    /// A personal value does not match its commitment.
    Forged,
    /// It came from a device that was revoked, after that, and is no sale, return or the like.
    Revoked,
    /// A reason that this build does not know.
    #[serde(other)]
    Unknown,
}
