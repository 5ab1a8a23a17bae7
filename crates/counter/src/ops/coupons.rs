//! A member's coupons: where each may be used, what it does to a basket, and which are best.

use crate::books::Books;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::view::{CouponChoice, CouponPlace, CouponView, GiftName};
use crate::{cache, outbox};
use loyalty::{Benefit, Combination, CouponOption, Money, Sku};
use protocol::entity::{Coupon, Member, Product};
use protocol::operation::SaleLine;

/// A member's coupons and a basket.
#[derive(Default)]
pub(super) struct Choices {
    pub(super) all: Vec<CouponChoice>,
    /// The best of those that may be used now.
    pub(super) best: Vec<String>,
}

impl Engine {
    /// Coupons that a member has, soonest expiry first, and where each may be used.
    ///
    /// # Errors
    /// [`Error::MemberUnknown`], or where the files cannot be read.
    pub fn coupons(&self, member_id: &str) -> Result<Vec<CouponView>> {
        self.members_are_shown()?;
        let member = self
            .cache(|c| cache::one::<Member>(c, member_id))?
            .ok_or(Error::MemberUnknown)?;
        let books = self.books(Some(&member), None)?;
        self.open_coupons(&member, &books)
    }

    /// Those that were not used, here or elsewhere, and whose day has not passed.
    fn open_coupons(&self, member: &Member, books: &Books) -> Result<Vec<CouponView>> {
        let today = books.program().business_date(books.now());
        let all = self.cache(|c| cache::coupons_of(c, member.id.as_str()))?;
        if all.is_empty() {
            return Ok(Vec::new());
        }
        let held = self
            .shared
            .outbox()
            .read(|c| outbox::held_coupons(c, member.id.as_str(), books.now()))?;
        let own = self.shared.identity()?.map(|me| me.device);
        let open = |c: &Coupon| {
            let now = books.account().coupon(&c.coupon.id);
            now.is_some_and(|c| c.used_by.is_none() && c.expires.is_none_or(|day| day >= today))
        };
        all.into_iter()
            .filter(open)
            .map(|c| {
                let place = if held.contains(c.coupon.id.as_str()) {
                    CouponPlace::Here
                } else if c.held_by.is_some() && c.held_by != own {
                    CouponPlace::Elsewhere
                } else {
                    CouponPlace::Free
                };
                self.coupon_view(c.coupon, place)
            })
            .collect()
    }

    /// A coupon for the screens.
    pub(super) fn coupon_view(&self, c: loyalty::Coupon, place: CouponPlace) -> Result<CouponView> {
        let gift = match &c.benefit {
            Benefit::Gift { gift, .. } => Some(self.gift_name(gift)?),
            Benefit::AmountOff { .. } | Benefit::PercentOff { .. } | Benefit::Factor { .. } => None,
        };
        Ok(CouponView {
            id: c.id.to_string(),
            benefit: c.benefit,
            gift,
            categories: c.categories.iter().map(ToString::to_string).collect(),
            skus: c.skus.iter().map(ToString::to_string).collect(),
            stacks: c.stacks,
            expires: c.expires.map(|d| d.to_string()),
            place,
        })
    }

    fn gift_name(&self, gift: &Sku) -> Result<GiftName> {
        if let Some(p) = self.cache(|c| cache::one::<Product>(c, gift.as_str()))? {
            return Ok(GiftName {
                name: p.name,
                name_en: p.name_en,
                size: p.size,
            });
        }
        let reward = self.cache(|c| cache::reward(c, gift.as_str()))?;
        Ok(reward.map_or_else(
            || GiftName {
                name: gift.to_string(),
                name_en: String::new(),
                size: String::new(),
            },
            |r| GiftName {
                name: r.name,
                name_en: r.name_en,
                size: r.size,
            },
        ))
    }

