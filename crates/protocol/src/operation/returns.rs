//! Goods brought back.

use loyalty::deed::Deed;
use loyalty::{Money, OpId, ReturnOf};
use serde::{Deserialize, Serialize};

use super::{Approval, Approving, Operation, OperationKind, Spend};
use crate::entity::MovementKind;
use crate::ids::{MemberId, StoreId};
use crate::limits::{LINES, QUANTITY, RECEIPT_CHARS};
use crate::sold::SoldAs;

/// Goods brought back. What she told of a reaction to them is the personal value [`REACTION`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Return {
    /// The sale's receipt number.
    pub receipt: String,
    /// Which sale of that number; none from a counter that does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<SoldAs>,
    /// The store that takes them back.
    pub store: StoreId,
    /// What and how many; empty = all that is left.
    pub lines: Vec<ReturnLine>,
    /// Why, by the clerk's choice.
    pub reason: String,
    /// What the counter showed as refunded; for a receipt that it did not know, what the clerk typed.
    pub shown_refund: Money,
    /// A manager's approval, where the counter did not know the receipt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<Approval>,
}

/// A line of a return.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnLine {
    /// The product's number.
    pub sku: String,
    /// Pieces, at least 1.
    pub qty: u32,
    /// Which line of the receipt, counted from 1; none = whichever has the product, the earlier ones first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
}

/// Name of the personal value that holds what she told of a reaction to goods that come back: the JSON text of
/// [`loyalty::Reaction`]. It is for the brand alone: no feed tells it.
pub const REACTION: &str = "member.reaction";

impl OperationKind for Return {
    const NAME: &'static str = "return";
    const APPROVING: Approving = Approving::Sometimes;
    const IN_HER_PRESENCE: bool = true;
    const HELPS_MEMBER: bool = false;
    const GETS_SLIP: bool = true;
    const GIVES_PIECES: bool = false;
    const SPENDS: bool = false;
    const TAKEN_AFTER_REVOCATION: bool = true;

    fn member(&self) -> Option<&MemberId> {
        // it names a receipt
        None
    }

    fn store(&self) -> Option<&StoreId> {
        Some(&self.store)
    }

    fn spends(&self) -> &[Spend] {
        &[]
    }

    fn approval_mut(&mut self) -> Option<&mut Option<Approval>> {
        Some(&mut self.approval)
    }

    fn approval(&self) -> Option<&Approval> {
        self.approval.as_ref()
    }

    fn fits(&self, _op: &Operation) -> bool {
        let line_fits = |l: &ReturnLine| (1..=QUANTITY).contains(&l.qty);
        !self.receipt.trim().is_empty()
            && self.receipt.chars().count() <= RECEIPT_CHARS
            && self.lines.len() <= LINES
            && self.lines.iter().all(line_fits)
            && self.of.as_ref().is_none_or(SoldAs::fits)
    }

    fn deed(&self, _op_id: &str, of: Option<&str>) -> Option<Deed> {
        Some(Deed::Return {
            of: OpId::from(of?),
            what: what_comes_back(&self.lines),
        })
    }

    fn moves_points_as(&self) -> Option<MovementKind> {
        Some(MovementKind::Return)
    }

    fn receipt(&self) -> Option<&str> {
        Some(&self.receipt)
    }
}

/// What comes back, for the rules; no line means all.
#[must_use]
pub fn what_comes_back(lines: &[ReturnLine]) -> ReturnOf {
    if lines.is_empty() {
        return ReturnOf::All;
    }
    let line = |line: &ReturnLine| loyalty::ReturnLine {
        sku: line.sku.as_str().into(),
        qty: line.qty,
        line: line.line,
    };
    ReturnOf::Lines(lines.iter().map(line).collect())
}
