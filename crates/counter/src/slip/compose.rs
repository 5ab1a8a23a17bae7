//! Composing a receipt from what the outbox and the cache have. Pure: all that is known is handed in.
//!
//! Another kind of operation gets a receipt by a function here, a [`SlipKind`] and its title in `words`.

use super::model::{Copy, Slip, SlipBalance, SlipLine, SlipState};
use crate::outbox::Row;
use crate::view::{PointsView, SlipKind};
use chrono::{DateTime, NaiveDateTime, TimeZone, Utc};
use loyalty::{Money, Points};
use protocol::OpId;
use protocol::entity::Receipt;
use protocol::operation::{Redeemed, Redemption, Return, ReturnLine, Reversal, Sale, SaleLine};
use protocol::push::{Effect, Outcome};

/// What every receipt needs to know.
pub(crate) struct Facts<'a, Z: TimeZone> {
    pub(crate) brand: &'a str,
    pub(crate) demo: bool,
    pub(crate) store: String,
    /// The business timezone.
    pub(crate) zone: &'a Z,
    pub(crate) now: DateTime<Utc>,
    /// The clerk's name; empty where it is not known.
    pub(crate) clerk: String,
    /// Masked already.
    pub(crate) member: Vec<String>,
    pub(crate) points: Option<&'a PointsView>,
    /// What its lines are, as far as that is known.
    pub(crate) articles: &'a [Article],
    /// True where the cache does not show its effect yet.
    pub(crate) pending: bool,
}

/// A product or a reward as it is called now.
#[derive(Debug, Clone, Default)]
pub(crate) struct Article {
    /// Product number, or the reward's id.
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) name_en: String,
    pub(crate) size: String,
}

/// The figures of points: the centre's where it has answered, else this counter's.
fn effect(row: &Row) -> Effect {
    match &row.outcome {
        Some(Outcome::Applied(e) | Outcome::Exists(e)) => e.clone(),
        Some(Outcome::SetAside { .. }) => Effect::default(),
        _ => Effect {
            earned: row.summary.earned,
            spent: row.summary.spent,
            taken_back: row.summary.taken_back,
            given_back: row.summary.given_back,
            ..Effect::default()
        },
    }
}

impl<Z: TimeZone> Facts<'_, Z> {
    fn local(&self, at: DateTime<Utc>) -> NaiveDateTime {
        at.with_timezone(self.zone).naive_local()
    }

    fn state(&self, row: Option<&Row>) -> SlipState {
        match row {
            Some(row) if row.state == "set_aside" => SlipState::SetAside,
            Some(row) if self.pending && row.summary.member.is_none() => SlipState::Credited,
            _ if self.pending => SlipState::Pending,
            _ => SlipState::Confirmed,
        }
    }

    /// The words and marks that all kinds have; no lines, no figures.
    fn blank(&self, kind: SlipKind, number: &str, at: DateTime<Utc>, row: Option<&Row>) -> Slip {
        Slip {
            kind,
            brand: self.brand.to_owned(),
            demo: self.demo,
            store: self.store.clone(),
            number: number.to_owned(),
            at: self.local(at),
            now: self.local(self.now),
            clerk: self.clerk.clone(),
            member: self.member.clone(),
            lines: Vec::new(),
            total: None,
            coupons: 0,
            coupons_off: Money::ZERO,
            points_paid: Points::ZERO,
            points_worth: Money::ZERO,
            pay: None,
            refund: None,
            off_bill: None,
            earned: Points::ZERO,
            spent: Points::ZERO,
            given_back: Points::ZERO,
            taken_back: Points::ZERO,
            state: self.state(row),
            balance: self.points.map(|p| SlipBalance {
                confirmed: p.confirmed,
                as_of: self.local(DateTime::from_timestamp_millis(p.as_of.0).unwrap_or(self.now)),
                pending: p.pending_earned - p.pending_spent,
                expiring: p
                    .expiring
                    .as_ref()
                    .and_then(|e| Some((e.points, e.date.parse().ok()?))),
            }),
            copy: Copy::Original,
        }
    }

    /// A line under the name of that day, which is not known of every return.
    fn line(&self, id: &str, name: Option<&str>, qty: u32) -> SlipLine {
        let article = self.articles.iter().find(|a| a.id == id).cloned();
        let article = article.unwrap_or_else(|| Article {
            name: id.to_owned(),
            ..Article::default()
        });
        SlipLine {
            name: name.map_or(article.name, str::to_owned),
            name_en: article.name_en,
            size: article.size,
            qty,
            returned: 0,
            amount: None,
        }
    }
}

