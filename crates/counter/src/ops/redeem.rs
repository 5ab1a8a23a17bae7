//! Redeeming points: one path, online and offline.
//!
//! Have an allowance, asking for a top-up where it is short; spend it here; push. Nothing is
//! spent where the top-up has not come in time, and the clerk is told how much is possible now.

use super::signin::SignedIn;
use crate::books::{self, Books, refused};
use crate::cache;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::outbox::{self, Draft, Summary};
use crate::search::mask::shown_as;
use crate::shelf::check;
use crate::view::{
    CashTerms, RedeemDone, RedeemOptions, RedeemRequest, RedeemWhat, RewardStatus, RewardView,
};
use ingredients::{Allergies, List};
use loyalty::program::Rank;
use loyalty::{Money, Points, Rate, TierId};
use protocol::OpId;
use protocol::entity::{Member, Reward, RewardKind};
use protocol::operation::{Body, Redeemed, Redemption};

/// Most pieces of one reward at a time.
pub(crate) const PIECES: u32 = 99;

impl Engine {
    /// What a member can have for her points now.
    ///
    /// # Errors
    /// [`Error::MemberUnknown`], or where the files cannot be read.
    pub fn redeem_options(&self, member_id: &str) -> Result<RedeemOptions> {
        self.members_are_shown()?;
        let member = self
            .cache(|c| cache::one::<Member>(c, member_id))?
            .ok_or(Error::MemberUnknown)?;
        let books = self.books_by_the_rules(Some(&member), None)?;
        let online = self.shared.net().reached == Some(true);
        let (possible_now, limit) = self.possible(&books, &member, online)?;
        let stock = self.stock()?;
        let allergies = self.allergies_of(&member)?;
        let mut rewards: Vec<RewardView> = self
            .cache(cache::rewards)?
            .iter()
            .map(|r| reward_view(r, &allergies, &books, stock.of(&r.id), possible_now))
            .collect();
        rewards.sort_by_key(|r| r.points);
        let terms = &books.program().doc().redeem;
        Ok(RedeemOptions {
            points: books.points(&member),
            online,
            possible_now,
            limit,
            rewards,
            cash: CashTerms {
                yuan_per_point: terms.yuan_per_point.decimal().normalize().to_string(),
                minimum: terms.minimum,
                step: terms.step,
                step_worth: books.program().worth(terms.step),
                max_share: terms.max_share.decimal().normalize().to_string(),
                max_percent: whole_percent(terms.max_share),
            },
        })
    }

    /// Redeems. Once this returns it is on the disk: the points are spent, once.
    ///
    /// Waits up to 1.5 seconds for a top-up where this counter's allowance is short.
    ///
    /// # Errors
    /// What the rules refuse; [`Error::PresenceNeeded`] and what is wrong with what shows that she is there;
    /// [`Error::OfflineLimit`] with what is possible now. Nothing was
    /// spent then.
    pub fn redeem(&self, clerk: &SignedIn, request: &RedeemRequest) -> Result<RedeemDone> {
        self.members_are_shown()?;
        let identity = self.shared.identity()?.ok_or(Error::NotEnrolled)?;
        let member = self
            .cache(|c| cache::one::<Member>(c, &request.member_id))?
            .ok_or(Error::MemberUnknown)?;
        let books = self.books_by_the_rules(Some(&member), None)?;
        let (points, what) = self.priced(&request.what, &books)?;
        self.obtain(&member, points, &[])?;
        // nobody is asked for what cannot be done
        let asked = request.presence.as_ref();
        let present = self.present(books.program(), &member, points, asked)?;
        let now = self.shared.now()?;
        let op_id = OpId::fresh();
        let (name, pieces, worth) = match &what {
            Redeemed::Reward { name, qty, .. } => (name.clone(), *qty, None),
            Redeemed::Cash { worth, .. } => (String::new(), 0, Some(*worth)),
        };
        let wrong = self.shared.outbox().write(|tx| {
            if let Some(wrong) = present.settle(tx, now)? {
                return Ok(Some(wrong));
            }
            let spends = self.spend(tx, member.id.as_str(), points, now)?;
            let body = Body::Redemption(Redemption {
                member: member.id.clone(),
                store: identity.store.clone(),
                points,
                spends,
                what,
                presence: present.shown,
                approval: present.approved.as_ref().map(|by| by.approval.clone()),
            });
            let summary = Summary {
                who: shown_as(&member.name, &member.phone),
                member: Some(member.id.to_string()),
                pieces,
                what: name,
                money: worth,
                spent: points,
                ..Summary::default()
            };
            outbox::append(
                tx,
                &Draft {
                    op_id,
                    hands: clerk
                        .hands()
                        .approved_by(present.approved.as_ref().map(|by| by.hand.clone())),
                    program: books.version()?,
                    at: now,
                    body,
                    personal: Vec::new(),
                    summary,
                },
            )?;
            Ok(None)
        })?;
        if let Some(wrong) = wrong {
            return Err(wrong);
        }
        self.appended(Some(&member.id));
        let after = self.books(Some(&member), None)?;
        Ok(RedeemDone {
            op_id: op_id.to_string(),
            points,
            worth,
            balance_after: after.balance() - after.unconfirmed(),
            offline_usable: after.usable_here(),
        })
    }

