//! Returns: by share of the receipt's value, cumulatively, so that many part returns end exactly where one
//! full return does.
//!
//! R is what has come back so far: over the lines, the line after coupons × returned ÷ quantity, half up to
//! the fen. Given back, taken back and refunded so far are R ÷ N of what was paid in points, earned and
//! paid, each half up; a return's own figures are the difference to before.
//!
//! A return's line names a product and, where the receipt has it on several lines, which of them comes back.
//!
//! Chosen where the rules are silent: where it does not say which, the earlier ones come back first
//! ([`lines_meant`] says where that makes a difference, so that it can be asked); a product that is not on the
//! receipt, or not on the line that was named, is `over_returned`.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::account::Account;
use crate::awards;
use crate::ids::{CouponId, Sku};
use crate::lots;
use crate::money::Money;
use crate::movement::{Outcome, Standing};
use crate::points::Points;
use crate::program::Program;
use crate::rate::half_up_share;
use crate::receipt::{Receipt, ReceiptLine, UsedCoupon};
use crate::redeem::loaded;
use crate::refusal::{Error, Malformed, Refusal};
use crate::tier;
use crate::time::{Moment, advance};

/// What comes back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReturnOf {
    /// All that is left.
    All,
    /// These.
    Lines(Vec<ReturnLine>),
}

/// Some of one product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReturnLine {
    /// The product.
    pub sku: Sku,
    /// How many, 1 or more.
    pub qty: u32,
    /// Which line of the receipt, counted from 1; none = whichever has the product, the earlier ones first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
}

impl ReturnLine {
    /// Whether a line of the receipt, at its place from 0, is one that this may be about.
    fn may_be(&self, place: usize, line: &ReceiptLine) -> bool {
        let named = self
            .line
            .is_none_or(|n| usize::try_from(n) == Ok(place + 1));
        named && line.sku == self.sku
    }
}

/// The lines of a receipt, by their places from 0, that a return's line may be about and of which something is
/// left, where it makes a difference which: they bring back different money a piece, and not all of what is left
/// on them comes back. Empty where it makes none.
#[must_use]
pub fn lines_meant(lines: &[ReceiptLine], wanted: &ReturnLine) -> Vec<usize> {
    let open: Vec<(usize, &ReceiptLine)> = lines
        .iter()
        .enumerate()
        .filter(|(place, line)| wanted.may_be(*place, line) && line.left() > 0)
        .collect();
    let left: u32 = open.iter().map(|(_, line)| line.left()).sum();
    let Some((_, first)) = open.first() else {
        return Vec::new();
    };
    // a piece of each is worth the same where line : quantity is the same, and paid alike
    let alike = |line: &ReceiptLine| {
        let same = |a: Money, b: Money| {
            i128::from(a.fen()) * i128::from(first.qty)
                == i128::from(b.fen()) * i128::from(line.qty)
        };
        same(line.net, first.net) && same(line.by_points, first.by_points)
    };
    if wanted.qty >= left || open.iter().all(|(_, line)| alike(line)) {
        return Vec::new();
    }
    open.into_iter().map(|(place, _)| place).collect()
}

/// A return that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Returned {
    /// What comes back now was worth this, coupons taken off: the refund, and what points had paid of it.
    pub value: Money,
    /// Money to refund now.
    pub refund: Money,
    /// Coupons that the member has again, because the receipt came back whole.
    pub coupons_back: Vec<CouponId>,
    /// What it did.
    pub outcome: Outcome,
}

