//! What became of an operation, and how that is told.

use protocol::ids::MemberId;
use protocol::operation::Operation;
use protocol::push::{Effect, HeldReason, OpResult, Outcome, SetAsideReason};

/// What became of an operation, and what follows from it.
#[derive(Debug)]
pub struct Verdict {
    /// What became of it.
    pub outcome: Outcome,
    /// Whose it is, where that is known.
    pub member: Option<MemberId>,
    /// What it waits for, where it is held.
    pub waits: Option<(&'static str, String)>,
    /// What has arrived by it and others may wait for: the need and its key.
    pub arrived: Option<(&'static str, String)>,
}

impl Verdict {
    /// This became of it.
    pub fn done(outcome: Outcome) -> Self {
        Self {
            outcome,
            member: None,
            waits: None,
            arrived: None,
        }
    }
    /// It is kept for a manager.
    pub fn set_aside(reason: SetAsideReason) -> Self {
        Self::done(Outcome::SetAside { reason })
    }
    /// It waits.
    pub fn held(reason: HeldReason, need: &'static str, key: impl Into<String>) -> Self {
        Self {
            outcome: Outcome::Held { reason },
            member: None,
            waits: Some((need, key.into())),
            arrived: None,
        }
    }
    /// It had its effect on this member.
    pub fn applied(member: &MemberId, effect: Effect) -> Self {
        Self {
            member: Some(member.clone()),
            ..Self::done(Outcome::Applied(effect))
        }
    }
}

/// What became of an operation, as its counter is told.
pub(crate) fn result(op: &Operation, outcome: Outcome) -> OpResult {
    OpResult {
        seq: op.seq,
        op_id: op.op_id,
        outcome,
    }
}

/// The stored result of an operation that came again.
pub(crate) fn repeated(outcome: Outcome) -> Outcome {
    match outcome {
        Outcome::Applied(effect) => Outcome::Exists(effect),
        other => other,
    }
}

/// The figures of an effect as they go over the wire.
pub fn effect(outcome: &loyalty::Outcome, balance: loyalty::Points) -> Effect {
    Effect {
        earned: outcome.earned,
        spent: outcome.spent,
        taken_back: outcome.taken_back,
        given_back: outcome.given_back,
        waiting: outcome.waiting,
        loss: outcome.loss.floor_zero(),
        loss_reason: outcome.overruled.first().map(|r| r.code().to_owned()),
        balance,
        sale: None,
        member: None,
    }
}
