//! What something would come to, by the very function by which the centre applies it.

use super::Books;
use crate::error::{Error, Result};
use chrono::{DateTime, NaiveDate, Utc};
use loyalty::{
    Account, BehaviourKind, CouponId, Lot, Money, Points, Program, Proposal, Receipt, ReceiptLine,
    ReceiptNo, Refusal, ReturnOf, Returned, Sale, Sku, Sold, Standing,
};
use protocol::operation::SaleLine;

/// Something that would be done, and her account after it.
pub(crate) struct Quoted<T> {
    pub(crate) done: T,
    pub(crate) after: Account,
}

impl Books {
    fn sale(&self, lines: &[SaleLine], points: Points, coupons: &[String]) -> Sale {
        Sale {
            receipt: ReceiptNo::from("quote"),
            lines: protocol::operation::sale_lines(lines),
            pay_points: points,
            from: loyalty::PointsFrom::default(),
            coupons: ids(coupons),
        }
    }

    /// A sale.
    ///
    /// # Errors
    /// [`Error::Rules`] with the first refusal; [`Error::AmountInvalid`].
    pub(crate) fn quote_sale(
        &self,
        lines: &[SaleLine],
        points: Points,
        coupons: &[String],
    ) -> Result<Quoted<Sold>> {
        let (mut after, from) = self.to_spend(points);
        let now = loyalty::advance(self.program(), &mut after, self.now).now;
        let sale = Sale {
            from,
            ..self.sale(lines, points, coupons)
        };
        let bill: Money = lines.iter().map(|l| l.amount).sum();
        loyalty::purchase(self.program(), &mut after, &now, sale, Standing::Proposed)
            .map(|done| Quoted { done, after })
            .map_err(|e| refused(&e, self.most(bill, self.usable_online())))
    }

    /// What coupons would do to a basket, and which are best.
    ///
    /// # Errors
    /// [`Error::AmountInvalid`].
    pub(crate) fn propose(&self, lines: &[SaleLine], among: &[String]) -> Result<Proposal> {
        let sale = self.sale(lines, Points::ZERO, &[]);
        loyalty::propose(self.program(), &self.account, self.now, &sale, &ids(among))
            .map_err(|_| Error::AmountInvalid)
    }

    /// What each coupon of a sale does there.
    ///
    /// # Errors
    /// As [`Books::quote_sale`].
    pub(crate) fn effects(
        &self,
        lines: &[SaleLine],
        coupons: &[String],
    ) -> Result<Vec<loyalty::CouponEffect>> {
        let sale = self.sale(lines, Points::ZERO, coupons);
        loyalty::effects(self.program(), &self.account, self.now, &sale)
            .map_err(|e| refused(&e, Points::ZERO))
    }

    /// Something valued that she did, which counted so often that day: the points that it brings.
    ///
    /// # Errors
    /// [`Error::Rules`] where it counts no more.
    pub(crate) fn quote_behaviour(&self, kind: &BehaviourKind, that_day: u32) -> Result<Points> {
        let mut after = self.account.clone();
        let now = loyalty::advance(self.program(), &mut after, self.now).now;
        let proposed = Standing::Proposed;
        loyalty::behave(self.program(), &mut after, &now, kind, that_day, proposed)
            .map(|done| done.earned)
            .map_err(|e| refused(&e, Points::ZERO))
    }

    /// Points whose last day an extension would move.
    pub(crate) fn quote_extension(&self, to: NaiveDate) -> Points {
        let mut after = self.account.clone();
        loyalty::extend(&mut after, to);
        let dated_otherwise = |lot: &&Lot| {
            let was = self.account.lot(lot.id);
            was.is_some_and(|was| was.expires != lot.expires)
        };
        let moved = after.lots().iter().filter(dated_otherwise);
        moved.map(|lot| self.points_of(lot)).sum()
    }

    /// A return.
    ///
    /// # Errors
    /// [`Error::OverReturned`], [`Error::Rules`].
    pub(crate) fn quote_return(
        &self,
        receipt: &Receipt,
        what: &ReturnOf,
    ) -> Result<Quoted<Returned>> {
        let mut after = self.account.clone();
        let now = loyalty::advance(self.program(), &mut after, self.now).now;
        let mut back = receipt.clone();
        let proposed = Standing::Proposed;
        loyalty::return_goods(self.program(), &mut after, &now, &mut back, what, proposed)
            .map(|done| Quoted { done, after })
            .map_err(|e| match e {
                loyalty::Error::Refused(Refusal::OverReturned) => Error::OverReturned {
                    left: left(receipt, what),
                },
                other => refused(&other, Points::ZERO),
            })
    }
}

fn ids(coupons: &[String]) -> Vec<CouponId> {
    coupons.iter().map(|c| CouponId::from(c.as_str())).collect()
}

/// What points are worth on a bill: as if they paid part of a sale of that amount.
pub(crate) fn worth(program: &Program, points: Points, bill: Money) -> Result<Money> {
    let sale = Sale {
        receipt: ReceiptNo::from("bill"),
        lines: vec![loyalty::SaleLine {
            sku: Sku::from("bill"),
            category: None,
            qty: 1,
            amount: bill,
        }],
        pay_points: points,
        from: loyalty::PointsFrom::default(),
        coupons: Vec::new(),
    };
    let at = DateTime::<Utc>::UNIX_EPOCH;
    let mut account = Account::new(None);
    let now = loyalty::advance(program, &mut account, at).now;
    // that nobody has these points is no matter to what they are worth
    loyalty::purchase(program, &mut account, &now, sale, Standing::Happened)
        .map(|sold| sold.receipt.net - sold.receipt.pay)
        .map_err(|e| refused(&e, Points::ZERO))
}

/// Pieces left of the first product that was asked for beyond what is there.
fn left(receipt: &Receipt, what: &ReturnOf) -> u32 {
    let ReturnOf::Lines(asked) = what else {
        return 0;
    };
    let left_of = |sku: &Sku| {
        receipt
            .lines
            .iter()
            .filter(|l| l.sku == *sku)
            .map(ReceiptLine::left)
            .sum()
    };
    asked
        .iter()
        .map(|a| (a.qty, left_of(&a.sku)))
        .find(|(qty, left)| qty > left)
        .map_or(0, |(_, left)| left)
}

/// A refusal of the rules, with what would be possible.
pub(crate) fn refused(error: &loyalty::Error, possible: Points) -> Error {
    match error {
        loyalty::Error::Refused(refusal) => Error::Rules {
            refusal: *refusal,
            possible,
        },
        loyalty::Error::Malformed(_) => Error::AmountInvalid,
    }
}
