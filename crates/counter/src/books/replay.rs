//! Doing operations of this counter over again on an account, as the centre will.

use super::{Op, Pending, Sales};
use crate::catalogue::Catalogue;
use crate::error::Result;
use chrono::{DateTime, Datelike, Utc};
use loyalty::{
    Account, AccountRows, CouponId, Error, GrantId, LastDay, Moment, OpId, Outcome, Points,
    PointsFrom, Program, Receipt, ReceiptNo, RedeemRequest, SaleLine, Standing,
};
use protocol::operation::{Body, Redemption, Release, Return, ReturnLine, Reversal, Sale, Spend};
use std::collections::HashMap;

/// The grant under which what an operation spends is gathered.
const GATHERED: &str = "gathered";

/// What operations are done over again on.
pub(super) struct Replay<'a> {
    pub(super) catalogue: &'a Catalogue,
    /// Now.
    pub(super) time: DateTime<Utc>,
    pub(super) account: &'a mut Account,
    /// Receipts of the cache that the operations are about, by the sales' ids.
    pub(super) receipts: &'a mut HashMap<String, Receipt>,
    /// Sales that the operations are about.
    pub(super) sales: &'a Sales,
    /// Redemptions of the cache that the operations undo.
    pub(super) redeemed: HashMap<String, loyalty::Redemption>,
}

impl Replay<'_> {
    /// Does all of them, in order. What they come to for her, together and one by one.
    pub(super) fn all(&mut self, ops: &[Op]) -> Result<(Pending, Vec<(String, Points)>)> {
        let mut pending = Pending::default();
        let mut nets = Vec::new();
        for op in ops {
            // what the cache has of it is its own effect, or another counter's of the same sale
            if matches!(op.body, Body::Sale(_)) && op.about(self.sales).is_some_and(|s| s.cached) {
                continue;
            }
            if let Body::Profile(body) = &op.body {
                if let Some(day) = body.set.birthday {
                    *self.account = born(self.account, day.month())?;
                }
                continue;
            }
            match self.one(op) {
                Ok(out) => {
                    let net = out.earned + out.given_back - out.spent - out.taken_back;
                    nets.push((op.row.op_id.clone(), net));
                    pending.up += out.earned + out.given_back;
                    pending.down += out.spent + out.taken_back;
                    pending.spent += out.spent;
                }
                // the centre sets it aside
                Err(e) => tracing::warn!(op = %op.row.op_id, "an operation without an effect: {e}"),
            }
        }
        Ok((pending, nets))
    }

    fn one(&mut self, op: &Op) -> std::result::Result<Outcome, Error> {
        let account = &mut *self.account;
        let rules = self.catalogue.rules_of(op.row.program, self.time);
        let now = loyalty::advance(self.catalogue.program(self.time), account, op.row.at).now;
        match &op.body {
            Body::Sale(body) => {
                let sold = sale(rules, account, &now, body)?;
                self.receipts.insert(op.row.op_id.clone(), sold.receipt);
                Ok(sold.outcome)
            }
            Body::Redemption(body) => {
                let done = redemption(rules, account, &now, &op.row.op_id, body)?;
                self.redeemed.insert(op.row.op_id.clone(), done.redemption);
                Ok(done.outcome)
            }
            Body::Reversal(body) => {
                let of = self.redeemed.get_mut(body.of.as_str());
                reversal(rules, account, &now, of, body)
            }
            Body::Behaviour(body) => {
                let kind = body.behaviour.as_str().into();
                // beyond its limit the store bears it; she has the points
                loyalty::behave(rules, account, &now, &kind, 0, Standing::Happened)
            }
            Body::Freeze(_) => Ok(loyalty::freeze(account, &now)),
            Body::Unfreeze(_) => Ok(loyalty::unfreeze(account, &now)),
            Body::Extension(body) => Ok(loyalty::extend(account, body.to)),
            Body::Return(body) => {
                let of = op.about(self.sales).map(|sale| &sale.id);
                let of = of.and_then(|id| self.receipts.get_mut(id));
                goods_back(rules, account, &now, of, body)
            }
            Body::Release(body) => release(account, &now, body),
            Body::Profile(_) | Body::Reveal(_) => Ok(Outcome::default()),
        }
    }
}

