//! A purchase: coupons, points as payment, earning, tier.

use num_bigint::BigInt;
use serde::{Deserialize, Serialize};

use chrono::{DateTime, Utc};

use crate::account::Account;
use crate::awards::{self, Vouching};
use crate::coupon::{self, Benefit};
use crate::discount;
use crate::ids::{Category, CouponId, ReceiptNo, Sku};
use crate::lots;
use crate::money::Money;
use crate::movement::{AccountKind, Outcome, Standing};
use crate::points::Points;
use crate::program::{Program, Rank};
use crate::rate::{Exact, Whole};
use crate::receipt::{Receipt, ReceiptLine, UsedCoupon};
use crate::refusal::{Error, Malformed};
use crate::spend::{self, PointsFrom};
use crate::tier;
use crate::time::{Moment, advance};

/// A sale as it is rung up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sale {
    /// The receipt's number: the sale's identity.
    pub receipt: ReceiptNo,
    /// What is bought.
    pub lines: Vec<SaleLine>,
    /// Points that pay; zero for none.
    #[serde(default)]
    pub pay_points: Points,
    /// Where those points come from.
    #[serde(default)]
    pub from: PointsFrom,
    /// Coupons, in the order in which they were given.
    #[serde(default)]
    pub coupons: Vec<CouponId>,
}

/// One line of a sale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SaleLine {
    /// The product.
    pub sku: Sku,
    /// Its category, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<Category>,
    /// How many, 1 or more.
    pub qty: u32,
    /// The line's total before coupons.
    pub amount: Money,
}

/// A sale that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sold {
    /// What stays of it; `receipt.pay` is what the customer pays.
    pub receipt: Receipt,
    /// What it did.
    pub outcome: Outcome,
}

/// Sells: takes coupons off, spends points, then earns at the tier held before, then counts for the tier.
///
/// Checks come in the order coupons, minimum, step, share, frozen, points. N is the sum of the lines after
/// coupons; points are worth points × yuan per point, floored to the fen, at most the allowed share of N;
/// the customer pays N less that. Points are rounded once over the whole receipt.
///
/// # Errors
/// The first [`Refusal`](crate::Refusal) (where it [`Happened`](Standing::Happened), only `coupon_unknown`);
/// [`Malformed`] for a quantity of zero, an amount below zero, a total above 10⁹, points below zero, or
/// factors that multiply beyond 10¹² points. The account is unchanged then.
pub fn purchase(
    program: &Program,
    account: &mut Account,
    now: &Moment,
    sale: Sale,
    standing: Standing,
) -> Result<Sold, Error> {
    purchase_vouched(program, account, now, sale, Vouching::Till, standing)
}

/// [`purchase`], by whoever says that it was made: of one that no till has confirmed, no more counts than the program's
/// ceilings let through.
///
/// # Errors
/// As [`purchase`].
pub fn purchase_vouched(
    program: &Program,
    account: &mut Account,
    now: &Moment,
    sale: Sale,
    vouching: Vouching,
    standing: Standing,
) -> Result<Sold, Error> {
    let mut out = Outcome::default();
    prove_lines(&sale.lines)?;
    spend::amount("pay_points", sale.pay_points)?;
    let mut lines = ring_up(sale.lines);

    let mut used = if sale.coupons.is_empty() {
        Vec::new()
    } else {
        coupon::check(
            account,
            &sale.coupons,
            &lines,
            now.date(),
            standing,
            &mut out,
        )?
    };
    discount::take_off(account, &mut used, &mut lines);
    let net: Money = lines.iter().map(|line| line.net).sum();

    let mut worth = Money::ZERO;
    if sale.pay_points.is_positive() {
        spend::check_source(
            program,
            account,
            sale.pay_points,
            Some(net),
            &sale.from,
            standing,
            &mut out,
        )?;
        // the share was checked; what happened already counts as far as the bill goes
        worth = program
            .doc()
            .redeem
            .yuan_per_point
            .worth_of(sale.pay_points)
            .min(net);
        discount::pay_by_points(worth, &mut lines);
    }
    let earned = earnings(program, account, now, &lines, &used)?;

    // nothing below can fail
    let pay = net - worth;
    let parted = awards::part(program, net, pay, earned, vouching);
    let rows = account.rows_mut();
    let portions = if sale.pay_points.is_positive() {
        spend::spend(rows, sale.pay_points, &sale.from, &mut out)
    } else {
        Vec::new()
    };
    let expires = program.lot_expiry(now.date());
    let own_lot = lots::credit(
        rows,
        &AccountKind::Earned,
        parted.free,
        now.date(),
        expires,
        &mut out,
    );
    awards::wait(rows, parted.awarded.waiting, &mut out);
    out.earned = earned;
    tier::paid(program, rows, now, parted.counting_pay, &mut out);
    let coupons = used
        .into_iter()
        .map(|(index, used)| {
            rows.coupons[index]
                .used_by
                .get_or_insert_with(|| sale.receipt.clone());
            used
        })
        .collect();
    let receipt = Receipt {
        no: sale.receipt,
        at: now.at(),
        lines,
        net,
        pay,
        points_paid: sale.pay_points,
        portions,
        earned,
        own_lot,
        coupons,
        given_back: Points::ZERO,
        taken_back: Points::ZERO,
        refunded: Money::ZERO,
        awarded: parted.awarded,
    };
    Ok(Sold {
        receipt,
        outcome: out,
    })
}

