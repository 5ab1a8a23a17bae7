//! Goods brought back against a receipt.

use super::sale::receipt_number;
use super::signin::SignedIn;
use super::{coupons, tiers};
use crate::books::{self, Books, Quoted};
use crate::cache;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::lookup::shown_as;
use crate::outbox::{self, Draft, Row, Summary};
use crate::view::{
    CouponPlace, GivenBack, ReturnDone, ReturnForm, ReturnLineRequest, ReturnQuote, ReturnRequest,
};
use loyalty::{AccountKind, Money, Points, Returned};
use protocol::entity::{Member, Receipt};
use protocol::operation::{Body, MemberRef, Return, ReturnLine};
use protocol::{MemberId, OpId, StoreId, limits};

/// Reasons that a clerk can choose.
const REASONS: [&str; 5] = ["shade", "reaction", "surplus", "damaged", "other"];

/// A receipt as it is now, and what is known beside it.
pub(crate) struct ReceiptNow {
    pub(crate) receipt: Receipt,
    /// The centre's state does not have it yet.
    pub(crate) pending: bool,
    /// The sale, where this counter recorded it.
    own: Option<Row>,
    /// Whose it is, where she is kept here.
    member: Option<Member>,
}

struct Checked {
    member: Option<Member>,
    books: Books,
    receipt: loyalty::Receipt,
    quoted: Quoted<Returned>,
    lines: Vec<ReturnLine>,
    no: String,
    pieces: u32,
}

impl Engine {
    /// Opens a receipt for a return.
    ///
    /// # Errors
    /// [`Error::ReceiptUnknown`] where it is neither in the outbox nor in the cache.
    pub fn open_return(&self, receipt: &str) -> Result<ReturnForm> {
        let no = receipt_number(receipt)?;
        let known = self.receipt_now(&no)?.ok_or(Error::ReceiptUnknown)?;
        let sold_by = match known.own {
            Some(row) => self.clerks()?.into_iter().find(|c| c.id == row.clerk),
            None => None,
        };
        let member = known
            .member
            .map(|m| self.member_page(m.id.as_str()))
            .transpose()?;
        Ok(ReturnForm {
            receipt: self.receipt_view(&known.receipt, known.pending)?,
            member,
            sold_by,
        })
    }

    /// What a return would come to. Records nothing.
    ///
    /// # Errors
    /// [`Error::ReceiptUnknown`], [`Error::OverReturned`], [`Error::QuantityInvalid`].
    pub fn quote_return(&self, request: &ReturnRequest) -> Result<ReturnQuote> {
        let r = self.check_return(request)?;
        let Quoted { done, after } = &r.quoted;
        let program = r.books.program();
        let hers = r.member.as_ref();
        let (back, kept): (Vec<_>, Vec<_>) = r
            .receipt
            .coupons
            .iter()
            .filter_map(|used| after.coupon(&used.id))
            .filter(|c| {
                done.coupons_back.contains(&c.id) || c.used_by.as_ref() == Some(&r.receipt.no)
            })
            .map(|c| coupons::view(c.clone(), CouponPlace::Free))
            .partition(|c| done.coupons_back.iter().any(|id| id.as_str() == c.id));
        Ok(ReturnQuote {
            refund: done.refund,
            value: r.value(),
            given_back: done.outcome.given_back,
            given_back_to: r.given_back_to(),
            taken_back: done.outcome.taken_back,
            balance_before: hers.map(|_| r.books.balance()),
            balance_after: hers.map(|_| after.balance()),
            debt_after: after.debt(),
            tier_before: hers.map(|_| tiers::of(program, r.books.account())),
            tier_after: hers.map(|_| tiers::of(program, after)),
            coupons_back: back,
            coupons_kept: kept,
            checked_later: self.shared.net().reached != Some(true),
        })
    }

    /// Records a return. Once this returns it is on the disk.
    ///
    /// A receipt that this counter does not know may be returned on a manager's approval.
    ///
    /// # Errors
    /// As [`Engine::quote_return`]; [`Error::NotAllowed`], [`Error::PinWrong`] and [`Error::PinLocked`] where
    /// a manager approves. Nothing is recorded then.
    pub fn record_return(&self, clerk: &SignedIn, request: &ReturnRequest) -> Result<ReturnDone> {
        let identity = self.shared.identity()?.ok_or(Error::NotEnrolled)?;
        let no = receipt_number(&request.receipt)?;
        if request.approver.is_some() && self.receipt_now(&no)?.is_none() {
            return self.return_unknown(clerk, request);
        }
        let r = self.check_return(request)?;
        let reason = reason_word(&request.reason);
        let op_id = OpId::fresh();
        let done = ReturnDone {
            op_id: op_id.to_string(),
            receipt: r.no.clone(),
            refund: r.quoted.done.refund,
            given_back: r.quoted.done.outcome.given_back,
            taken_back: r.quoted.done.outcome.taken_back,
            unknown_receipt: false,
            exists: false,
        };
        let summary = Summary {
            who: r
                .member
                .as_ref()
                .map(|m| shown_as(&m.name, &m.phone))
                .unwrap_or_default(),
            member: r.member.as_ref().map(|m| m.id.to_string()),
            receipt: Some(r.no.clone()),
            pieces: r.pieces,
            money: Some(done.refund),
            given_back: done.given_back,
            taken_back: done.taken_back,
            ..Summary::default()
        };
        let body = Body::Return(Return {
            receipt: r.no.clone(),
            store: identity.store.clone(),
            lines: r.lines,
            reason: reason.to_owned(),
            shown_refund: done.refund,
            approval: None,
        });
        let draft = Draft {
            op_id,
            clerk: clerk.clerk().clone(),
            program: r.books.program().version(),
            at: r.books.now(),
            body,
            personal: Vec::new(),
            summary,
        };
        self.shared
            .outbox()
            .write(|tx| outbox::append(tx, &draft))?;
        self.appended();
        Ok(done)
    }

