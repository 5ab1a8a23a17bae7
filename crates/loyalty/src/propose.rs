//! Which coupons to use on a basket: what each would do, why one would not, and the best of all together.
//!
//! # The best combination
//! The one that takes the most money off; of those, the one that earns the most points; then the most gifts;
//! then the fewest coupons; then those that expire soonest. Coupons are given in one order, the one in which
//! they are named; percentages come before amounts in any case.
//!
//! Allowed are each coupon that applies by itself, and every set of those that stack. Of up to
//! [`PROPOSED_AMONG`] that stack every set is tried. Of more, those are tried that do most by themselves, and
//! [`Proposal::exact`] says so. Points that pay do not matter here: a proposal is for the basket alone.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::account::Account;
use crate::coupon::{self, Benefit};
use crate::discount;
use crate::ids::CouponId;
use crate::money::Money;
use crate::movement::{Outcome, Standing};
use crate::points::Points;
use crate::program::Program;
use crate::purchase::{self, Sale};
use crate::receipt::{ReceiptLine, UsedCoupon};
use crate::refusal::{Error, Malformed, Refusal};
use crate::time::{Moment, advance};

/// Of how many stacking coupons every set is tried: 2¹⁰ sets, a few milliseconds on the longest receipt.
pub const PROPOSED_AMONG: usize = 10;

/// Some coupons together, and what they do to a basket.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Combination {
    /// Which, in the order in which they are given.
    pub coupons: Vec<CouponId>,
    /// What they take off together.
    pub off: Money,
    /// Points earned more than without them; below zero where what they take off earns less.
    pub points: Points,
    /// How many hand something over.
    pub gifts: u32,
}

/// Why a coupon would be refused on a basket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhyNot {
    /// The rule.
    pub refusal: Refusal,
    /// What the lines that it is for lack to its threshold; `None` where there is no such line, and for
    /// every other refusal.
    pub missing: Option<Money>,
}

/// One coupon and a basket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CouponOption {
    /// Which.
    pub id: CouponId,
    /// What it would do by itself, or why not.
    pub alone: Result<Combination, WhyNot>,
    /// The best combination that it is part of; `None` where it does not apply.
    pub best: Option<Combination>,
}

/// What may be done with a member's coupons on a basket.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// The best of all, perhaps no coupon.
    pub best: Combination,
    /// Each coupon that was named, in the same order.
    pub options: Vec<CouponOption>,
    /// Whether every allowed combination was tried.
    pub exact: bool,
}

/// What a coupon does among those of a sale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CouponEffect {
    /// Which.
    pub id: CouponId,
    /// What it takes off.
    pub off: Money,
    /// Points that the sale earns more by it than by the others alone; below zero where it earns less.
    pub points: Points,
}

/// Says what each of these coupons would do to a basket, and which of them together do most. Those that
/// `sale` names and the points that it pays with are left aside; an id that the member has not is listed as
/// [`Refusal::CouponUnknown`].
///
/// # Errors
/// [`Malformed`] as [`purchase`](crate::purchase).
pub fn propose(
    program: &Program,
    account: &Account,
    at: DateTime<Utc>,
    sale: &Sale,
    among: &[CouponId],
) -> Result<Proposal, Malformed> {
    let mut account = account.clone();
    let now = advance(program, &mut account, at).now;
    let basket = Basket::of(program, &account, now, sale)?;
    let mut tried = Tried::among(&basket, among)?;
    let exact = tried.try_sets(&basket)?;
    Ok(tried.proposal(&basket, exact))
}

