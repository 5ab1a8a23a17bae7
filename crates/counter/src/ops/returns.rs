//! Goods brought back against a receipt.

use super::quote::{self, Known};
use super::sale::receipt_number;
use super::signin::SignedIn;
use crate::cache;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::lookup::shown_as;
use crate::outbox::{self, Draft, Row, Summary};
use crate::view::{ReturnDone, ReturnForm, ReturnLineRequest, ReturnQuote, ReturnRequest};
use chrono::{DateTime, Utc};
use loyalty::{Points, Program, ReturnOf, Returned, Sku};
use protocol::entity::{Member, Receipt, ReceiptLine};
use protocol::operation::{Body, MemberRef, Return, ReturnLine, Sale};
use protocol::{MemberId, OpId, StoreId, limits};

/// Reasons that a clerk can choose.
const REASONS: [&str; 5] = ["shade", "reaction", "surplus", "damaged", "other"];

/// A receipt with what this counter did to it that the centre does not show yet.
pub(crate) struct ReceiptNow {
    pub(crate) receipt: Receipt,
    pub(crate) pending: bool,
}

struct Checked {
    member: Option<Member>,
    program: Program,
    now: DateTime<Utc>,
    returned: Returned,
    lines: Vec<ReturnLine>,
    no: String,
    pieces: u32,
    balance: Option<Points>,
}

impl Engine {
    /// Opens a receipt for a return.
    ///
    /// # Errors
    /// [`Error::ReceiptUnknown`] where it is neither in the outbox nor in the cache.
    pub fn open_return(&self, receipt: &str) -> Result<ReturnForm> {
        let no = receipt_number(receipt)?;
        let known = self.receipt_now(&no)?.ok_or(Error::ReceiptUnknown)?;
        let member = self.cache(|c| cache::member(c, known.receipt.member.as_str()))?;
        let sold_by = match self.shared.outbox().read(|c| outbox::sale_of(c, &no))? {
            Some(row) => self.clerks()?.into_iter().find(|c| c.id == row.clerk),
            None => None,
        };
        let member = member
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
        let change = r.returned.outcome.given_back - r.returned.outcome.taken_back;
        Ok(ReturnQuote {
            refund: r.returned.refund,
            given_back: r.returned.outcome.given_back,
            taken_back: r.returned.outcome.taken_back,
            balance_before: r.balance,
            balance_after: r.balance.map(|b| b + change),
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
        if request.approver.is_some()
            && self
                .receipt_now(&receipt_number(&request.receipt)?)?
                .is_none()
        {
            return self.return_unknown(clerk, request);
        }
        let r = self.check_return(request)?;
        let reason = reason_word(&request.reason);
        let op_id = OpId::fresh();
        let done = ReturnDone {
            op_id: op_id.to_string(),
            receipt: r.no.clone(),
            refund: r.returned.refund,
            given_back: r.returned.outcome.given_back,
            taken_back: r.returned.outcome.taken_back,
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
            money: Some(r.returned.refund),
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
            program: r.program.version(),
            at: r.now,
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

    fn check_return(&self, request: &ReturnRequest) -> Result<Checked> {
        let no = receipt_number(&request.receipt)?;
        let known = self.receipt_now(&no)?.ok_or(Error::ReceiptUnknown)?;
        within_limits(&request.lines)?;
        let on_it = |sku: &str| known.receipt.lines.iter().any(|l| l.sku == sku);
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
        let what = if lines.is_empty() {
            ReturnOf::All
        } else {
            let of = |l: &ReturnLine| loyalty::ReturnLine {
                sku: Sku::from(l.sku.as_str()),
                qty: l.qty,
            };
            ReturnOf::Lines(lines.iter().map(of).collect())
        };
        let pieces = if lines.is_empty() {
            known
                .receipt
                .lines
                .iter()
                .map(|l| l.qty.saturating_sub(l.returned))
                .sum()
        } else {
            lines.iter().map(|l| l.qty).sum()
        };
        let member = self.cache(|c| cache::member(c, known.receipt.member.as_str()))?;
        let program = self.program()?;
        let now = self.shared.now()?;
        let balance = match &member {
            Some(m) => Some(self.standing(m, &program, now)?.balance()),
            None => None,
        };
        let spendable = balance.unwrap_or(Points::ZERO);
        let rules = quote::receipt(&known.receipt);
        let who = Known {
            member: member.as_ref(),
            spendable,
            ..Known::default()
        };
        let returned = quote::goods_back(&program, &who, now, &rules, &what)?;
        Ok(Checked {
            member,
            program,
            now,
            returned,
            lines,
            no,
            pieces,
            balance,
        })
    }

    /// A receipt as it is now: the centre's state, with this counter's own operations on it.
    pub(crate) fn receipt_now(&self, no: &str) -> Result<Option<ReceiptNow>> {
        let cached = self.cache(|c| cache::receipt(c, no))?;
        let (sale, pending) = self
            .shared
            .outbox()
            .read(|c| Ok((outbox::sale_of(c, no)?, outbox::overlay_of_receipt(c, no)?)))?;
        let confirmed = cached.is_some();
        let mut receipt = match (cached, sale) {
            (Some(r), _) => r,
            (None, Some(row)) => from_sale(&row)?,
            (None, None) => return Ok(None),
        };
        for row in pending.iter().filter(|r| r.kind == "return") {
            add_return(&mut receipt, row)?;
        }
        Ok(Some(ReceiptNow {
            receipt,
            pending: !confirmed,
        }))
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
    let Sale {
        receipt,
        store,
        member,
        lines,
        pay_points,
        ..
    } = sale;
    let member = match member {
        MemberRef::Id { member } => member,
        MemberRef::Phone | MemberRef::Code { .. } => MemberId::new(""),
    };
    Ok(Receipt {
        no: receipt,
        member,
        store: StoreId::new(store.as_str()),
        at: row.at,
        channel: "store".to_owned(),
        lines: lines
            .into_iter()
            .enumerate()
            .map(|(i, l)| ReceiptLine {
                sku: l.sku,
                name: l.name,
                qty: l.qty,
                returned: 0,
                // a receipt's lines stand there after coupons
                amount: row.summary.nets.get(i).copied().unwrap_or(l.amount),
            })
            .collect(),
        pay: row.summary.money.unwrap_or_default(),
        refunded: loyalty::Money::ZERO,
        earned: row.summary.earned,
        points_paid: pay_points,
        taken_back: Points::ZERO,
        given_back: Points::ZERO,
    })
}

/// Adds a return that the receipt does not show yet.
pub(crate) fn add_return(receipt: &mut Receipt, row: &Row) -> Result<()> {
    let Body::Return(back) = row.body()? else {
        return Ok(());
    };
    if back.lines.is_empty() {
        for l in &mut receipt.lines {
            l.returned = l.qty;
        }
    }
    for b in &back.lines {
        let mut qty = b.qty;
        for l in receipt.lines.iter_mut().filter(|l| l.sku == b.sku) {
            let part = qty.min(l.qty.saturating_sub(l.returned));
            l.returned += part;
            qty -= part;
        }
    }
    receipt.refunded += row.summary.money.unwrap_or_default();
    receipt.given_back += row.summary.given_back;
    receipt.taken_back += row.summary.taken_back;
    Ok(())
}
