//! An operation that is judged, and what it is judged by.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use loyalty::{OpId, Program};
use protocol::operation::Operation;

use crate::clerks::{Proofs, Proven};
use crate::ledger::Holder;
use centre_store::tables::device;

/// An operation and the circumstances that it is judged in.
#[derive(Debug)]
pub struct Case<'a> {
    /// The operation.
    pub op: &'a Operation,
    /// The counter that did it.
    pub device: &'a device::Model,
    /// When it counts.
    pub at: DateTime<Utc>,
    /// When it came.
    pub arrived: DateTime<Utc>,
    /// What is proven of who did it.
    pub proven: Proven,
}

impl<'a> Case<'a> {
    /// Times: when it counts, clamped, and when it came; `proofs` are the device's.
    pub fn new(
        op: &'a Operation,
        device: &'a device::Model,
        (at, arrived): (DateTime<Utc>, DateTime<Utc>),
        proofs: &Proofs,
    ) -> Self {
        Self {
            op,
            device,
            at,
            arrived,
            proven: proofs.judge(op, at),
        }
    }

    /// Whether it came after its device was revoked. When it was made is the device's own claim.
    pub fn is_after_revocation(&self) -> bool {
        let revoked = self.device.revoked_at.as_ref();
        revoked.is_some_and(|revoked| **revoked <= self.arrived)
    }

    /// Its id, as it is stored.
    pub fn op_id(&self) -> OpId {
        OpId::new(self.op.op_id.to_string())
    }

    /// In whose name the operation spends allowances.
    pub fn holder(&self) -> Holder {
        Holder {
            device: *self.device.id,
            epoch: self.op.epoch,
        }
    }
}

/// The rules of an operation.
#[derive(Debug)]
pub struct Rules {
    /// Those that it was made under.
    pub program: Arc<Program>,
    /// Those of today: time passes under them, and they say which tier is shown.
    pub current: Arc<Program>,
}