/// What each coupon of a sale does there.
///
/// # Errors
/// As [`quote_purchase`](crate::quote_purchase), but for the points that the sale is paid with.
pub fn effects(
    program: &Program,
    account: &Account,
    at: DateTime<Utc>,
    sale: &Sale,
) -> Result<Vec<CouponEffect>, Error> {
    if sale.coupons.is_empty() {
        return Ok(Vec::new());
    }
    let mut account = account.clone();
    let now = advance(program, &mut account, at).now;
    let basket = Basket::of(program, &account, now, sale)?;
    let used = basket.check(&sale.coupons)?;
    let picked: Vec<usize> = used.iter().map(|(index, _)| *index).collect();
    let (used, earned) = basket.take_off(&picked)?;
    let mut all = Vec::with_capacity(used.len());
    for (i, (_, coupon)) in used.into_iter().enumerate() {
        let mut others = picked.clone();
        others.remove(i);
        let (_, without) = basket.take_off(&others)?;
        all.push(CouponEffect {
            id: coupon.id,
            off: coupon.discount,
            points: earned - without,
        });
    }
    Ok(all)
}

/// A basket before any coupon.
struct Basket<'a> {
    program: &'a Program,
    account: &'a Account,
    now: Moment,
    lines: Vec<ReceiptLine>,
    /// Points that it earns without coupons.
    earned: Points,
}

impl<'a> Basket<'a> {
    fn of(
        program: &'a Program,
        account: &'a Account,
        now: Moment,
        sale: &Sale,
    ) -> Result<Self, Malformed> {
        purchase::prove_lines(&sale.lines)?;
        let lines = purchase::ring_up(sale.lines.clone());
        let earned = purchase::earnings(program, account, &now, &lines, &[])?;
        Ok(Self {
            program,
            account,
            now,
            lines,
            earned,
        })
    }

    fn check(&self, ids: &[CouponId]) -> Result<Vec<(usize, UsedCoupon)>, Refusal> {
        let mut none = Outcome::default();
        let (date, lines) = (self.now.date(), &self.lines);
        coupon::check(
            self.account,
            ids,
            lines,
            date,
            Standing::Proposed,
            &mut none,
        )
    }

    /// Takes coupons of the account off, by their places there. What each did, and the points earned then.
    fn take_off(&self, picked: &[usize]) -> Result<(Vec<(usize, UsedCoupon)>, Points), Malformed> {
        let coupons = &self.account.rows().coupons;
        let mut used: Vec<(usize, UsedCoupon)> = picked
            .iter()
            .map(|&index| {
                let used = UsedCoupon {
                    id: coupons[index].id.clone(),
                    discount: Money::ZERO,
                    overruled: None,
                };
                (index, used)
            })
            .collect();
        let mut lines = self.lines.clone();
        discount::take_off(self.account, &mut used, &mut lines);
        let earned = purchase::earnings(self.program, self.account, &self.now, &lines, &used)?;
        Ok((used, earned))
    }

    fn combination(&self, picked: &[usize]) -> Result<Combination, Malformed> {
        let (used, earned) = self.take_off(picked)?;
        let coupons = &self.account.rows().coupons;
        let gifts = picked
            .iter()
            .filter(|&&index| matches!(coupons[index].benefit, Benefit::Gift { .. }))
            .count();
        Ok(Combination {
            off: used.iter().map(|(_, coupon)| coupon.discount).sum(),
            points: earned - self.earned,
            gifts: u32::try_from(gifts).unwrap_or(u32::MAX),
            coupons: used.into_iter().map(|(_, coupon)| coupon.id).collect(),
        })
    }

    fn why_not(&self, id: &CouponId, refusal: Refusal) -> WhyNot {
        let coupon = self.account.coupon(id);
        let missing = coupon
            .filter(|_| refusal == Refusal::CouponNotApplicable)
            .and_then(|coupon| {
                let mut matching = self.lines.iter().filter(|l| coupon.matches(l)).peekable();
                matching.peek()?;
                let sum: Money = matching.map(|line| line.amount).sum();
                Some(coupon.benefit.threshold() - sum)
            });
        WhyNot { refusal, missing }
    }