/// Takes goods back: first gives points back, then takes earned ones back, then takes the refund off the tier.
///
/// Points taken back come from those of the purchase that wait for the till, from its own lot, then from others in spending order, then become
/// debt; never out of what devices hold. A return is never refused for points. When the receipt has come
/// back whole, its coupons can be used again (their dates still hold).
///
/// # Errors
/// [`Refusal::OverReturned`] for more than is left, or nothing (where it [`Happened`](Standing::Happened),
/// what is left comes back and the objection is noted); [`Malformed`] for a quantity of zero, or where one of
/// [`Receipt::lots`] was not loaded. Nothing is changed then.
pub fn return_goods(
    program: &Program,
    account: &mut Account,
    now: &Moment,
    receipt: &mut Receipt,
    what: &ReturnOf,
    standing: Standing,
) -> Result<Returned, Error> {
    let mut out = Outcome::default();
    let returned = count(&receipt.lines, what, standing, &mut out)?;
    loaded(
        account,
        receipt.portions.iter().filter_map(|portion| portion.lot),
    )?;

    // nothing below can fail
    let value_before = value_back(&receipt.lines);
    for (line, returned) in receipt.lines.iter_mut().zip(returned) {
        line.returned = returned;
    }
    let given_back = Points(share_back(receipt, receipt.points_paid.0)) - receipt.given_back;
    let share = Points(share_back(receipt, receipt.earned.0)) - receipt.taken_back;
    let taken_back = share.floor_zero();
    let counting = receipt.counting_pay();
    let refund = Money::from_fen(share_back(receipt, receipt.pay.fen())) - receipt.refunded;
    receipt.given_back += given_back;
    receipt.taken_back += taken_back;
    receipt.refunded += refund;

    let rows = account.rows_mut();
    lots::give_back(
        program,
        rows,
        now,
        &mut receipt.portions,
        given_back,
        &mut out,
    );
    awards::take(account, receipt, taken_back, &mut out);
    // what counts for no tier yet is what comes back first
    receipt.awarded.waiting_pay -= refund.min(receipt.awarded.waiting_pay);
    let less = counting - receipt.counting_pay();
    let rows = account.rows_mut();
    tier::refunded(program, rows, now, receipt.at, less, &mut out);
    let mut coupons_back = Vec::new();
    if receipt.is_returned() {
        // one that another receipt had used before is not this one's to give back
        let own = |used: &&UsedCoupon| used.overruled != Some(Refusal::CouponUsed);
        for used in receipt.coupons.iter().filter(own) {
            let coupon = rows
                .coupons
                .iter_mut()
                .find(|c| c.id == used.id && c.used_by.as_ref() == Some(&receipt.no));
            if let Some(coupon) = coupon {
                coupon.used_by = None;
                coupons_back.push(used.id.clone());
            }
        }
    }
    Ok(Returned {
        value: value_back(&receipt.lines) - value_before,
        refund,
        coupons_back,
        outcome: out,
    })
}

/// What [`return_goods`] would do at a moment, time brought forward first, without any effect.
///
/// # Errors
/// As [`return_goods`] for a proposed one.
pub fn quote_return(
    program: &Program,
    account: &Account,
    at: DateTime<Utc>,
    receipt: &Receipt,
    what: &ReturnOf,
) -> Result<Returned, Error> {
    let mut account = account.clone();
    let mut receipt = receipt.clone();
    let now = advance(program, &mut account, at).now;
    return_goods(
        program,
        &mut account,
        &now,
        &mut receipt,
        what,
        Standing::Proposed,
    )
}

/// How many of each line will have come back, as something that has happened: what is beyond a line is left out.
#[must_use]
pub fn pieces_back(lines: &[ReceiptLine], what: &ReturnOf) -> Vec<u32> {
    let before = || lines.iter().map(|line| line.returned).collect();
    // only a quantity of zero is refused, and it brings nothing back
    count(lines, what, Standing::Happened, &mut Outcome::default()).unwrap_or_else(|_| before())
}

/// How many of each line will have come back.
fn count(
    lines: &[ReceiptLine],
    what: &ReturnOf,
    standing: Standing,
    out: &mut Outcome,
) -> Result<Vec<u32>, Error> {
    let mut returned: Vec<u32> = lines.iter().map(|line| line.returned).collect();
    let mut over = false;
    match what {
        ReturnOf::All => {
            for (line, returned) in lines.iter().zip(&mut returned) {
                *returned = line.qty;
            }
        }
        ReturnOf::Lines(wanted) => {
            for (i, wanted) in wanted.iter().enumerate() {
                if wanted.qty == 0 {
                    return Err(
                        Malformed::new(format!("lines[{i}].qty"), "must be 1 or more").into(),
                    );
                }
                let mut missing = wanted.qty;
                for (_, (line, returned)) in lines
                    .iter()
                    .zip(&mut returned)
                    .enumerate()
                    .filter(|(place, (line, _))| wanted.may_be(*place, line))
                {
                    let part = missing.min(line.qty.saturating_sub(*returned));
                    *returned += part;
                    missing -= part;
                }
                over |= missing > 0;
            }
        }
    }
    let nothing = lines
        .iter()
        .zip(&returned)
        .all(|(line, returned)| line.returned == *returned);
    if over || nothing {
        out.object(standing, Refusal::OverReturned)?;
    }
    Ok(returned)
}

/// What of an amount has come back with R: R ÷ N of it, half up.
pub(crate) fn share_back(receipt: &Receipt, amount: i64) -> i64 {
    match receipt.net.fen() {
        0 => 0,
        net => half_up_share(amount, value_back(&receipt.lines).fen(), net),
    }
}

/// R of a receipt.
pub(crate) fn came_back_of(receipt: &Receipt) -> Money {
    value_back(&receipt.lines)
}

/// R: the value that has come back so far.
fn value_back(lines: &[ReceiptLine]) -> Money {
    lines
        .iter()
        .map(|line| {
            Money::from_fen(half_up_share(
                line.net.fen(),
                i64::from(line.returned),
                i64::from(line.qty.max(1)),
            ))
        })
        .sum()
}
