//! `POST /v1/report`: what a counter holds, told to a centre that was restored from a backup.
//!
//! It comes before the counter sends its operations again, so that the centre knows every allowance
//! that they spend from.

use crate::attestation::{Allowance, Attestation};
use crate::grant::GrantedLot;
use crate::ids::{DeviceId, Epoch, Generation, GrantId, MemberId, RequestId};
use loyalty::Points;
use serde::{Deserialize, Serialize};

/// The counter's half: one page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportRequest {
    /// The generation that asked for it.
    pub generation: Generation,
    /// Life of the outbox that holds them.
    pub epoch: Epoch,
    /// At most [`crate::limits::REPORT_ALLOWANCES`].
    pub allowances: Vec<Reported>,
    /// Whether this is the last page.
    pub last: bool,
    /// Allowances ever taken in this epoch, as a hello has it: those that the centre has forgotten and cannot set up
    /// again are told of once, and prove nothing afterwards. None where more requests are open than can be named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grants_taken: Option<u32>,
    /// Requests for allowances whose answer has not come.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open_requests: Vec<RequestId>,
}

/// One allowance as the counter has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reported {
    /// Its id.
    pub grant: GrantId,
    /// Whose points.
    pub member: MemberId,
    /// The request that it answered; none where the counter no longer knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<RequestId>,
    /// How many it was given: the sum of its lots.
    pub granted: Points,
    /// Which points.
    pub lots: Vec<GrantedLot>,
    /// The coupon, where it is one; then there are no points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coupon: Option<String>,
    /// Given ahead of time.
    #[serde(default)]
    pub ahead: bool,
    /// What became of it. It decides who holds a coupon; of points the lots and the operations tell all.
    #[serde(default, skip_serializing_if = "AllowanceState::is_in_hand")]
    pub state: AllowanceState,
    /// The centre's signature from when it was given; without it nothing is set up again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attestation: Option<Attestation>,
}

impl Reported {
    /// What the centre signed when it gave it to this life of a device's outbox.
    #[must_use]
    pub fn as_given(&self, device: DeviceId, epoch: Epoch) -> Allowance<'_> {
        Allowance {
            device,
            epoch,
            grant: self.grant,
            member: &self.member,
            points: self.granted,
            lots: &self.lots,
            coupon: self.coupon.as_deref(),
            ahead: self.ahead,
        }
    }
}

/// What became of an allowance on its counter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AllowanceState {
    /// Something is left of it.
    #[default]
    InHand,
    /// Nothing is left, and operations that are sent again used it.
    Used,
    /// Nothing is left, and an operation that is sent again gives it back: by now it may be another counter's.
    GivenBack,
}

impl AllowanceState {
    /// Whether it need not be said.
    fn is_in_hand(&self) -> bool {
        *self == Self::InHand
    }
}

/// The centre's half.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportReply {
    /// Allowances that the centre had forgotten and has set up again.
    pub reinstated: u32,
    /// Counters that have still to report before anything is granted.
    pub waiting_for: u32,
}
