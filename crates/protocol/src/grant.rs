//! `POST /v1/grant`: allowances, points that this counter alone may spend.
//!
//! The request id is written to the outbox file before the request leaves, and the same id is
//! answered with the same grants: a lost reply strands nothing.

use crate::attestation::{Allowance, Attestation, Attested, Given};
use crate::ids::{DeviceId, Epoch, Generation, GrantId, LifeId, MemberId, RequestId};
use chrono::{DateTime, NaiveDate, Utc};
use loyalty::Points;
use serde::{Deserialize, Serialize};

/// The counter's half.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantRequest {
    /// The same for a repeated request.
    pub request_id: RequestId,
    /// The life of the outbox that asks; none from version 1. An answer of another epoch is never
    /// repeated to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epoch: Option<Epoch>,
    /// Which outbox claims that epoch; none from version 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub life: Option<LifeId>,
    /// The generation of the centre that is asked; a copy of the request that comes late to another is
    /// refused. None from version 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generation: Option<Generation>,
    /// At most [`crate::limits::GRANT_WANTS`] members.
    pub wants: Vec<Want>,
    /// It was answered before, by a centre that signed nothing yet: the same answer is wanted with the signatures, and
    /// nothing where there is none.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub only_again: bool,
    /// What the centre says that it gave to this outbox, as in hello: what it gives now goes on from there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub given: Vec<Attested<Given>>,
}

/// What is wanted for one member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Want {
    /// Whose points.
    pub member: MemberId,
    /// How many more than the counter holds; none = what the program keeps ahead of time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<Points>,
    /// A coupon of hers, to be used here alone; then `points` is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coupon: Option<String>,
}

/// The centre's half.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantReply {
    /// New allowances. A member may be in neither list: nothing to give ahead of time.
    pub grants: Vec<Grant>,
    /// Who got less than asked, and why.
    pub short: Vec<Short>,
    /// What was given to this epoch, these allowances among it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given: Option<Attested<Given>>,
    /// The centre's time.
    pub server_time: DateTime<Utc>,
}

/// One allowance: named lots of one member, in escrow for one counter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// Its id.
    pub grant: GrantId,
    /// Whose points.
    pub member: MemberId,
    /// The sum of its lots; above zero, but for a coupon.
    pub points: Points,
    /// Which points, soonest expiry first.
    pub lots: Vec<GrantedLot>,
    /// Until when a counter that cannot reach the centre may go on spending it.
    pub lease_until: DateTime<Utc>,
    /// The coupon that this counter alone may use; then there are no points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coupon: Option<String>,
    /// Given ahead of time: it stays while idle.
    #[serde(default)]
    pub ahead: bool,
    /// The centre's signature over all but the lease, for this device and epoch: only with it the allowance is set
    /// up again where a restore forgot it. None from an older build.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attestation: Option<Attestation>,
}

impl Grant {
    /// What the centre signs when it gives this to a life of a device's outbox.
    #[must_use]
    pub fn as_given(&self, device: DeviceId, epoch: Epoch) -> Allowance<'_> {
        Allowance {
            device,
            epoch,
            grant: self.grant,
            member: &self.member,
            points: self.points,
            lots: &self.lots,
            coupon: self.coupon.as_deref(),
            ahead: self.ahead,
        }
    }
}

/// Part of a lot in an allowance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantedLot {
    /// The lot at the centre.
    pub lot: String,
    /// How many of its points.
    pub points: Points,
    /// Its last day; none = never expires. Points in escrow do not expire.
    pub expires: Option<NaiveDate>,
}

/// A want that was not met in full.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Short {
    /// Whose points.
    pub member: MemberId,
    /// How many could be given to this counter in all, now.
    pub possible: Points,
    /// Why not more.
    pub reason: ShortReason,
}

/// Why a counter got less than it asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShortReason {
    /// The member has no more.
    NotEnoughPoints,
    /// More are there, but kept for other counters.
    HeldElsewhere,
    /// More are there, but kept for a counter that has not been heard of for longer than its lease:
    /// nobody gets them until it reports or is written off.
    InDoubt,
    /// The program's cap for a member on one counter, or for the counter.
    Cap,
    /// The member's points are frozen.
    Frozen,
    /// No such member.
    UnknownMember,
    /// The device is in quarantine, or the centre grants nothing yet after a restore.
    NoGrants,
    /// A reason that this build does not know.
    #[serde(other)]
    Unknown,
}