/// A sale: of `receipt` as it is now, and of the operation, where this counter recorded it.
pub(crate) fn sale<Z: TimeZone>(
    facts: &Facts<'_, Z>,
    receipt: &Receipt,
    own: Option<(&Row, &Sale)>,
) -> Slip {
    let row = own.map(|(row, _)| row);
    let net: Money = receipt.lines.iter().map(|l| l.amount).sum();
    // a receipt's lines stand there after coupons; what they were before only the operation tells
    let before = own
        .map(|(_, sale)| sale.lines.as_slice())
        .filter(|lines| goes_with(lines, receipt));
    let gross = before.map_or(net, |lines| lines.iter().map(|l| l.amount).sum());
    let coupons = own.map_or(0, |(_, sale)| sale.coupons.len());
    let amount = |i: usize, after: Money| {
        before
            .and_then(|lines| lines.get(i))
            .map_or(after, |l| l.amount)
    };
    let lines = receipt
        .lines
        .iter()
        .enumerate()
        .map(|(i, l)| SlipLine {
            returned: l.returned,
            amount: Some(amount(i, l.amount)),
            ..facts.line(&l.sku, Some(&l.name), l.qty)
        })
        .collect();
    let off = gross != receipt.pay;
    let points = row.map(effect);
    Slip {
        lines,
        total: off.then_some(gross),
        coupons: u32::try_from(coupons).unwrap_or(u32::MAX),
        coupons_off: gross - net,
        points_paid: receipt.points_paid,
        points_worth: net - receipt.pay,
        pay: Some(receipt.pay),
        refund: (receipt.refunded != Money::ZERO).then_some(receipt.refunded),
        earned: points.as_ref().map_or(receipt.earned, |e| e.earned),
        spent: points.as_ref().map_or(receipt.points_paid, |e| e.spent),
        given_back: receipt.given_back,
        taken_back: receipt.taken_back,
        ..facts.blank(SlipKind::Sale, &receipt.no, receipt.at, row)
    }
}

/// Whether the lines that were recorded are the receipt's, in its order.
fn goes_with(lines: &[SaleLine], receipt: &Receipt) -> bool {
    lines.len() == receipt.lines.len()
        && lines
            .iter()
            .zip(&receipt.lines)
            .all(|(a, b)| a.sku == b.sku && a.qty == b.qty)
}

/// A return, and the receipt that it goes back to, where that is known.
pub(crate) fn returned<Z: TimeZone>(
    facts: &Facts<'_, Z>,
    row: &Row,
    back: &Return,
    receipt: Option<&Receipt>,
) -> Slip {
    let points = effect(row);
    Slip {
        lines: brought_back(facts, row, back, receipt),
        refund: Some(back.shown_refund),
        given_back: points.given_back,
        taken_back: points.taken_back,
        ..facts.blank(SlipKind::Return, &back.receipt, row.at, Some(row))
    }
}

fn brought_back<Z: TimeZone>(
    facts: &Facts<'_, Z>,
    row: &Row,
    back: &Return,
    receipt: Option<&Receipt>,
) -> Vec<SlipLine> {
    let sold = receipt.map_or(&[][..], |r| r.lines.as_slice());
    let line = |sku: &str, qty: u32| {
        let named = sold.iter().find(|l| l.sku == sku).map(|l| l.name.as_str());
        facts.line(sku, named, qty)
    };
    if !back.lines.is_empty() {
        // one product on two lines may have two names
        let of_line = |l: &ReturnLine| {
            let place = usize::try_from(l.line?).ok()?.checked_sub(1)?;
            sold.get(place).filter(|sold| sold.sku == l.sku)
        };
        return back
            .lines
            .iter()
            .map(|l| match of_line(l) {
                Some(sold) => facts.line(&l.sku, Some(&sold.name), l.qty),
                None => line(&l.sku, l.qty),
            })
            .collect();
    }
    // all that was left: which pieces that were is known only where none had come back before
    let whole: u32 = sold.iter().map(|l| l.qty).sum();
    if whole > 0 && whole == row.summary.pieces {
        return sold.iter().map(|l| line(&l.sku, l.qty)).collect();
    }
    vec![facts.line("", Some(""), row.summary.pieces)]
}

/// A redemption undone, under the redemption's number.
pub(crate) fn reversed<Z: TimeZone>(facts: &Facts<'_, Z>, row: &Row, reversal: &Reversal) -> Slip {
    let given = &row.summary;
    let lines = (given.pieces > 0).then(|| facts.line("", Some(&given.what), given.pieces));
    Slip {
        lines: lines.into_iter().collect(),
        given_back: effect(row).given_back,
        ..facts.blank(
            SlipKind::Reversal,
            &short(reversal.of.as_str()),
            row.at,
            Some(row),
        )
    }
}

/// An operation's id as it is printed and scanned: 32 characters, one line of the narrowest paper. The name of
/// one from history stays what it is.
fn short(op_id: &str) -> String {
    match op_id.parse::<OpId>() {
        Ok(_) => op_id.replace('-', ""),
        Err(_) => op_id.to_owned(),
    }
}

/// A redemption.
pub(crate) fn redemption<Z: TimeZone>(
    facts: &Facts<'_, Z>,
    row: &Row,
    redemption: &Redemption,
) -> Slip {
    let mut slip = Slip {
        spent: effect(row).spent,
        ..facts.blank(SlipKind::Redemption, &short(&row.op_id), row.at, Some(row))
    };
    match &redemption.what {
        Redeemed::Reward { reward, name, qty } => {
            slip.lines.push(facts.line(reward, Some(name), *qty));
        }
        Redeemed::Cash { bill, worth } => slip.off_bill = Some((*bill, *worth)),
    }
    slip
}
