//! What concerns one device.

use super::{Entity, EntityKind};
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

impl Entity for Recall {
    const KIND: EntityKind = EntityKind::Recall;

    fn key(&self) -> String {
        self.grant.to_string()
    }

    fn member(&self) -> Option<&MemberId> {
        Some(&self.member)
    }
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

impl Entity for DeviceStatus {
    const KIND: EntityKind = EntityKind::Device;

    fn key(&self) -> String {
        EntityKind::Device.name().to_owned()
    }

    fn member(&self) -> Option<&MemberId> {
        None
    }
}
