//! Doing a deed.

use super::gather::{gather, scatter};
use super::{Book, Deed, Purchase, Source};
use crate::account::{Account, Grant};
use crate::adjust::adjust;
use crate::awards::{self, Vouching};
use crate::behave::behave;
use crate::coupon::give_coupon;
use crate::escrow;
use crate::freeze::{self, Lapsed};
use crate::ids::{CouponId, GrantId};
use crate::money::Money;
use crate::movement::{Outcome, Standing};
use crate::points::Points;
use crate::program::Program;
use crate::purchase::{Sale, purchase_vouched};
use crate::redeem::{RedeemRequest, redeem, reverse};
use crate::refusal::{Error, Refusal};
use crate::returns::return_goods;
use crate::spend::PointsFrom;
use crate::tier;
use crate::time::Moment;

/// The grant under which what several allowances give is gathered for the length of a deed: movements name it.
pub const GATHERED: &str = "gathered";

/// What a deed did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// To the points.
    pub outcome: Outcome,
    /// Of a return: what the goods that came back were worth, coupons taken off.
    pub value: Money,
    /// Of a return: the money to refund.
    pub refund: Money,
    /// Of a return: coupons that the member has again.
    pub coupons_back: Vec<CouponId>,
}

impl From<Outcome> for Done {
    fn from(outcome: Outcome) -> Self {
        Self {
            outcome,
            ..Self::default()
        }
    }
}

/// Does a deed by the rules: to the account, and to what it is about. The account was brought to `now` by
/// [`advance`](crate::advance).
///
/// # Errors
/// What the rules refuse, none of which a deed meets that [`Happened`](Standing::Happened): then it is noted in
/// [`Outcome::overruled`]. [`Malformed`](crate::Malformed) for what cannot be understood at all. The book is unchanged
/// then.
pub fn apply(
    rules: &Program,
    book: &mut Book,
    now: &Moment,
    deed: &Deed,
    standing: Standing,
) -> Result<Done, Error> {
    let account = &mut book.account;
    match deed {
        Deed::Purchase(p) => buy(rules, book, now, p, standing),
        Deed::Return { of, what } => {
            let Some(receipt) = book.receipts.get_mut(of) else {
                return unknown(Refusal::UnknownReceipt, standing);
            };
            let back = return_goods(rules, account, now, receipt, what, standing)?;
            Ok(Done {
                outcome: back.outcome,
                value: back.value,
                refund: back.refund,
                coupons_back: back.coupons_back,
            })
        }
        Deed::Confirm { of, till } => {
            let Some(receipt) = book.receipts.get_mut(of) else {
                return unknown(Refusal::UnknownReceipt, standing);
            };
            let counted = receipt.awarded.counted;
            let bought = rules.business_date(receipt.at);
            let outcome = awards::confirm(rules, account, now, receipt, *till)?;
            // its place under the day's ceilings is free again
            if let Some(by) = book.recorded.remove(of) {
                book.count_on(&by, bought, -counted);
            }
            Ok(outcome.into())
        }
        Deed::Drop { of } => match book.receipts.get_mut(of) {
            Some(receipt) => Ok(awards::drop_waiting(account, receipt).into()),
            None => unknown(Refusal::UnknownReceipt, standing),
        },
        Deed::Redeem { id, points, from } => {
            let redeemed = spending(account, from, *points, |account, from| {
                let request = RedeemRequest {
                    id: id.clone(),
                    points: *points,
                    from,
                };
                redeem(rules, account, now, request, standing)
            })?;
            book.redemptions.insert(id.clone(), redeemed.redemption);
            Ok(redeemed.outcome.into())
        }
        Deed::Reverse { of } => match book.redemptions.get_mut(of) {
            Some(redemption) => Ok(reverse(rules, account, now, redemption, standing)?.into()),
            None => unknown(Refusal::UnknownRedemption, standing),
        },
        Deed::Behave { kind } => {
            let day = (kind.clone(), now.date());
            let that_day = book.behaved.get(&day).copied().unwrap_or_default();
            let outcome = behave(rules, account, now, kind, that_day, standing)?;
            book.behaved.insert(day, that_day.saturating_add(1));
            Ok(outcome.into())
        }
        Deed::Adjust { points, last_day } => {
            Ok(adjust(rules, account, now, *points, *last_day)?.into())
        }
        Deed::Extend { to } => {
            let kept = |lapsed: &&Lapsed| {
                let lot = account.lot(lapsed.lot);
                *to >= now.today() && lot.is_some_and(|lot| lot.has_passed(*to))
            };
            let kept: Vec<Lapsed> = book.lapsed.iter().filter(kept).copied().collect();
            let mut outcome = freeze::revive(account, now, &kept)?;
            outcome.append(freeze::extend(account, *to));
            Ok(outcome.into())
        }
        Deed::Freeze => {
            let mut outcome = freeze::revive(account, now, &book.lapsed)?;
            outcome.append(freeze::freeze(account, now));
            Ok(outcome.into())
        }
        Deed::Unfreeze => Ok(freeze::unfreeze(account, now).into()),
        Deed::SetTier { floor } => Ok(tier::set_tier(rules, account, floor.clone())?.into()),
        Deed::GiveCoupon(coupon) => Ok(give_coupon(account, coupon.clone())?.into()),
        Deed::Release { grant, points } => {
            let left = account.grant(grant).map_or(Points::ZERO, Grant::left);
            let points = (*points).min(left);
            if !points.is_positive() {
                return Ok(Done::default());
            }
            Ok(escrow::release(account, now, grant, points)?.into())
        }
        Deed::BirthMonth { month } => {
            account.set_birth_month(*month)?;
            Ok(Done::default())
        }
    }
}

