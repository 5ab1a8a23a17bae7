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
    /// What is proven of who did it.
    pub proven: Proven,
}

impl<'a> Case<'a> {
    /// `at` is the clamped time; `proofs` are the device's.
    pub fn new(
        op: &'a Operation,
        device: &'a device::Model,
        at: DateTime<Utc>,
        proofs: &Proofs,
    ) -> Self {
        Self {
            op,
            device,
            at,
            proven: proofs.judge(op, at),
        }
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
