//! What concerns one device.

use crate::ids::MemberId;
use serde::{Deserialize, Serialize};

/// An allowance that the centre asks back; keyed by its id. It is answered by a release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recall {
    /// Which.
    pub grant: crate::ids::GrantId,
    /// Whose points.
    pub member: MemberId,
}

/// How a device stands at the centre; keyed by `device`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceStatus {
    /// Whether it checks customers out.
    pub checkout: bool,
    /// Whether its outbox forked and waits for a manager.
    pub quarantined: bool,
    /// Life of its outbox that is current at the centre.
    pub epoch: crate::ids::Epoch,
}