    /// A receipt as it is now: the centre's state, with this counter's own operations on it.
    pub(crate) fn receipt_now(&self, no: &str) -> Result<Option<ReceiptNow>> {
        let cached = self.cache(|c| cache::receipt(c, no))?;
        let own = self.shared.outbox().read(|c| outbox::sale_of(c, no))?;
        let pending = cached.is_none();
        let receipt = match (cached, &own) {
            (Some(cached), _) => cached,
            (None, Some(row)) => from_sale(row)?,
            (None, None) => return Ok(None),
        };
        let member = self.cache(|c| cache::member(c, receipt.member.as_str()))?;
        let books = self.books(member.as_ref(), Some(no))?;
        Ok(Some(ReceiptNow {
            receipt: books.shown(receipt),
            pending,
            own,
            member,
        }))
    }

    fn check_return(&self, request: &ReturnRequest) -> Result<Checked> {
        let no = receipt_number(&request.receipt)?;
        within_limits(&request.lines)?;
        let cached = self.cache(|c| cache::receipt(c, &no))?;
        let whose = match cached {
            Some(cached) => cached.member,
            None => {
                let own = self.shared.outbox().read(|c| outbox::sale_of(c, &no))?;
                from_sale(&own.ok_or(Error::ReceiptUnknown)?)?.member
            }
        };
        let member = self.cache(|c| cache::member(c, whose.as_str()))?;
        let books = self.books(member.as_ref(), Some(&no))?;
        let receipt = books.receipt(&no).ok_or(Error::ReceiptUnknown)?.clone();
        let on_it = |sku: &str| receipt.lines.iter().any(|l| l.sku.as_str() == sku);
        if let Some(l) = request.lines.iter().find(|l| !on_it(&l.sku)) {
            return Err(Error::ProductUnknown {
                sku: l.sku.chars().take(40).collect(),
            });
        }
        let lines: Vec<ReturnLine> = request
            .lines
            .iter()
            .map(|l| ReturnLine {
                sku: l.sku.clone(),
                qty: l.qty,
            })
            .collect();
        let what = books::what(lines.iter().map(|l| (l.sku.as_str(), l.qty)));
        let pieces = if lines.is_empty() {
            receipt.lines.iter().map(loyalty::ReceiptLine::left).sum()
        } else {
            lines.iter().map(|l| l.qty).sum()
        };
        let quoted = books.quote_return(&receipt, &what)?;
        Ok(Checked {
            member,
            books,
            receipt,
            quoted,
            lines,
            no,
            pieces,
        })
    }
}

impl Checked {
    /// What the goods that come back were worth, in money and points.
    fn value(&self) -> Money {
        self.quoted.done.value
    }

    /// Where points that are given back go, by the last day.
    fn given_back_to(&self) -> Vec<GivenBack> {
        let mut all: Vec<GivenBack> = Vec::new();
        for moved in &self.quoted.done.outcome.movements {
            if moved.from != AccountKind::Redeemed || moved.to != AccountKind::Available {
                continue;
            }
            let lot = moved.lot.and_then(|id| self.quoted.after.lot(id));
            let date = lot.and_then(|l| l.expires).map(|d| d.to_string());
            match all.iter_mut().find(|g| g.date == date) {
                Some(g) => g.points += moved.points,
                None => all.push(GivenBack {
                    points: moved.points,
                    date,
                }),
            }
        }
        all
    }
}

/// Refuses more lines than a return may have, and a line of no piece or of too many.
pub(super) fn within_limits(lines: &[ReturnLineRequest]) -> Result<()> {
    if lines.len() > limits::LINES {
        return Err(Error::TooManyLines {
            max: u32::try_from(limits::LINES).unwrap_or(u32::MAX),
        });
    }
    let fits = |qty: u32| (1..=limits::QUANTITY).contains(&qty);
    match lines.iter().find(|l| !fits(l.qty)) {
        None => Ok(()),
        Some(l) => Err(Error::QuantityInvalid {
            qty: l.qty,
            max: limits::QUANTITY,
        }),
    }
}

/// The word of a reason that is recorded.
pub(super) fn reason_word(word: &str) -> &str {
    if REASONS.contains(&word) {
        word
    } else {
        "other"
    }
}

/// A receipt that only this counter knows.
pub(crate) fn from_sale(row: &Row) -> Result<Receipt> {
    let Body::Sale(sale) = row.body()? else {
        return Err(Error::OutboxDamaged(
            "a receipt's operation is no sale".into(),
        ));
    };
    let lines = books::named_lines(&sale, &row.summary.nets);
    let (seller, second) = match sale.credit {
        Some(credit) => (credit.seller, credit.second),
        None => (Some(row.clerk.as_str().into()), None),
    };
    let member = match sale.member {
        MemberRef::Id { member } => member,
        MemberRef::Phone | MemberRef::Code { .. } => MemberId::new(""),
    };
    Ok(Receipt {
        no: sale.receipt,
        member,
        store: StoreId::new(sale.store.as_str()),
        at: row.at,
        channel: "store".to_owned(),
        lines,
        pay: row.summary.money.unwrap_or_default(),
        refunded: Money::ZERO,
        earned: row.summary.earned,
        points_paid: sale.pay_points,
        taken_back: Points::ZERO,
        given_back: Points::ZERO,
        portions: Vec::new(),
        own_lot: 0,
        coupons: Vec::new(),
        seller,
        second,
    })
}
