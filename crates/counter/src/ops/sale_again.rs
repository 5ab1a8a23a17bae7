//! A receipt recorded once more: the same content changes nothing, other content is a conflict.

use super::sale::Checked;
use crate::error::{Error, Result};
use crate::outbox::Row;
use crate::view::{SaleDone, SaleRequest};
use loyalty::Money;
use protocol::entity::Receipt;
use protocol::operation::{Body, MemberRef};

impl Checked {
    /// A receipt that the centre has: the same content changes nothing, other content is a conflict.
    pub(super) fn recorded(&self, was: &Receipt, request: &SaleRequest) -> Result<SaleDone> {
        // an older centre does not say which coupons a receipt used, and its lines stand there after them
        let told = request.coupons.is_empty() || !was.coupons.is_empty();
        let line = |sku: &str, qty: u32, amount: Money| {
            (sku.to_owned(), qty, if told { amount } else { Money::ZERO })
        };
        let now: Vec<_> = self
            .lines
            .iter()
            .map(|l| line(&l.sku, l.qty, l.amount))
            .collect();
        let then: Vec<_> = was
            .lines
            .iter()
            .map(|l| line(&l.sku, l.qty, l.amount + l.off))
            .collect();
        let used = was.coupons.iter().map(|c| c.coupon.id.as_str());
        if told && !used.eq(request.coupons.iter().map(String::as_str)) {
            return Err(Error::ReceiptConflict);
        }
        let hers = self.member.as_ref().is_some_and(|m| m.id == was.member);
        if !hers || now != then || request.pay_points != was.points_paid {
            return Err(Error::ReceiptConflict);
        }
        Ok(SaleDone {
            op_id: String::new(),
            receipt: was.no.clone(),
            pay: was.pay,
            earned: was.earned,
            spent: was.points_paid,
            exists: true,
            credited_later: false,
        })
    }

    /// The same receipt once more: the same content changes nothing, other content is a conflict.
    pub(super) fn again(&self, before: &Row, request: &SaleRequest) -> Result<SaleDone> {
        let Body::Sale(was) = before.body()? else {
            return Err(Error::ReceiptConflict);
        };
        let same = was.lines == self.lines
            && was.pay_points == request.pay_points
            && was.coupons == request.coupons
            && (was.member == self.target
                || matches!(was.member, MemberRef::Phone | MemberRef::Code { .. }));
        if !same {
            return Err(Error::ReceiptConflict);
        }
        Ok(SaleDone {
            op_id: before.op_id.clone(),
            receipt: was.receipt,
            pay: was.shown_pay,
            earned: was.shown_earned,
            spent: was.pay_points,
            exists: true,
            credited_later: !matches!(was.member, MemberRef::Id { .. }),
        })
    }
}