/// Sells, and notes what counts of it on its day where no till has confirmed it.
fn buy(
    rules: &Program,
    book: &mut Book,
    now: &Moment,
    p: &Purchase,
    standing: Standing,
) -> Result<Done, Error> {
    let day = now.date();
    let by = p.recorded_by.as_ref();
    let counter = |by| {
        if p.all_waits {
            Vouching::Nobody
        } else {
            Vouching::Counter(book.counted_on(by, day))
        }
    };
    let vouching = by.map_or(Vouching::Till, counter);
    let sold = spending(&mut book.account, &p.from, p.pay_points, |account, from| {
        let sale = Sale {
            receipt: p.receipt.clone(),
            lines: p.lines.clone(),
            pay_points: p.pay_points,
            from,
            coupons: p.coupons.clone(),
        };
        purchase_vouched(rules, account, now, sale, vouching, standing)
    })?;
    if let Some(by) = by {
        book.count_on(by, day, sold.receipt.awarded.counted);
        book.recorded.insert(p.id.clone(), by.clone());
    }
    book.receipts.insert(p.id.clone(), sold.receipt);
    Ok(sold.outcome.into())
}

/// What is not in the book cannot be come back to: refused, or noted with no effect where it happened.
fn unknown(refusal: Refusal, standing: Standing) -> Result<Done, Error> {
    let mut outcome = Outcome::default();
    outcome.object(standing, refusal)?;
    Ok(outcome.into())
}

/// Does something that spends, from wherever the points come. A counter may have spent from several allowances at once:
/// what they give is gathered for so long. The account is unchanged where it fails.
fn spending<T>(
    account: &mut Account,
    source: &Source,
    points: Points,
    work: impl FnOnce(&mut Account, PointsFrom) -> Result<T, Error>,
) -> Result<T, Error> {
    let parts = match source {
        Source::Available => return work(account, PointsFrom::Available),
        Source::Allowances(parts) => parts,
    };
    let id = GrantId::from(GATHERED);
    let before = account.clone();
    gather(account, &id, parts, points);
    match work(account, PointsFrom::Grant(id.clone())) {
        Ok(done) => {
            scatter(account, &id);
            Ok(done)
        }
        Err(error) => {
            *account = before;
            Err(error)
        }
    }
}