    /// The most that may be redeemed now and, where that is less than she has, the stable word of why.
    pub(super) fn possible(
        &self,
        books: &Books,
        member: &Member,
        online: bool,
    ) -> Result<(Points, Option<String>)> {
        if books.frozen() {
            return Ok((Points::ZERO, Some("frozen".to_owned())));
        }
        let here = books.usable_here();
        let device = self.sync_state()?.standing;
        let (possible, why) = if let Some(device) = device {
            let word = match device {
                crate::view::Restriction::Recovering => "no_grants",
                other => other.word(),
            };
            (here, word)
        } else if online {
            (books.usable_online(), "held_elsewhere")
        } else {
            let now = self.shared.now()?;
            let barred = self
                .shared
                .outbox()
                .read(|c| outbox::barred_by(c, member.id.as_str(), now))?;
            (here, barred.unwrap_or("offline"))
        };
        // what is held while she owes more is not hers to spend
        let possible = possible.min(books.there());
        Ok((possible, (possible < books.there()).then(|| why.to_owned())))
    }

    /// Points and words of what is asked, where the rules allow it.
    pub(super) fn priced(&self, what: &RedeemWhat, books: &Books) -> Result<(Points, Redeemed)> {
        let program = books.program();
        let there = if books.frozen() {
            Points::ZERO
        } else {
            books.there()
        };
        let refuse = |refusal, possible| Err(Error::Rules { refusal, possible });
        match what {
            RedeemWhat::Reward { id, qty } => {
                if *qty < 1 || *qty > PIECES {
                    return Err(Error::QuantityInvalid {
                        qty: *qty,
                        max: PIECES,
                    });
                }
                let reward = self
                    .cache(|c| cache::reward(c, id))?
                    .ok_or(Error::RewardUnknown)?;
                if !reaches(books, &reward) {
                    return Err(Error::RewardTier);
                }
                if let Some(left) = self.stock()?.of(&reward.id)
                    && left < *qty
                {
                    return Err(Error::RewardOutOfStock { left });
                }
                let points = Points(reward.points.0.saturating_mul(i64::from(*qty)));
                if books.frozen() {
                    return refuse(loyalty::Refusal::Frozen, Points::ZERO);
                }
                if points > there {
                    return refuse(loyalty::Refusal::NotEnoughPoints, there);
                }
                let reward = Redeemed::Reward {
                    reward: reward.id.clone(),
                    name: reward.name.clone(),
                    qty: *qty,
                };
                Ok((points, reward))
            }
            RedeemWhat::Cash { points, bill } => {
                if !points.is_positive()
                    || !points.is_amount()
                    || *bill <= Money::ZERO
                    || !bill.is_amount()
                {
                    return Err(Error::AmountInvalid);
                }
                let most = loyalty::most_redeemable(program, Some(*bill), there);
                if books.frozen() {
                    return refuse(loyalty::Refusal::Frozen, Points::ZERO);
                }
                loyalty::check_redemption(program, *points, Some(*bill), there)
                    .map_err(|r| refused(&r.into(), most))?;
                let worth = books::worth(program, *points, *bill)?;
                Ok((*points, Redeemed::Cash { bill: *bill, worth }))
            }
        }
    }
}

/// A share in whole per cent.
fn whole_percent(share: Rate) -> u32 {
    let share = share.decimal();
    let whole = 10_i128.pow(share.scale());
    let percent = (2 * 100 * share.mantissa() + whole) / (2 * whole);
    u32::try_from(percent).unwrap_or(u32::MAX)
}

fn reaches(books: &Books, reward: &Reward) -> bool {
    let program = books.program();
    let rank = |id: &TierId| program.rank_of(id);
    // a tier that the program no longer has bars nobody
    let own = rank(books.tier()).unwrap_or(Rank::LOWEST);
    reward
        .min_tier
        .as_deref()
        .and_then(|id| rank(&TierId::from(id)))
        .is_none_or(|least| own >= least)
}

fn reward_view(
    r: &Reward,
    allergies: &Allergies,
    books: &Books,
    stock: Option<u32>,
    possible_now: Points,
) -> RewardView {
    let there = books.there();
    let status = if !reaches(books, r) {
        let tier = r.min_tier.as_deref().map(TierId::from);
        let label = books
            .program()
            .tiers()
            .find(|t| Some(&t.id) == tier.as_ref())
            .and_then(|t| t.label.clone());
        let label = label.unwrap_or_default();
        RewardStatus::Tier {
            name_zh: label.zh,
            name_en: label.en,
        }
    } else if stock == Some(0) {
        RewardStatus::OutOfStock
    } else if r.points > there {
        RewardStatus::NotEnough {
            more: r.points - there,
        }
    } else if r.points > possible_now {
        RewardStatus::OnlineOnly {
            more: r.points - possible_now,
        }
    } else {
        RewardStatus::Possible
    };
    let mut allergy = check(allergies, &List::of(&r.allergens));
    allergy.unlisted &= r.kind != RewardKind::Service;
    let kind = match r.kind {
        RewardKind::Sample => "sample",
        RewardKind::Product => "product",
        RewardKind::Service => "service",
    };
    RewardView {
        id: r.id.clone(),
        name: r.name.clone(),
        name_en: r.name_en.clone(),
        size: r.size.clone(),
        kind: kind.to_owned(),
        points: r.points,
        swatch: r.swatch.clone(),
        allergens: allergy.names(),
        allergy,
        stock,
        status,
    }
}
