//! Coupons: what they are, and whether they may be used.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::account::Account;
use crate::ids::{Category, CouponId, ReceiptNo, Sku};
use crate::money::Money;
use crate::movement::{Outcome, Standing};
use crate::rate::Rate;
use crate::receipt::{ReceiptLine, UsedCoupon};
use crate::refusal::{Malformed, Refusal};

/// What a coupon does. The threshold is what the matching lines must come to before any coupon.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Benefit {
    /// An amount off.
    AmountOff {
        /// From this on.
        #[serde(default)]
        threshold: Money,
        /// This much, and at most what is there.
        amount: Money,
    },
    /// A percentage off.
    PercentOff {
        /// Per cent, 0 to 100.
        percent: Rate,
        /// From this on.
        #[serde(default)]
        threshold: Money,
        /// At most this much.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cap: Option<Money>,
    },
    /// The matching lines' points are multiplied.
    Factor {
        /// By this.
        factor: Rate,
        /// From this on.
        #[serde(default)]
        threshold: Money,
    },
    /// Something handed over with the purchase; it changes no amount.
    Gift {
        /// What is handed over.
        gift: Sku,
        /// From this on.
        #[serde(default)]
        threshold: Money,
    },
}

impl Benefit {
    /// What the matching lines must come to.
    #[must_use]
    pub const fn threshold(&self) -> Money {
        match self {
            Self::AmountOff { threshold, .. }
            | Self::PercentOff { threshold, .. }
            | Self::Factor { threshold, .. }
            | Self::Gift { threshold, .. } => *threshold,
        }
    }
}

/// One coupon of one member; it is used once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coupon {
    /// Its id.
    pub id: CouponId,
    /// What it does.
    #[serde(flatten)]
    pub benefit: Benefit,
    /// Only lines of these categories; all where empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<Category>,
    /// Only lines of these products; all where empty. With `categories` too, a line must match both.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skus: Vec<Sku>,
    /// Whether it goes together with others that say so too.
    #[serde(default)]
    pub stacks: bool,
    /// Its last day; `None` for never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<NaiveDate>,
    /// The sale that it was used on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used_by: Option<ReceiptNo>,
}

impl Coupon {
    /// Whether a line is among those that the coupon is for.
    #[must_use]
    pub fn matches(&self, line: &ReceiptLine) -> bool {
        (self.skus.is_empty() || self.skus.contains(&line.sku))
            && (self.categories.is_empty()
                || line
                    .category
                    .as_ref()
                    .is_some_and(|c| self.categories.contains(c)))
    }

    /// Checks that its amounts can be.
    ///
    /// # Errors
    /// The field that cannot: an amount below zero, a percentage above 100.
    pub fn validate(&self) -> Result<(), Malformed> {
        let amount = |place: &str, money: Money| {
            if money.is_amount() {
                Ok(())
            } else {
                Err(Malformed::new(place, "must be 0.00 to 1000000000.00"))
            }
        };
        amount("threshold", self.benefit.threshold())?;
        match &self.benefit {
            Benefit::AmountOff { amount: off, .. } => amount("amount", *off),
            Benefit::PercentOff { percent, cap, .. } => {
                if !percent.is_at_most(100) {
                    return Err(Malformed::new("percent", "must be 0 to 100"));
                }
                cap.map_or(Ok(()), |cap| amount("cap", cap))
            }
            Benefit::Factor { .. } | Benefit::Gift { .. } => Ok(()),
        }
    }
}

/// Hands a coupon to the member.
///
/// # Errors
/// [`Malformed`] where it cannot be, or where the member has one of that id.
pub fn give_coupon(account: &mut Account, coupon: Coupon) -> Result<Outcome, Malformed> {
    coupon.validate()?;
    if account.coupon(&coupon.id).is_some() {
        return Err(Malformed::new("id", "the member has a coupon of this id"));
    }
    account.rows_mut().coupons.push(coupon);
    Ok(Outcome::default())
}

/// Checks the coupons of a purchase in the order of the rules, and lists them as used.
///
/// `listed` are the ids as given; the answer has the coupons in the same order, each with its place in the account.
pub(crate) fn check(
    account: &Account,
    listed: &[CouponId],
    lines: &[ReceiptLine],
    date: NaiveDate,
    standing: Standing,
    outcome: &mut Outcome,
) -> Result<Vec<(usize, UsedCoupon)>, Refusal> {
    let coupons = &account.rows().coupons;
    let mut used = Vec::with_capacity(listed.len());
    for id in listed {
        let index = coupons
            .iter()
            .position(|coupon| coupon.id == *id)
            .ok_or(Refusal::CouponUnknown)?;
        used.push((
            index,
            UsedCoupon {
                id: id.clone(),
                discount: Money::ZERO,
                overruled: None,
            },
        ));
    }
    for i in 0..used.len() {
        let coupon = &coupons[used[i].0];
        let twice = used[..i].iter().any(|(index, _)| *index == used[i].0);
        if twice || coupon.used_by.is_some() {
            overrule(&mut used[i].1, Refusal::CouponUsed, standing, outcome)?;
        } else if coupon.expires.is_some_and(|last| last < date) {
            overrule(&mut used[i].1, Refusal::CouponExpired, standing, outcome)?;
        }
    }
    for (index, used) in &mut used {
        let coupon = &coupons[*index];
        let mut any = false;
        let mut sum = Money::ZERO;
        for line in lines.iter().filter(|line| coupon.matches(line)) {
            any = true;
            sum += line.amount;
        }
        if !any || sum < coupon.benefit.threshold() {
            overrule(used, Refusal::CouponNotApplicable, standing, outcome)?;
        }
    }
    if used.len() > 1 {
        for (index, used) in &mut used {
            if !coupons[*index].stacks {
                overrule(used, Refusal::CouponsDoNotStack, standing, outcome)?;
            }
        }
    }
    Ok(used)
}

fn overrule(
    used: &mut UsedCoupon,
    refusal: Refusal,
    standing: Standing,
    outcome: &mut Outcome,
) -> Result<(), Refusal> {
    outcome.object(standing, refusal)?;
    used.overruled.get_or_insert(refusal);
    Ok(())
}