/// What [`purchase`] would do at a moment, time brought forward first, without any effect.
///
/// # Errors
/// As [`purchase`] for a proposed one.
pub fn quote_purchase(
    program: &Program,
    account: &Account,
    at: DateTime<Utc>,
    sale: &Sale,
) -> Result<Sold, Error> {
    let mut account = account.clone();
    let now = advance(program, &mut account, at).now;
    purchase(
        program,
        &mut account,
        &now,
        sale.clone(),
        Standing::Proposed,
    )
}

/// Proves the lines of a sale: quantities from 1, amounts and their sum from zero to 10⁹.
pub(crate) fn prove_lines(lines: &[SaleLine]) -> Result<(), Malformed> {
    let mut total = Money::ZERO;
    for (i, line) in lines.iter().enumerate() {
        if line.qty == 0 {
            return Err(Malformed::new(
                format!("lines[{i}].qty"),
                "must be 1 or more",
            ));
        }
        if !line.amount.is_amount() {
            return Err(Malformed::new(
                format!("lines[{i}].amount"),
                "must be 0.00 to 1000000000.00",
            ));
        }
        total += line.amount;
    }
    if total.is_amount() {
        Ok(())
    } else {
        Err(Malformed::new("lines", "together above 1000000000.00"))
    }
}

/// The lines of a sale before coupons and points.
pub(crate) fn ring_up(sale: Vec<SaleLine>) -> Vec<ReceiptLine> {
    sale.into_iter()
        .map(|line| ReceiptLine {
            sku: line.sku,
            category: line.category,
            qty: line.qty,
            amount: line.amount,
            net: line.amount,
            by_points: Money::ZERO,
            returned: 0,
        })
        .collect()
}

/// Σ lines × points per yuan × tier multiplier × factors, rounded once.
pub(crate) fn earnings(
    program: &Program,
    account: &Account,
    now: &Moment,
    lines: &[ReceiptLine],
    used: &[(usize, UsedCoupon)],
) -> Result<Points, Malformed> {
    let rank = tier::shown_rank(program, account.rows());
    earnings_at(program, account, now, lines, used, rank)
}

/// As [`earnings`], at a tier that need not be the one held now.
pub(crate) fn earnings_at(
    program: &Program,
    account: &Account,
    now: &Moment,
    lines: &[ReceiptLine],
    used: &[(usize, UsedCoupon)],
    rank: Rank,
) -> Result<Points, Malformed> {
    let exact = earnings_in::<i128>(program, account, now, lines, used, rank)
        .or_else(|| earnings_in::<BigInt>(program, account, now, lines, used, rank));
    exact.ok_or_else(|| {
        Malformed::new(
            "lines",
            "the factors multiply beyond what one purchase may earn",
        )
    })
}

/// `None` beyond what a purchase may earn, and beyond what these whole numbers can hold.
fn earnings_in<N: Whole>(
    program: &Program,
    account: &Account,
    now: &Moment,
    lines: &[ReceiptLine],
    used: &[(usize, UsedCoupon)],
    rank: Rank,
) -> Option<Points> {
    let doc = program.doc();
    let rows = account.rows();
    let base = Exact::<N>::from(doc.earn.points_per_yuan).times(program.tier(rank).multiplier)?;
    let today = |factor: &&crate::program::Factor| factor.matches_day(now.date(), rows.birth_month);
    let mut sum = Exact::zero();
    for line in lines {
        let earning = if doc.earn.on_points_paid {
            line.net
        } else {
            line.net - line.by_points
        };
        let mut rate = base.clone();
        for factor in doc.factors.iter().filter(today) {
            if factor.category.is_none() || factor.category == line.category {
                rate = rate.times(factor.factor)?;
            }
        }
        for (index, _) in used {
            let coupon = &rows.coupons[*index];
            if let Benefit::Factor { factor, .. } = &coupon.benefit
                && coupon.matches(line)
            {
                rate = rate.times(*factor)?;
            }
        }
        sum = sum.add_earning(earning.fen(), rate)?;
    }
    sum.points(doc.earn.rounding)
}