    /// What each of her coupons would do to a basket, and which of those that may be used now are best.
    pub(super) fn choices(
        &self,
        member: &Member,
        books: &Books,
        lines: &[SaleLine],
    ) -> Result<Choices> {
        let coupons = self.open_coupons(member, books)?;
        if coupons.is_empty() {
            return Ok(Choices::default());
        }
        let word = self.no_asking()?;
        let barred = |c: &CouponView| match c.place {
            CouponPlace::Here => None,
            CouponPlace::Free | CouponPlace::Elsewhere => word.clone(),
        };
        let ids = |keep: &dyn Fn(&CouponView) -> bool| -> Vec<String> {
            let kept = coupons.iter().filter(|c| keep(c));
            kept.map(|c| c.id.clone()).collect()
        };
        // whether another counter gives one back in time is not known before it is asked
        let sure = |c: &CouponView| barred(c).is_none() && c.place != CouponPlace::Elsewhere;
        let proposal = books.propose(lines, &ids(&sure))?;
        let mut all = Vec::with_capacity(coupons.len());
        for coupon in &coupons {
            let known = |o: &&CouponOption| o.id.as_str() == coupon.id;
            let option = match proposal.options.iter().find(known) {
                Some(option) => option.clone(),
                None => {
                    let among = ids(&|c| sure(c) || c.id == coupon.id);
                    let with_it = books.propose(lines, &among)?;
                    match with_it.options.into_iter().find(|o| known(&o)) {
                        Some(option) => option,
                        None => continue,
                    }
                }
            };
            all.push(choice(coupon.clone(), option, barred(coupon)));
        }
        Ok(Choices {
            all,
            best: names(&proposal.best),
        })
    }

    /// Why nothing can be asked of the centre now, in its stable word.
    fn no_asking(&self) -> Result<Option<String>> {
        if let Some(device) = self.sync_state()?.standing {
            return Ok(Some(device.word().to_owned()));
        }
        let online = self.shared.net().reached == Some(true);
        Ok((!online).then(|| "offline".to_owned()))
    }
}

impl Choices {
    /// Of coupons that were asked for, those that do not just lack something in the basket. What is not a
    /// coupon of hers that is open stays: the rules have the word for it.
    pub(super) fn applying(&self, asked: &[String]) -> Vec<String> {
        let applies = |id: &&String| {
            let choice = self.all.iter().find(|c| c.coupon.id == **id);
            choice.is_none_or(|c| c.refusal.is_none())
        };
        asked.iter().filter(applies).cloned().collect()
    }

    /// Shows what the chosen ones do together, `off` in all, and puts them first.
    pub(super) fn chosen(
        mut self,
        chosen: &[String],
        effects: &[loyalty::CouponEffect],
        off: Money,
    ) -> Vec<CouponChoice> {
        for choice in &mut self.all {
            choice.with_less = (off - choice.with_off).max(Money::ZERO);
            let effect = effects.iter().find(|e| e.id.as_str() == choice.coupon.id);
            if let Some(effect) = effect {
                choice.chosen = true;
                choice.off = effect.off;
                choice.points = effect.points;
            }
        }
        self.all.sort_by_key(|c| {
            let place = chosen.iter().position(|id| *id == c.coupon.id);
            let worth = std::cmp::Reverse((c.with_off, c.with_points));
            (
                place.unwrap_or(usize::MAX),
                c.refusal.is_some(),
                c.barred.is_some(),
                worth,
            )
        });
        self.all
    }
}

fn choice(coupon: CouponView, option: CouponOption, barred: Option<String>) -> CouponChoice {
    let with = option.best.unwrap_or_default();
    let (alone, why) = match option.alone {
        Ok(alone) => (alone, None),
        Err(why) => (Combination::default(), Some(why)),
    };
    CouponChoice {
        coupon,
        chosen: false,
        off: alone.off,
        points: alone.points,
        refusal: why.map(|w| w.refusal),
        missing: why.and_then(|w| w.missing),
        barred: barred.filter(|_| why.is_none()),
        with: names(&with),
        with_off: with.off,
        with_points: with.points,
        with_less: Money::ZERO,
    }
}

fn names(combination: &Combination) -> Vec<String> {
    let ids = combination.coupons.iter();
    ids.map(ToString::to_string).collect()
}
