//! Goods brought back against a receipt that this counter does not know, on a manager's approval. The
//! centre finds the sale, now or when it arrives, and works the points out.

use super::reaction;
use super::returns::{reason_word, within_limits};
use super::signin::SignedIn;
use super::sold;
use crate::books::receipt_number;
use crate::cache;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::outbox::{self, Draft, Row, Summary};
use crate::view::{ApprovedBefore, ReturnDone, ReturnRequest, StoreCard};
use loyalty::{Money, Points};
use protocol::OpId;
use protocol::entity::Store;
use protocol::operation::{Body, Return, ReturnLine, SoldAs};

impl Engine {
    /// How often managers approved such returns here this month, before one is asked for again.
    ///
    /// # Errors
    /// Where the files cannot be read.
    pub fn approved_returns(&self, clerk: &SignedIn) -> Result<ApprovedBefore> {
        self.approved_before("return", clerk.clerk().as_str())
    }

    /// The brand's stores, this counter's own first: a receipt that is not known here may be of any.
    ///
    /// # Errors
    /// Where the files cannot be read.
    pub fn stores(&self) -> Result<Vec<StoreCard>> {
        let own = self.shared.identity()?.ok_or(Error::NotEnrolled)?.store;
        let mut stores = self.cache(cache::all::<Store>)?;
        stores.sort_by(|a, b| (a.id != own, &a.name, &a.id).cmp(&(b.id != own, &b.name, &b.id)));
        let card = |s: protocol::entity::Store| StoreCard {
            id: s.id.to_string(),
            name: s.name,
        };
        Ok(stores.into_iter().map(card).collect())
    }

    /// Records such a return. What was recorded before and waits to be confirmed is not recorded again.
    ///
    /// # Errors
    /// [`Error::NoLines`], [`Error::ProductUnknown`], [`Error::QuantityInvalid`], [`Error::AmountInvalid`];
    /// [`Error::ReactionInvalid`]; those of an approval. Nothing is recorded then.
    pub(super) fn return_unknown(
        &self,
        clerk: &SignedIn,
        request: &ReturnRequest,
    ) -> Result<ReturnDone> {
        let identity = self.shared.identity()?.ok_or(Error::NotEnrolled)?;
        let number = receipt_number(&request.receipt)?;
        let no = number.written().to_owned();
        let of = self.sold_somewhere(request)?;
        let lines = self.typed_lines(request)?;
        let refund = request
            .refund
            .filter(|money| money.is_amount())
            .ok_or(Error::AmountInvalid)?;
        let personal = reaction::personal(request)?;
        let reason = reason_word(&request.reason);
        let approved = self.approve(request.approver.as_ref(), reason)?;
        let now = self.shared.now()?;
        let program = self.catalogue()?.version(now)?;
        let op_id = OpId::fresh();
        let done = |op_id: String, exists| ReturnDone {
            op_id,
            receipt: no.clone(),
            refund,
            given_back: Points::ZERO,
            taken_back: Points::ZERO,
            unknown_receipt: true,
            exists,
        };
        let answer = self.shared.outbox().write(|tx| {
            for row in outbox::overlay_of_number(tx, &number.loose())? {
                if is_same(&row, &lines, refund)? {
                    return Ok(done(row.op_id, true));
                }
            }
            let draft = Draft {
                op_id,
                hands: clerk.hands().approved_by(Some(approved.hand.clone())),
                program,
                at: now,
                body: Body::Return(Return {
                    receipt: no.clone(),
                    of: of.clone(),
                    store: identity.store.clone(),
                    lines: lines.clone(),
                    reason: reason.to_owned(),
                    shown_refund: refund,
                    approval: Some(approved.approval.clone()),
                }),
                personal: personal.clone(),
                summary: Summary {
                    receipt: Some(no.clone()),
                    pieces: lines.iter().map(|l| l.qty).sum(),
                    money: Some(refund),
                    ..Summary::default()
                },
            };
            outbox::append(tx, &draft)?;
            Ok(done(op_id.to_string(), false))
        })?;
        if !answer.exists {
            self.appended(None);
        }
        Ok(answer)
    }

    /// What the clerk reads on the paper beside the number: the store, the day. None where she says neither.
    fn sold_somewhere(&self, request: &ReturnRequest) -> Result<Option<SoldAs>> {
        let date = sold::day(request.date.as_deref())?;
        let store = match &request.store {
            Some(store) => {
                let stores = self.cache(cache::all::<Store>)?;
                let known = stores.into_iter().find(|s| s.id.as_str() == store.trim());
                Some(known.ok_or(Error::StoreUnknown)?.id)
            }
            None => None,
        };
        if store.is_none() && date.is_none() {
            return Ok(None);
        }
        let own = self.shared.identity()?.ok_or(Error::NotEnrolled)?.store;
        let program = self.program()?;
        Ok(Some(SoldAs {
            store: store.unwrap_or(own),
            id: None,
            // any moment of the day says which day it was
            at: date.map(|date| program.day_begins(date)),
        }))
    }

    /// Lines typed by hand: of products that the brand has, whatever is sold now.
    fn typed_lines(&self, request: &ReturnRequest) -> Result<Vec<ReturnLine>> {
        if request.lines.is_empty() {
            return Err(Error::NoLines);
        }
        within_limits(&request.lines)?;
        let line = |l: &crate::view::ReturnLineRequest| {
            let product = self.product_meant(&l.sku)?;
            let product = product.ok_or_else(|| Error::ProductUnknown {
                sku: l.sku.chars().take(40).collect(),
            })?;
            Ok(ReturnLine {
                sku: product.sku,
                qty: l.qty,
                line: None,
            })
        };
        request.lines.iter().map(line).collect()
    }
}

fn is_same(row: &Row, lines: &[ReturnLine], refund: Money) -> Result<bool> {
    let Body::Return(before) = row.body()? else {
        return Ok(false);
    };
    Ok(before.approval.is_some() && before.lines == lines && before.shown_refund == refund)
}
