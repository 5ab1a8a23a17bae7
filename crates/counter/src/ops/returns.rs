//! Goods brought back against a receipt.

use super::signin::SignedIn;
use super::sold::{self, Meant, ReceiptNow};
use super::{reaction, tiers};
use crate::books::{Books, Known, Quoted, receipt_number};
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::outbox::{self, Draft, Summary};
use crate::search::mask::shown_as;
use crate::view::{
    CouponPlace, GivenBack, ReturnDone, ReturnForm, ReturnLineRequest, ReturnQuote, ReturnRequest,
};
use loyalty::deed::Done;
use loyalty::{AccountKind, Money};
use protocol::entity::Member;
use protocol::operation::what_comes_back;
use protocol::operation::{Body, Return, ReturnLine};
use protocol::{OpId, StoreId, limits};

/// Reasons that a clerk can choose.
const REASONS: [&str; 5] = ["shade", "reaction", "surplus", "damaged", "other"];

struct Checked {
    member: Option<Member>,
    books: Books,
    receipt: loyalty::Receipt,
    quoted: Quoted<Done>,
    lines: Vec<ReturnLine>,
    known: Known,
    pieces: u32,
}

impl Engine {
    /// Opens a receipt for a return: by its number, and where the clerk was asked which, by the sale's id.
    ///
    /// # Errors
    /// [`Error::ReceiptUnknown`] where it is neither in the outbox nor in the cache; [`Error::WhichReceipt`] where
    /// it may be several, or is another store's.
    pub fn open_return(&self, receipt: &str, sale: Option<&str>) -> Result<ReturnForm> {
        let number = receipt_number(receipt)?;
        let meant = Meant {
            sale,
            ..Meant::default()
        };
        let now = self.sale_meant(&number, meant)?;
        let sold_by = match &now.known.own {
            Some(own) => self.clerks()?.into_iter().find(|c| c.id == own.clerk),
            None => None,
        };
        let member = now
            .member
            .map(|m| self.member_page(m.id.as_str()))
            .transpose()?;
        Ok(ReturnForm {
            receipt: self.receipt_views()?.of(&now.receipt, !now.known.cached)?,
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
        let used = r
            .receipt
            .coupons
            .iter()
            .filter_map(|used| after.coupon(&used.id))
            .filter(|c| {
                done.coupons_back.contains(&c.id) || c.used_by.as_ref() == Some(&r.receipt.no)
            });
        let (mut back, mut kept) = (Vec::new(), Vec::new());
        for c in used {
            let to = if done.coupons_back.contains(&c.id) {
                &mut back
            } else {
                &mut kept
            };
            to.push(self.coupon_view(c.clone(), CouponPlace::Free)?);
        }
        Ok(ReturnQuote {
            refund: done.refund,
            value: r.value(),
            paid_by_points: r.value() - done.refund,
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
    /// As [`Engine::quote_return`]; [`Error::ReactionInvalid`]; [`Error::NotAllowed`], [`Error::PinWrong`] and [`Error::PinLocked`] where
    /// a manager approves. Nothing is recorded then.
    pub fn record_return(&self, clerk: &SignedIn, request: &ReturnRequest) -> Result<ReturnDone> {
        let identity = self.shared.identity()?.ok_or(Error::NotEnrolled)?;
        let r = match self.check_return(request) {
            Err(Error::ReceiptUnknown) if request.approver.is_some() => {
                return self.return_unknown(clerk, request);
            }
            checked => checked?,
        };
        let personal = reaction::personal(request)?;
        let whose = r.member.as_ref().map(|m| m.id.clone());
        let (done, mut draft) = r.recording(clerk, &identity.store, request)?;
        draft.personal = personal;
        self.shared
            .outbox()
            .write(|tx| outbox::append(tx, &draft))?;
        self.appended(whose.as_ref());
        Ok(done)
    }

    /// Takes a sale back whole that was keyed wrongly, where the right one is recorded after it.
    pub(super) fn undoing(&self, clerk: &SignedIn, earlier: &ReceiptNow) -> Result<Draft> {
        let request = ReturnRequest {
            receipt: earlier.receipt.no.clone(),
            sale: Some(earlier.known.id.clone()),
            reason: "other".to_owned(),
            ..ReturnRequest::default()
        };
        let identity = self.shared.identity()?.ok_or(Error::NotEnrolled)?;
        let (_, draft) =
            self.check_return(&request)?
                .recording(clerk, &identity.store, &request)?;
        Ok(draft)
    }

    fn check_return(&self, request: &ReturnRequest) -> Result<Checked> {
        let number = receipt_number(&request.receipt)?;
        within_limits(&request.lines)?;
        let meant = meant(request)?;
        let ReceiptNow { known, member, .. } = self.sale_meant(&number, meant)?;
        let books = self.books_by_the_rules(member.as_ref(), Some(&known))?;
        let receipt = books
            .receipt(&known.id)
            .ok_or(Error::ReceiptUnknown)?
            .clone();
        let lines = sold::lines_meant(&receipt, &known.receipt.lines, &request.lines)?;
        let pieces = if lines.is_empty() {
            receipt.lines.iter().map(loyalty::ReceiptLine::left).sum()
        } else {
            lines.iter().map(|l| l.qty).sum()
        };
        let quoted = books.quote_return(&receipt, &what_comes_back(&lines))?;
        Ok(Checked {
            member,
            books,
            receipt,
            quoted,
            lines,
            known,
            pieces,
        })
    }
}

/// Which sale a request means.
fn meant(request: &ReturnRequest) -> Result<Meant<'_>> {
    Ok(Meant {
        sale: request.sale.as_deref(),
        store: request.store.as_deref(),
        date: sold::day(request.date.as_deref())?,
    })
}

impl Checked {
    /// The operation that records it, and what is said after it.
    fn recording(
        self,
        clerk: &SignedIn,
        store: &StoreId,
        request: &ReturnRequest,
    ) -> Result<(ReturnDone, Draft)> {
        let op_id = OpId::fresh();
        let no = self.known.receipt.no.clone();
        let done = ReturnDone {
            op_id: op_id.to_string(),
            receipt: no.clone(),
            refund: self.quoted.done.refund,
            given_back: self.quoted.done.outcome.given_back,
            taken_back: self.quoted.done.outcome.taken_back,
            unknown_receipt: false,
            exists: false,
        };
        let member = self.member.as_ref();
        let summary = Summary {
            who: member
                .map(|m| shown_as(&m.name, &m.phone))
                .unwrap_or_default(),
            member: member.map(|m| m.id.to_string()),
            receipt: Some(no.clone()),
            pieces: self.pieces,
            money: Some(done.refund),
            given_back: done.given_back,
            taken_back: done.taken_back,
            ..Summary::default()
        };
        let body = Body::Return(Return {
            receipt: no,
            of: Some(self.known.sold_as()),
            store: store.clone(),
            lines: self.lines,
            reason: reason_word(&request.reason).to_owned(),
            shown_refund: done.refund,
            approval: None,
        });
        let draft = Draft {
            op_id,
            hands: clerk.hands(),
            program: self.books.version()?,
            at: self.books.now(),
            body,
            personal: Vec::new(),
            summary,
        };
        Ok((done, draft))
    }

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
