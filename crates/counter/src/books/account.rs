//! From what the cache says to the account that the rules work on.

use super::op::Taken;
use super::receipt::UNNAMED;
use crate::error::{Error, Result};
use crate::outbox::OwnGrant;
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use loyalty::program::TierBasis;
use loyalty::{
    Account, AccountRows, BehaviourKind, Coupon, Grant, GrantId, Held, Lot, LotId, NetPaid, Points,
    Program, ReceiptNo, Refusal, TierId, TierState,
};
use protocol::entity::{self, AccountState, Member, PaidPortion};

/// Id of the grant that stands for what other counters hold.
const ELSEWHERE: &str = "elsewhere";

/// What an account is made of.
#[derive(Default)]
pub(super) struct Sources<'a> {
    member: Option<&'a Member>,
    pub(super) paid: Vec<NetPaid>,
    pub(super) coupons: Vec<Coupon>,
    pub(super) behaved: Vec<entity::Behaved>,
    /// Behaviours among the operations that will be done over again.
    pub(super) again: Vec<loyalty::Behaved>,
    /// Lots that points may go back into, empty ones among them.
    lots: Vec<Lot>,
    /// Receipts from a centre that does not tell which lots paid have one in place of them.
    unnamed: bool,
}

impl<'a> Sources<'a> {
    /// A member's; nobody's where there is none.
    pub(super) fn of(member: Option<&'a Member>) -> Self {
        Self {
            member,
            ..Self::default()
        }
    }

    /// A redemption that may be undone: its lots.
    pub(super) fn redemption(&mut self, r: &entity::Redemption) {
        self.paid_from(&r.portions);
    }

    fn paid_from(&mut self, portions: &[PaidPortion]) {
        for p in portions.iter().filter(|p| p.lot > 0) {
            self.lots.push(Lot {
                id: LotId(p.lot),
                points: Points::ZERO,
                earned: p.earned.unwrap_or_default(),
                expires: p.expires,
            });
        }
    }

    /// Whether all that counts towards her tier is known here: what an older centre leaves out of an account
    /// is not, nor behaviours further back than the feed tells, where growth value counts.
    pub(super) fn knows_tier(&self, program: &Program, now: DateTime<Utc>) -> bool {
        let Some(state) = self.member.and_then(|m| m.account.as_ref()) else {
            return self.member.is_none();
        };
        let since = loyalty::paid_since(program, &own_tier(state), now);
        program.doc().tier_basis == TierBasis::Spend
            || self
                .behaved
                .iter()
                .filter(|b| brings_growth(program, &b.behaviour))
                .all(|b| b.since.is_some_and(|told| told <= since))
    }

    /// A receipt that something may come back of: its lots and coupons.
    pub(super) fn receipt(&mut self, r: &entity::Receipt) {
        self.paid_from(&r.portions);
        self.unnamed |= r.points_paid.is_positive() && r.portions.is_empty();
        let whole = r.lines.iter().all(|l| l.returned >= l.qty);
        for used in &r.coupons {
            // one that another receipt had used is not this one's to give back
            if !whole && used.overruled != Some(Refusal::CouponUsed) {
                self.coupons.push(Coupon {
                    used_by: Some(ReceiptNo::from(r.no.as_str())),
                    ..used.coupon.clone()
                });
            }
        }
    }

    /// The account as the cache has it. What operations took from this counter's allowances that it does
    /// not show yet, is still there.
    pub(super) fn account(
        self,
        program: &Program,
        grants: &[OwnGrant],
        taken: &Taken,
        now: DateTime<Utc>,
    ) -> Result<Account> {
        let knows_tier = self.knows_tier(program, now);
        let behaved = self.behaved.iter().flat_map(|b| {
            let kind = BehaviourKind::from(b.behaviour.as_str());
            b.moments.iter().map(move |at| loyalty::Behaved {
                at: *at,
                kind: kind.clone(),
            })
        });
        // one that is done over again counts then
        let behaved = behaved.filter(|b| !self.again.contains(b));
        let mut made = AccountRows {
            paid: self.paid,
            behaved: behaved.collect(),
            ..AccountRows::default()
        };
        for coupon in self.coupons {
            if made.coupons.iter().all(|c| c.id != coupon.id) {
                made.coupons.push(coupon);
            }
        }
        let mut split = Vec::new();
        if let Some(m) = self.member {
            made.birth_month = m.birthday.map(|d| d.month()).or(m.birth_month);
            made.debt = m.debt;
            made.waiting = m.waiting;
            made.as_of = Some(m.as_of);
            made.program = m.account.as_ref().map_or(0, |state| state.program);
            made.tier = match &m.account {
                Some(state) if knows_tier => own_tier(state),
                _ => shown_only(program, m),
            };
            made.frozen_since = match &m.account {
                Some(state) => state.frozen_since,
                None => m.frozen.then(|| program.business_date(now)),
            };
            split = SplitLot::of(m, program.business_date(m.as_of));
        }
        for lot in self.lots {
            if split.iter().all(|s| s.lot.id != lot.id) {
                split.push(SplitLot {
                    lot,
                    held: Points::ZERO,
                });
            }
        }
        if self.unnamed {
            let never = NaiveDate::default();
            split.push(SplitLot::rest(UNNAMED.0, Points::ZERO, never));
        }
        let next = split.iter().map(|s| s.lot.id.0).max().unwrap_or(0) + 1;
        split.sort_unstable_by_key(|s| {
            let l = &s.lot;
            (l.expires.is_none(), l.expires, l.earned, l.id)
        });
        for own in grants {
            let held = place(&mut split, own, taken)?;
            if !held.is_empty() {
                made.grants.push(Grant {
                    id: GrantId::from(own.id.as_str()),
                    held,
                    spent: Points::ZERO,
                    released: Points::ZERO,
                });
            }
        }
        let others = split.iter().filter(|s| s.held.is_positive());
        let others: Vec<Held> = others
            .map(|s| Held {
                lot: s.lot.id,
                points: s.held,
            })
            .collect();
        if !others.is_empty() {
            made.grants.push(Grant {
                id: GrantId::from(ELSEWHERE),
                held: others,
                spent: Points::ZERO,
                released: Points::ZERO,
            });
        }
        made.lots = split.into_iter().map(|s| s.lot).collect();
        made.next_lot = next;
        Account::from_rows(made).map_err(|e| Error::CacheDamaged(e.to_string()))
    }
}

