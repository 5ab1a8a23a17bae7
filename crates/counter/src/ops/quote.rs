//! What a sale or a return would come to, by the very rules of the centre.
//!
//! A counter holds of a member what screens need, not her whole account. For a quote an account
//! is made of that: her points as one lot, her tier as it is shown. Amounts, points earned and
//! shares come out as at the centre, which has the last word.

use crate::error::{Error, Result};
use chrono::{DateTime, Datelike, Utc};
use loyalty::{
    Account, AccountRows, Category, Lot, LotId, Money, Points, PointsFrom, Portion, Program,
    Receipt, ReceiptLine, ReceiptNo, Refusal, ReturnOf, Returned, Sale, SaleLine, Sku, Sold,
    TierId, TierState,
};
use protocol::entity;

/// What a quote needs to know of a member; the default is one of whom nothing is known.
#[derive(Default)]
pub(crate) struct Known<'a> {
    pub(crate) member: Option<&'a entity::Member>,
    /// Points that may be spent.
    pub(crate) spendable: Points,
    /// Coupons that are used, in order.
    pub(crate) coupons: &'a [loyalty::Coupon],
}

/// The number of the one lot in a quote's account.
fn the_lot() -> LotId {
    LotId(1)
}

fn account(program: &Program, known: &Known<'_>, at: DateTime<Utc>) -> Result<Account> {
    let today = program.business_date(at);
    let mut rows = AccountRows::default();
    rows.lots.push(Lot {
        id: the_lot(),
        points: known.spendable.floor_zero(),
        earned: today,
        expires: None,
    });
    rows.next_lot = 2;
    rows.coupons = known.coupons.to_vec();
    if let Some(m) = known.member {
        rows.birth_month = m.birthday.map(|d| d.month());
        // as a floor: shown and earned at, and not reviewed by a quote
        let tier = TierId::from(m.tier.as_str());
        let held = program.rank_of(&tier).is_some().then_some(tier);
        rows.tier = TierState {
            floor: held,
            ..TierState::default()
        };
        rows.frozen_since = m.frozen.then_some(today);
    }
    Account::from_rows(rows).map_err(|e| Error::CacheDamaged(e.to_string()))
}

/// Quotes a sale.
pub(crate) fn sale(
    program: &Program,
    known: &Known<'_>,
    at: DateTime<Utc>,
    lines: &[protocol::operation::SaleLine],
    pay_points: Points,
) -> Result<Sold> {
    let sale = Sale {
        receipt: ReceiptNo::from("quote"),
        lines: lines
            .iter()
            .map(|l| SaleLine {
                sku: Sku::from(l.sku.as_str()),
                category: l.category.as_deref().map(Category::from),
                qty: l.qty,
                amount: l.amount,
            })
            .collect(),
        pay_points,
        from: PointsFrom::default(),
        coupons: known.coupons.iter().map(|c| c.id.clone()).collect(),
    };
    let bill: Money = lines.iter().map(|l| l.amount).sum();
    loyalty::quote_purchase(program, &account(program, known, at)?, at, &sale)
        .map_err(|e| refused(&e, most(program, bill, known.spendable)))
}

/// The most points that could pay part of a bill, coupons taken off.
pub(crate) fn most(program: &Program, bill: Money, spendable: Points) -> Points {
    loyalty::most_redeemable(program, Some(bill), spendable.floor_zero())
}

/// What points are worth on a bill: as if they paid part of a sale of that amount.
pub(crate) fn worth(program: &Program, points: Points, bill: Money) -> Result<Money> {
    let line = protocol::operation::SaleLine {
        sku: "bill".to_owned(),
        name: String::new(),
        category: None,
        qty: 1,
        amount: bill,
    };
    let known = Known {
        spendable: points,
        ..Known::default()
    };
    let sold = sale(program, &known, DateTime::UNIX_EPOCH, &[line], points)?;
    Ok(sold.receipt.net - sold.receipt.pay)
}

/// Quotes a return.
pub(crate) fn goods_back(
    program: &Program,
    known: &Known<'_>,
    at: DateTime<Utc>,
    receipt: &Receipt,
    what: &ReturnOf,
) -> Result<Returned> {
    loyalty::quote_return(program, &account(program, known, at)?, at, receipt, what).map_err(|e| {
        match e {
            loyalty::Error::Refused(Refusal::OverReturned) => Error::OverReturned {
                left: left(receipt, what),
            },
            other => refused(&other, Points::ZERO),
        }
    })
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

/// A cached receipt as the rules see it.
pub(crate) fn receipt(r: &entity::Receipt) -> Receipt {
    let portion = Portion {
        lot: Some(the_lot()),
        points: r.points_paid,
        given_back: r.given_back,
    };
    Receipt {
        no: ReceiptNo::from(r.no.as_str()),
        at: r.at,
        lines: r
            .lines
            .iter()
            .map(|l| ReceiptLine {
                sku: Sku::from(l.sku.as_str()),
                category: None,
                qty: l.qty,
                amount: l.amount,
                net: l.amount,
                by_points: Money::ZERO,
                returned: l.returned,
            })
            .collect(),
        net: r.lines.iter().map(|l| l.amount).sum(),
        pay: r.pay,
        points_paid: r.points_paid,
        portions: if r.points_paid.is_positive() {
            vec![portion]
        } else {
            Vec::new()
        },
        earned: r.earned,
        own_lot: None,
        coupons: Vec::new(),
        given_back: r.given_back,
        taken_back: r.taken_back,
        refunded: r.refunded,
    }
}

pub(crate) fn refused(error: &loyalty::Error, possible: Points) -> Error {
    match error {
        loyalty::Error::Refused(refusal) => Error::Rules {
            refusal: *refusal,
            possible,
        },
        loyalty::Error::Malformed(_) => Error::AmountInvalid,
    }
}
