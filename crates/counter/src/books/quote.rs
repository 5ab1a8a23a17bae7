//! What something would come to: the same deed, done by the same function, as where it is recorded and booked.

use super::state::Books;
use crate::error::{Error, Result};
use chrono::{DateTime, NaiveDate, Utc};
use loyalty::deed::{self, Book, Deed, Done, Purchase, Source};
use loyalty::{
    Account, BehaviourKind, CouponId, Lot, Money, OpId, Points, Program, Proposal, Receipt,
    ReceiptLine, ReceiptNo, RecorderId, Refusal, ReturnOf, Sale, Sku, Sold, Standing,
};
use protocol::operation::SaleLine;

/// Something that would be done, and her account after it.
pub(crate) struct Quoted<T> {
    pub(crate) done: T,
    pub(crate) after: Account,
}

/// The identity, in a book, of what is only quoted.
fn quoted() -> OpId {
    OpId::from("quote")
}

impl Books {
    fn sale(&self, lines: &[SaleLine], coupons: &[String]) -> Sale {
        Sale {
            receipt: ReceiptNo::from("quote"),
            lines: protocol::operation::sale_lines(lines),
            pay_points: Points::ZERO,
            from: loyalty::PointsFrom::default(),
            coupons: ids(coupons),
        }
    }

    /// Does a deed on a book of hers, as it would be done now.
    fn would(&self, book: &mut Book, deed: &Deed) -> std::result::Result<Done, loyalty::Error> {
        let now = loyalty::advance(self.program(), &mut book.account, self.now).now;
        deed::apply(self.program(), book, &now, deed, Standing::Proposed)
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
        let (account, from) = self.to_spend(points);
        let mut book = Book {
            counted: self.counted.clone(),
            ..Book::of(account)
        };
        let deed = Deed::Purchase(Purchase {
            id: quoted(),
            receipt: ReceiptNo::from("quote"),
            lines: protocol::operation::sale_lines(lines),
            pay_points: points,
            from,
            coupons: ids(coupons),
            recorded_by: Some(RecorderId::from("quote")),
            all_waits: false,
        });
        let done = self.would(&mut book, &deed).map_err(|e| {
            let bill: Money = lines.iter().map(|l| l.amount).sum();
            refused(&e, self.most(bill, self.usable_online()))
        })?;
        let Some(receipt) = book.receipts.remove(&quoted()) else {
            return Err(Error::AmountInvalid);
        };
        Ok(Quoted {
            done: Sold {
                receipt,
                outcome: done.outcome,
            },
            after: book.account,
        })
    }

    /// What coupons would do to a basket, and which are best.
    ///
    /// # Errors
    /// [`Error::AmountInvalid`].
    pub(crate) fn propose(&self, lines: &[SaleLine], among: &[String]) -> Result<Proposal> {
        let sale = self.sale(lines, &[]);
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
        let sale = self.sale(lines, coupons);
        loyalty::effects(self.program(), &self.account, self.now, &sale)
            .map_err(|e| refused(&e, Points::ZERO))
    }

    /// Something valued that she did, which counted so often that day: the points that it brings.
    ///
    /// # Errors
    /// [`Error::Rules`] where it counts no more.
    pub(crate) fn quote_behaviour(&self, kind: &BehaviourKind, that_day: u32) -> Result<Points> {
        let mut book = Book::of(self.account.clone());
        let today = self.program().business_date(self.now);
        book.behaved.insert((kind.clone(), today), that_day);
        let deed = Deed::Behave { kind: kind.clone() };
        self.would(&mut book, &deed)
            .map(|done| done.outcome.earned)
            .map_err(|e| refused(&e, Points::ZERO))
    }

    /// Points whose last day an extension would move.
    ///
    /// # Errors
    /// [`Error::Rules`] where an extension is refused.
    pub(crate) fn quote_extension(&self, to: NaiveDate) -> Result<Points> {
        let mut book = Book::of(self.account.clone());
        self.would(&mut book, &Deed::Extend { to })
            .map_err(|e| refused(&e, Points::ZERO))?;
        let dated_otherwise = |lot: &&Lot| {
            let was = self.account.lot(lot.id);
            was.is_some_and(|was| was.expires != lot.expires)
        };
        let moved = book.account.lots().iter().filter(dated_otherwise);
        Ok(moved.map(|lot| self.points_of(lot)).sum())
    }

    /// A return.
    ///
    /// # Errors
    /// [`Error::OverReturned`], [`Error::Rules`].
    pub(crate) fn quote_return(&self, receipt: &Receipt, what: &ReturnOf) -> Result<Quoted<Done>> {
        let mut book = Book::of(self.account.clone());
        book.receipts.insert(quoted(), receipt.clone());
        let deed = Deed::Return {
            of: quoted(),
            what: what.clone(),
        };
        self.would(&mut book, &deed)
            .map(|done| Quoted {
                done,
                after: book.account,
            })
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
    let deed = Deed::Purchase(Purchase {
        id: quoted(),
        receipt: ReceiptNo::from("bill"),
        lines: vec![loyalty::SaleLine {
            sku: Sku::from("bill"),
            category: None,
            qty: 1,
            amount: bill,
        }],
        pay_points: points,
        from: Source::Available,
        coupons: Vec::new(),
        recorded_by: None,
        all_waits: false,
    });
    let at = DateTime::<Utc>::UNIX_EPOCH;
    let mut book = Book::of(Account::new(None));
    let now = loyalty::advance(program, &mut book.account, at).now;
    // that nobody has these points is no matter to what they are worth
    deed::apply(program, &mut book, &now, &deed, Standing::Happened)
        .map_err(|e| refused(&e, Points::ZERO))?;
    let sold = book.receipts.get(&quoted()).ok_or(Error::AmountInvalid)?;
    Ok(sold.net - sold.pay)
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