fn brings_growth(program: &Program, behaviour: &str) -> bool {
    let kinds = &program.doc().behaviours;
    let kind = kinds.get(&BehaviourKind::from(behaviour));
    kind.is_some_and(|kind| !kind.growth.is_zero())
}

fn own_tier(state: &AccountState) -> TierState {
    let id = |text: &String| TierId::from(text.as_str());
    TierState {
        own: state.own.as_ref().map(id),
        reached: state.reached,
        review: state.review,
        floor: state.floor.as_ref().map(id),
    }
}

/// Where not all that counts is known: what is shown is earned at, and never reviewed here.
fn shown_only(program: &Program, m: &Member) -> TierState {
    let shown = TierId::from(m.tier.as_str());
    TierState {
        floor: program.rank_of(&shown).is_some().then_some(shown),
        ..TierState::default()
    }
}

/// A lot, what of it is free, and what of it counters hold.
struct SplitLot {
    lot: Lot,
    held: Points,
}

impl SplitLot {
    /// A lot without a last day.
    fn rest(id: u64, points: Points, earned: NaiveDate) -> Self {
        Self {
            lot: Lot {
                id: LotId(id),
                points,
                earned,
                expires: None,
            },
            held: Points::ZERO,
        }
    }

    /// Her lots. What an older centre leaves out is made up: numbers in the order of spending, what
    /// counters hold from the first lots, what is beyond the lots that it tells in one without a date.
    fn of(m: &Member, today: NaiveDate) -> Vec<Self> {
        let told = m.account.is_some();
        let mut unheld = m.available;
        let all: Points = m.lots.iter().map(|l| l.points).sum();
        let mut in_escrow = (m.balance + m.debt - m.available).floor_zero();
        let mut split: Vec<Self> = m
            .lots
            .iter()
            .enumerate()
            .map(|(i, l)| {
                let held = if told {
                    l.held
                } else {
                    in_escrow.min(l.points)
                };
                in_escrow -= held;
                unheld -= l.points - held;
                Self {
                    lot: Lot {
                        id: LotId(if told { l.n } else { i as u64 + 1 }),
                        points: l.points - held,
                        earned: l.earned.unwrap_or(today),
                        expires: l.expires,
                    },
                    held,
                }
            })
            .collect();
        let beyond = m.balance + m.debt - all;
        if !told && beyond.is_positive() {
            let mut rest = Self::rest(m.lots.len() as u64 + 1, unheld.floor_zero(), today);
            rest.held = beyond - rest.lot.points;
            split.push(rest);
        }
        split
    }
}

/// Takes what an allowance of this counter had before the operations out of what the cache shows as held;
/// where the cache is older than the allowance, out of what it shows as free.
fn place(split: &mut [SplitLot], own: &OwnGrant, taken: &Taken) -> Result<Vec<Held>> {
    let mut left = by_lot(own)?;
    // in the order of spending, as it was spent
    let order = |id: LotId| split.iter().position(|s| s.lot.id == id);
    left.sort_by_key(|(id, _)| order(*id).unwrap_or(usize::MAX));
    let mut gone = own.gone - taken.get(&own.id).copied().unwrap_or_default();
    for (_, points) in &mut left {
        let part = gone.min(*points);
        *points -= part;
        gone -= part;
    }
    let mut held: Vec<Held> = Vec::new();
    let mut hold = |lot: LotId, points: Points| {
        if points.is_positive() {
            match held.iter_mut().find(|h| h.lot == lot) {
                Some(h) => h.points += points,
                None => held.push(Held { lot, points }),
            }
        }
    };
    let mut astray = Points::ZERO;
    for (id, mut missing) in left {
        if let Some(s) = split.iter_mut().find(|s| s.lot.id == id) {
            hold(id, take(&mut s.held, &mut missing));
            hold(id, take(&mut s.lot.points, &mut missing));
        }
        astray += missing;
    }
    // of lots that the cache does not know yet: what she has in all stays right
    for s in split.iter_mut() {
        hold(s.lot.id, take(&mut s.lot.points, &mut astray));
    }
    for s in split.iter_mut() {
        hold(s.lot.id, take(&mut s.held, &mut astray));
    }
    Ok(held)
}

fn take(from: &mut Points, missing: &mut Points) -> Points {
    let part = (*from).min(*missing);
    *from -= part;
    *missing -= part;
    part
}

fn by_lot(own: &OwnGrant) -> Result<Vec<(LotId, Points)>> {
    own.lots
        .iter()
        .map(|l| {
            let id = l.lot.parse().map_err(|_| {
                Error::OutboxDamaged("an allowance of a lot without a number".into())
            })?;
            Ok((LotId(id), l.points))
        })
        .collect()
}