    /// Last days of some coupons, soonest first, never last.
    fn last_days(&self, ids: &[CouponId]) -> Vec<(bool, Option<NaiveDate>)> {
        let mut days: Vec<_> = ids
            .iter()
            .map(|id| self.account.coupon(id).and_then(|coupon| coupon.expires))
            .map(|last| (last.is_none(), last))
            .collect();
        days.sort_unstable();
        days
    }

    /// Whether one combination is better than another.
    fn better(&self, one: &Combination, other: &Combination) -> bool {
        let worth =
            |c: &Combination| (c.off, c.points, c.gifts, std::cmp::Reverse(c.coupons.len()));
        match worth(one).cmp(&worth(other)) {
            std::cmp::Ordering::Equal => {
                self.last_days(&one.coupons) < self.last_days(&other.coupons)
            }
            order => order.is_gt(),
        }
    }
}

/// What was tried so far.
struct Tried {
    options: Vec<CouponOption>,
    /// Those that apply and stack: place among the options, place in the account.
    stacking: Vec<(usize, usize)>,
}

impl Tried {
    /// Each by itself.
    fn among(basket: &Basket<'_>, among: &[CouponId]) -> Result<Self, Malformed> {
        let mut options = Vec::with_capacity(among.len());
        let mut stacking = Vec::new();
        for id in among {
            let alone = match basket.check(std::slice::from_ref(id)) {
                Ok(used) => {
                    let picked: Vec<usize> = used.iter().map(|(index, _)| *index).collect();
                    let twice = options.iter().any(|o: &CouponOption| o.id == *id);
                    for &index in &picked {
                        if basket.account.rows().coupons[index].stacks && !twice {
                            stacking.push((options.len(), index));
                        }
                    }
                    Ok(basket.combination(&picked)?)
                }
                Err(refusal) => Err(basket.why_not(id, refusal)),
            };
            options.push(CouponOption {
                id: id.clone(),
                best: alone.as_ref().ok().cloned(),
                alone,
            });
        }
        Ok(Self { options, stacking })
    }

    /// Every set of two or more that stack, as far as the bound allows. Whether that was every one.
    fn try_sets(&mut self, basket: &Basket<'_>) -> Result<bool, Malformed> {
        let mut stacking = self.stacking.clone();
        let exact = stacking.len() <= PROPOSED_AMONG;
        if !exact {
            let nothing = Combination::default();
            let alone = |place: usize| {
                let option: Option<&CouponOption> = self.options.get(place);
                option.and_then(|o| o.best.as_ref()).unwrap_or(&nothing)
            };
            stacking.sort_by(|a, b| {
                let (a, b) = (alone(a.0), alone(b.0));
                if basket.better(a, b) {
                    std::cmp::Ordering::Less
                } else if basket.better(b, a) {
                    std::cmp::Ordering::Greater
                } else {
                    std::cmp::Ordering::Equal
                }
            });
            stacking.truncate(PROPOSED_AMONG);
            // in the order in which they were named again
            stacking.sort_unstable();
        }
        for set in 1_u32..1 << stacking.len() {
            if set.count_ones() < 2 {
                continue;
            }
            let part: Vec<(usize, usize)> = stacking
                .iter()
                .enumerate()
                .filter(|(bit, _)| set & (1 << bit) != 0)
                .map(|(_, place)| *place)
                .collect();
            let picked: Vec<usize> = part.iter().map(|(_, index)| *index).collect();
            let combination = basket.combination(&picked)?;
            for (place, _) in part {
                let best = self.options.get_mut(place).map(|option| &mut option.best);
                if let Some(Some(best)) = best
                    && basket.better(&combination, best)
                {
                    best.clone_from(&combination);
                }
            }
        }
        Ok(exact)
    }

    fn proposal(self, basket: &Basket<'_>, exact: bool) -> Proposal {
        let mut best = Combination::default();
        for option in &self.options {
            if let Some(combination) = &option.best
                && basket.better(combination, &best)
            {
                best.clone_from(combination);
            }
        }
        Proposal {
            best,
            options: self.options,
            exact,
        }
    }
}
