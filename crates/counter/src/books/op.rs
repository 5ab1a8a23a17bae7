//! Operations of this counter that the cache does not show yet, and what they say.

use super::sales::{Known, Sales};
use crate::error::Result;
use crate::outbox::Row;
use identity::receipt::ReceiptNumber;
use loyalty::Points;
use protocol::operation::Body;
use std::collections::HashMap;

/// What this counter did that the cached state does not show yet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Pending {
    /// Earned and given back.
    pub(crate) up: Points,
    /// Spent and taken back.
    pub(crate) down: Points,
    /// Spent alone.
    pub(crate) spent: Points,
}

/// An operation that the cache does not show yet.
pub(crate) struct Op {
    pub(crate) row: Row,
    pub(crate) body: Body,
}

impl Op {
    pub(crate) fn read(row: Row) -> Result<Self> {
        let body = row.body()?;
        Ok(Self { row, body })
    }

    /// Whether it is a member's, and the cache does not show it.
    pub(super) fn is_of(&self, member: &str) -> bool {
        let hers = self.row.summary.member.as_deref() == Some(member);
        self.row.overlay && hers && !member.is_empty()
    }

    /// The sale that it is, or that it is about.
    pub(super) fn about<'a>(&self, sales: &'a Sales) -> Option<&'a Known> {
        if let Body::Return(back) = &self.body {
            return sales.meant(back, self.row.at);
        }
        // no other operation has a sale's id
        sales.by_id(&self.row.op_id)
    }
}

/// What operations took out of allowances, by grant.
pub(super) type Taken = HashMap<String, Points>;

pub(super) fn taken<'a>(ops: impl Iterator<Item = &'a Op>) -> Taken {
    let mut all = Taken::new();
    for op in ops {
        // given back, not spent
        if let Body::Release(r) = &op.body {
            *all.entry(r.grant.to_string()).or_default() += r.points;
        }
        for spend in op.body.spends() {
            *all.entry(spend.grant.to_string()).or_default() += spend.points;
        }
    }
    all
}

/// Numbers of sales that operations or a return are about.
pub(super) fn numbers(ops: &[Op], asked: Option<&Known>) -> Vec<ReceiptNumber> {
    ops.iter()
        .filter_map(|op| op.row.summary.receipt.as_deref())
        .map(ReceiptNumber::stored)
        .chain(asked.map(|known| known.number.clone()))
        .collect()
}

/// Behaviours among operations.
pub(super) fn behaved(ops: &[Op]) -> Vec<loyalty::Behaved> {
    let all = ops.iter().filter_map(|op| match &op.body {
        Body::Behaviour(behaviour) => Some(loyalty::Behaved {
            at: op.row.at,
            kind: behaviour.behaviour.as_str().into(),
        }),
        _ => None,
    });
    all.collect()
}

/// Redemptions that operations undo.
pub(super) fn undone(ops: &[Op]) -> impl Iterator<Item = &str> {
    ops.iter().filter_map(|op| match &op.body {
        Body::Reversal(reversal) => Some(reversal.of.as_str()),
        _ => None,
    })
}
