//! What an operation does to a member's account, in the words of the rules: said once for each kind.

use loyalty::deed::{Deed, Purchase, Source};
use loyalty::{GrantId, OpId, Points, ReceiptNo, ReturnLine, ReturnOf, SaleLine};

use crate::operation::{self, Body, Spend};

impl Body {
    /// The deed that an operation of this body is; none where it does nothing to points, tier or coupons.
    ///
    /// `op_id` is the operation's id, by which a sale and a redemption are known in a book. `of` is the sale that a
    /// return is about, by its own operation's id, where it is known: a receipt's number does not say it.
    #[must_use]
    pub fn deed(&self, op_id: &str, of: Option<&str>) -> Option<Deed> {
        match self {
            Self::Sale(sale) => Some(Deed::Purchase(Purchase {
                id: op_id.into(),
                receipt: ReceiptNo::from(sale.receipt.as_str()),
                lines: sale_lines(&sale.lines),
                pay_points: sale.pay_points,
                from: allowances(&sale.spends),
                coupons: sale.coupons.iter().map(|id| id.as_str().into()).collect(),
            })),
            Self::Redemption(redemption) => Some(Deed::Redeem {
                id: op_id.into(),
                points: redemption.points,
                from: allowances(&redemption.spends),
            }),
            Self::Return(back) => Some(Deed::Return {
                of: OpId::from(of?),
                what: what_comes_back(&back.lines),
            }),
            Self::Release(release) => Some(Deed::Release {
                grant: GrantId::from(release.grant.to_string()),
                points: release.points,
            }),
            Self::Reversal(reversal) => Some(Deed::Reverse {
                of: reversal.of.as_str().into(),
            }),
            Self::Behaviour(behaviour) => Some(Deed::Behave {
                kind: behaviour.behaviour.as_str().into(),
            }),
            Self::Freeze(_) => Some(Deed::Freeze),
            Self::Unfreeze(_) => Some(Deed::Unfreeze),
            Self::Extension(extension) => Some(Deed::Extend { to: extension.to }),
            Self::Profile(profile) => {
                let birthday = profile.set.birthday?;
                Some(Deed::BirthMonth {
                    month: chrono::Datelike::month(&birthday),
                })
            }
            Self::Reveal(_) => None,
        }
    }
}

/// Where an operation's points come from: a counter spends from its allowances alone.
fn allowances(spends: &[Spend]) -> Source {
    let part = |spend: &Spend| -> (GrantId, Points) {
        (GrantId::from(spend.grant.to_string()), spend.points)
    };
    Source::Allowances(spends.iter().map(part).collect())
}

/// Lines of a sale for the rules.
#[must_use]
pub fn sale_lines(lines: &[operation::SaleLine]) -> Vec<SaleLine> {
    let line = |line: &operation::SaleLine| SaleLine {
        sku: line.sku.as_str().into(),
        category: line.category.as_deref().map(Into::into),
        qty: line.qty,
        amount: line.amount,
    };
    lines.iter().map(line).collect()
}

/// What comes back, for the rules; no line means all.
#[must_use]
pub fn what_comes_back(lines: &[operation::ReturnLine]) -> ReturnOf {
    if lines.is_empty() {
        return ReturnOf::All;
    }
    let line = |line: &operation::ReturnLine| ReturnLine {
        sku: line.sku.as_str().into(),
        qty: line.qty,
        line: line.line,
    };
    ReturnOf::Lines(lines.iter().map(line).collect())
}
