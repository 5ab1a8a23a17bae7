//! A till's sale.

use loyalty::deed::{Deed, Purchase};
use loyalty::{Money, Points, ReceiptNo};
use serde::{Deserialize, Serialize};

use super::{Approval, Approving, MemberRef, Operation, OperationKind, Presence, Spend, spend};
use crate::credit::Credit;
use crate::ids::{MemberId, StoreId};
use crate::limits::{LINES, QUANTITY, RECEIPT_CHARS};

/// A till's sale, recorded under the till's receipt number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sale {
    /// The till's receipt number. Recording the same sale again changes nothing.
    pub receipt: String,
    /// The store that sold.
    pub store: StoreId,
    /// Whose purchase.
    pub member: MemberRef,
    /// What was sold.
    pub lines: Vec<SaleLine>,
    /// Points that paid part of it; 0 = none.
    #[serde(default)]
    pub pay_points: Points,
    /// Allowances that those points were spent from; their sum is `pay_points`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spends: Vec<Spend>,
    /// Coupons used, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub coupons: Vec<String>,
    /// What the counter showed as paid; the centre's own figure is kept beside it.
    pub shown_pay: Money,
    /// Points that the counter showed as earned.
    pub shown_earned: Points,
    /// Whose sale it is; none = the clerk's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit: Option<Credit>,
    /// The clerk said that it is another sale than one that the counter has under this number.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub new_sale: bool,
    /// What showed that she was there whose points paid; none below the program's floor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub presence: Option<Presence>,
    /// A manager's approval, where a sale of the same day stands under this number, or her points are above the program's
    /// ceiling.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<Approval>,
}

/// A line of a sale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaleLine {
    /// The product's number.
    pub sku: String,
    /// Its name on that day.
    pub name: String,
    /// Its category, for the program's factors.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Pieces, at least 1.
    pub qty: u32,
    /// The line's total before coupons.
    pub amount: Money,
}

impl OperationKind for Sale {
    const NAME: &'static str = "sale";
    const APPROVING: Approving = Approving::Sometimes;
    const IN_HER_PRESENCE: bool = true;
    const HELPS_MEMBER: bool = true;
    const GETS_SLIP: bool = true;
    const GIVES_PIECES: bool = false;
    const SPENDS: bool = true;
    const TAKEN_AFTER_REVOCATION: bool = true;

    fn member(&self) -> Option<&MemberId> {
        match &self.member {
            MemberRef::Id { member } => Some(member),
            MemberRef::Phone | MemberRef::Code { .. } => None,
        }
    }

    fn store(&self) -> Option<&StoreId> {
        Some(&self.store)
    }

    fn spends(&self) -> &[Spend] {
        &self.spends
    }

    fn approval_mut(&mut self) -> Option<&mut Option<Approval>> {
        Some(&mut self.approval)
    }

    fn approval(&self) -> Option<&Approval> {
        self.approval.as_ref()
    }

    fn presence(&self) -> Option<Presence> {
        self.presence
    }

    fn fits(&self, _op: &Operation) -> bool {
        let line_fits = |l: &SaleLine| {
            (1..=QUANTITY).contains(&l.qty) && l.amount.is_amount() && !l.sku.is_empty()
        };
        let total: Money = self.lines.iter().map(|l| l.amount).sum();
        !self.lines.is_empty()
            && self.lines.len() <= LINES
            && self.lines.iter().all(line_fits)
            && self.credit.as_ref().is_none_or(Credit::fits)
            && total.is_amount()
            && self.shown_pay.is_amount()
            && !self.receipt.trim().is_empty()
            && self.receipt.chars().count() <= RECEIPT_CHARS
            && spend::add_up(&self.spends, self.pay_points)
    }

    fn deed(&self, op_id: &str, _of: Option<&str>) -> Option<Deed> {
        Some(Deed::Purchase(Purchase {
            id: op_id.into(),
            receipt: ReceiptNo::from(self.receipt.as_str()),
            lines: sale_lines(&self.lines),
            pay_points: self.pay_points,
            from: spend::source(&self.spends),
            coupons: self.coupons.iter().map(|id| id.as_str().into()).collect(),
            // who recorded it stands on the operation, not in the body: `recorded_by` puts it in
            recorded_by: None,
            all_waits: false,
        }))
    }

    fn receipt(&self) -> Option<&str> {
        Some(&self.receipt)
    }

    fn points(&self) -> Points {
        self.pay_points
    }
}

/// Says in a sale's deed who recorded it: the clerk of its operation. Any other deed stays as it is.
pub fn recorded_by(deed: &mut Deed, clerk: &str) {
    if let Deed::Purchase(purchase) = deed {
        purchase.recorded_by = Some(clerk.into());
    }
}

/// Lines of a sale for the rules.
#[must_use]
pub fn sale_lines(lines: &[SaleLine]) -> Vec<loyalty::SaleLine> {
    let line = |line: &SaleLine| loyalty::SaleLine {
        sku: line.sku.as_str().into(),
        category: line.category.as_deref().map(Into::into),
        qty: line.qty,
        amount: line.amount,
    };
    lines.iter().map(line).collect()
}
