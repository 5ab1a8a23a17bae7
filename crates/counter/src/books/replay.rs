//! Doing operations of this counter over again on an account, as the centre will.

use super::op::{Op, Pending};
use super::sales::Sales;
use crate::catalogue::Catalogue;
use chrono::{DateTime, Utc};
use loyalty::deed::{self, Book, Deed};
use loyalty::{Error, LastDay, Outcome, Points, Standing};
use protocol::operation::{Body, Reversal, recorded_by};

/// What operations are done over again on.
pub(super) struct Replay<'a> {
    pub(super) catalogue: &'a Catalogue,
    /// Now.
    pub(super) time: DateTime<Utc>,
    /// Her account, and of the cache the receipts that the operations are about and the redemptions that they undo.
    pub(super) book: &'a mut Book,
    /// Sales that the operations are about.
    pub(super) sales: &'a Sales,
}

impl Replay<'_> {
    /// Does all of them, in order. What they come to for her, together and one by one.
    pub(super) fn all(&mut self, ops: &[Op]) -> (Pending, Vec<(String, Points)>) {
        let mut pending = Pending::default();
        let mut nets = Vec::new();
        for op in ops {
            // what the cache has of it is its own effect, or another counter's of the same sale
            if matches!(op.body, Body::Sale(_)) && op.about(self.sales).is_some_and(|s| s.cached) {
                continue;
            }
            match self.one(op) {
                Ok(out) => {
                    // what waits for the till is not in her balance, nor was what no longer does
                    let waits = out.waiting.floor_zero();
                    let waited = (-out.waiting).floor_zero();
                    let up = out.earned - waits + out.given_back;
                    let down = out.spent + out.taken_back - waited;
                    nets.push((op.row.op_id.clone(), up - down));
                    pending.up += up;
                    pending.down += down;
                    pending.spent += out.spent;
                }
                // the centre sets it aside
                Err(e) => tracing::warn!(op = %op.row.op_id, "an operation without an effect: {e}"),
            }
        }
        (pending, nets)
    }

    fn one(&mut self, op: &Op) -> Result<Outcome, Error> {
        let of = op.about(self.sales).map(|sale| sale.id.as_str());
        let Some(mut deed) = op.body.deed(&op.row.op_id, of) else {
            return Ok(Outcome::default());
        };
        self.as_known_here(&mut deed, &op.body);
        recorded_by(&mut deed, &op.row.clerk);
        let rules = self.catalogue.rules_of(op.row.program, self.time);
        let current = self.catalogue.program(self.time);
        let now = loyalty::advance(current, &mut self.book.account, op.row.at).now;
        let done = deed::apply(rules, self.book, &now, &deed, Standing::Happened)?;
        let mut outcome = done.outcome;
        if let (Body::Reversal(body), Deed::Adjust { .. }) = (&op.body, &deed) {
            outcome.given_back = body.shown_back;
        }
        Ok(outcome)
    }

    /// A deed goes by what the cache has: a coupon that it does not know does nothing, and a redemption of which an older
    /// centre does not tell from which lots it was paid gives its points back as the program dates new ones.
    fn as_known_here(&self, deed: &mut Deed, body: &Body) {
        if let Deed::Purchase(purchase) = deed {
            let account = &self.book.account;
            purchase.coupons.retain(|id| account.coupon(id).is_some());
        }
        if let (Deed::Reverse { of }, Body::Reversal(Reversal { shown_back, .. })) = (&*deed, body)
        {
            let known = self.book.redemptions.get(of);
            if known.is_none_or(|redemption| redemption.portions.is_empty()) {
                *deed = Deed::Adjust {
                    points: *shown_back,
                    last_day: LastDay::ByProgram,
                };
            }
        }
    }
}