fn sale(
    rules: &Program,
    account: &mut Account,
    now: &Moment,
    sale: &Sale,
) -> std::result::Result<loyalty::Sold, Error> {
    let known = |id: &CouponId| account.coupon(id).is_some();
    let coupons = sale.coupons.iter().map(|c| CouponId::from(c.as_str()));
    let coupons = coupons.filter(known).collect();
    spending(account, &sale.spends, sale.pay_points, |account, from| {
        let sale = loyalty::Sale {
            receipt: ReceiptNo::from(sale.receipt.as_str()),
            lines: lines(&sale.lines),
            pay_points: sale.pay_points,
            from,
            coupons,
        };
        loyalty::purchase(rules, account, now, sale, Standing::Happened)
    })
}

/// Lines of a sale for the rules.
pub(super) fn lines(lines: &[protocol::operation::SaleLine]) -> Vec<SaleLine> {
    lines
        .iter()
        .map(|l| SaleLine {
            sku: l.sku.as_str().into(),
            category: l.category.as_deref().map(Into::into),
            qty: l.qty,
            amount: l.amount,
        })
        .collect()
}

fn redemption(
    rules: &Program,
    account: &mut Account,
    now: &Moment,
    op_id: &str,
    body: &Redemption,
) -> std::result::Result<loyalty::Redeemed, Error> {
    spending(account, &body.spends, body.points, |account, from| {
        let request = RedeemRequest {
            id: OpId::from(op_id),
            points: body.points,
            from,
        };
        loyalty::redeem(rules, account, now, request, Standing::Happened)
    })
}

/// A redemption undone. Where an older centre does not tell from which lots it was paid, its points come as
/// the program dates new ones.
fn reversal(
    rules: &Program,
    account: &mut Account,
    now: &Moment,
    redemption: Option<&mut loyalty::Redemption>,
    body: &Reversal,
) -> std::result::Result<Outcome, Error> {
    if let Some(redemption) = redemption.filter(|r| !r.portions.is_empty()) {
        return loyalty::reverse(rules, account, now, redemption, Standing::Happened);
    }
    let mut out = loyalty::adjust(rules, account, now, body.shown_back, LastDay::ByProgram)?;
    out.given_back = body.shown_back;
    Ok(out)
}

/// Does something that spends from several allowances.
fn spending<T>(
    account: &mut Account,
    spends: &[Spend],
    points: Points,
    work: impl FnOnce(&mut Account, PointsFrom) -> std::result::Result<T, Error>,
) -> std::result::Result<T, Error> {
    let parts: Vec<(GrantId, Points)> = spends
        .iter()
        .map(|s| (GrantId::from(s.grant.to_string()), s.points))
        .collect();
    let id = GrantId::from(GATHERED);
    let before = account.clone();
    loyalty::gather(account, &id, &parts, points);
    match work(account, PointsFrom::Grant(id.clone())) {
        Ok(done) => {
            loyalty::scatter(account, &id);
            Ok(done)
        }
        Err(e) => {
            *account = before;
            Err(e)
        }
    }
}

fn goods_back(
    rules: &Program,
    account: &mut Account,
    now: &Moment,
    receipt: Option<&mut Receipt>,
    body: &Return,
) -> std::result::Result<Outcome, Error> {
    let Some(receipt) = receipt else {
        return Ok(Outcome::default());
    };
    let what = what(&body.lines);
    let done = loyalty::return_goods(rules, account, now, receipt, &what, Standing::Happened)?;
    Ok(done.outcome)
}

/// What comes back, for the rules; no line means all.
pub(crate) fn what(lines: &[ReturnLine]) -> loyalty::ReturnOf {
    let lines: Vec<loyalty::ReturnLine> = lines
        .iter()
        .map(|l| loyalty::ReturnLine {
            sku: l.sku.as_str().into(),
            qty: l.qty,
            line: l.line,
        })
        .collect();
    if lines.is_empty() {
        loyalty::ReturnOf::All
    } else {
        loyalty::ReturnOf::Lines(lines)
    }
}

fn release(
    account: &mut Account,
    now: &Moment,
    body: &Release,
) -> std::result::Result<Outcome, Error> {
    let grant = GrantId::from(body.grant.to_string());
    // a coupon's has no points, and what an earlier life held is not among this counter's
    let points = body.points.min(
        account
            .grant(&grant)
            .map_or(Points::ZERO, loyalty::Grant::left),
    );
    if !points.is_positive() {
        return Ok(Outcome::default());
    }
    loyalty::release(account, now, &grant, points)
}

fn born(account: &Account, month: u32) -> Result<Account> {
    let rows = AccountRows {
        birth_month: Some(month),
        ..account.rows().clone()
    };
    Account::from_rows(rows).map_err(|e| crate::error::Error::OutboxDamaged(e.to_string()))
}
