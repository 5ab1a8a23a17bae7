//! What to do or say next for the member in front of the clerk, each with its reason.
//!
//! Never a product with an ingredient that she is allergic to.

use crate::shelf::{Shelf, Shelved, check};
use crate::view::{Millis, NextStep, PointsView, TierView};
use chrono::{DateTime, Datelike, Utc};
use ingredients::Allergies;
use loyalty::{Money, Program};
use protocol::entity::{Member, Product, Receipt};
use std::collections::HashMap;

/// Steps on the page.
const MOST: usize = 6;
/// A gap to the next tier below this is worth a word.
const NEAR_TIER: Money = Money::from_fen(100_000);
/// Days without a purchase after which a member is dormant.
const DORMANT_DAYS: i64 = 90;
/// Days before the usual use-up at which to speak of it, at most, and after it until when: to remind before is
/// a service, long after it she has bought elsewhere or does not want it.
const SOON: i64 = 14;
const PAST: i64 = 21;

/// When she is in front of the clerk.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Here {
    /// Now.
    pub(crate) now: DateTime<Utc>,
    /// When she bought or was in a shop last, what this counter did since included; none = never.
    pub(crate) last: Option<DateTime<Utc>>,
}

#[allow(clippy::too_many_arguments)] // what a page knows of her
pub(crate) fn next_steps(
    member: &Member,
    allergies: &Allergies,
    tier: &TierView,
    points: &PointsView,
    receipts: &[&Receipt],
    shelf: &Shelf,
    program: &Program,
    here: Here,
) -> Vec<NextStep> {
    let now = here.now;
    let safe = safe(shelf, allergies);
    let expire = points
        .warning
        .clone()
        .map(|warning| NextStep::PointsExpire { warning });
    let (urgent, soon) = match points.warning.as_ref() {
        Some(w) if w.last => (expire, None),
        _ => (None, expire),
    };
    let mut steps: Vec<NextStep> = urgent.into_iter().collect();
    steps.extend(running_out(receipts, &safe, now));
    steps.extend(soon);
    if member
        .birthday
        .is_some_and(|b| b.month() == program.business_date(now).month())
    {
        steps.push(NextStep::BirthdayMonth);
    }
    if let Some((n, gap)) = tier.next.as_ref().and_then(|n| Some((n, n.gap?)))
        && gap <= NEAR_TIER
    {
        steps.push(NextStep::NearTier {
            name_zh: n.name_zh.clone(),
            name_en: n.name_en.clone(),
            gap,
        });
    }
    let silent = here.last.map(|at| (now - at).num_days());
    if let Some(days) = silent
        .filter(|d| *d >= DORMANT_DAYS)
        .and_then(|d| u32::try_from(d).ok())
    {
        steps.push(NextStep::Dormant { days });
    }
    if !member.consent_skin {
        steps.push(NextStep::NoSkinConsent);
    } else if member.skin.is_none() {
        steps.push(NextStep::TestSkin);
    } else {
        steps.extend(suits(member, receipts, &safe));
    }
    steps.truncate(MOST);
    steps
}

/// A product that may be proposed.
struct Safe<'a> {
    product: &'a Product,
    /// She has an allergy and it has no list of ingredients: it is not known to suit her.
    unlisted: bool,
}

/// Products with nothing of her allergies in their lists.
fn safe<'a>(shelf: &'a Shelf, allergies: &Allergies) -> Vec<Safe<'a>> {
    let safe = |p: &'a Shelved| {
        let found = check(allergies, &p.list);
        found.alerts.is_empty().then_some(Safe {
            product: &p.product,
            unlisted: found.unlisted,
        })
    };
    shelf.products.iter().filter_map(safe).collect()
}

/// Products bought that are about to be used up, by her own rhythm where she bought them twice.
fn running_out(receipts: &[&Receipt], safe: &[Safe<'_>], now: DateTime<Utc>) -> Vec<NextStep> {
    let mut bought: HashMap<&str, Vec<(DateTime<Utc>, u32)>> = HashMap::new();
    for r in receipts {
        for l in r.lines.iter().filter(|l| l.qty > l.returned) {
            bought
                .entry(l.sku.as_str())
                .or_default()
                .push((r.at, l.qty - l.returned));
        }
    }
    let mut due: Vec<(i64, NextStep)> = Vec::new();
    for Safe {
        product: p,
        unlisted,
    } in safe
    {
        let Some(times) = bought.get_mut(p.sku.as_str()) else {
            continue;
        };
        times.sort_by_key(|(at, _)| *at);
        let Some(&(last, qty)) = times.last() else {
            continue;
        };
        let rhythm = own_rhythm(times);
        let one = rhythm.unwrap_or_else(|| i64::from(p.lasts_days));
        if one <= 0 {
            continue;
        }
        let lasts = one.saturating_mul(i64::from(qty));
        let left = (last - now).num_days() + lasts;
        if speaks_of(lasts).contains(&left) {
            due.push((
                left,
                NextStep::RunningOut {
                    sku: p.sku.clone(),
                    name: p.name.clone(),
                    name_en: p.name_en.clone(),
                    size: p.size.clone(),
                    price: p.price,
                    swatch: p.swatch.clone(),
                    bought: Millis::from(last),
                    lasts_days: u32::try_from(one).unwrap_or(u32::MAX),
                    own_rhythm: rhythm.is_some(),
                    unlisted: *unlisted,
                },
            ));
        }
    }
    due.sort_by_key(|(left, _)| left.abs());
    due.into_iter().take(2).map(|(_, step)| step).collect()
}

/// Days left at which to speak of what lasts so long: never while most of it is there, and not long after.
fn speaks_of(lasts: i64) -> std::ops::RangeInclusive<i64> {
    -PAST.min(lasts / 2)..=SOON.min(lasts / 3)
}

/// Mean days that one piece lasted her, where she bought it at least three times.
fn own_rhythm(times: &[(DateTime<Utc>, u32)]) -> Option<i64> {
    let (first, last) = (times.first()?, times.last()?);
    if times.len() < 3 {
        return None;
    }
    let pieces: i64 = times
        .iter()
        .take(times.len() - 1)
        .map(|(_, q)| i64::from(*q))
        .sum();
    let days = (last.0 - first.0).num_days();
    (pieces > 0 && days >= 14).then(|| days / pieces)
}

/// Products that suit her skin and concerns and that she has not bought.
fn suits(member: &Member, receipts: &[&Receipt], safe: &[Safe<'_>]) -> Vec<NextStep> {
    let skin = member.skin.clone().unwrap_or_default();
    let words: Vec<&str> = [
        &skin.moisture,
        &skin.sensitivity,
        &skin.pigmentation,
        &skin.ageing,
    ]
    .into_iter()
    .chain(&member.concerns)
    .map(String::as_str)
    .filter(|w| !w.is_empty())
    .collect();
    let has = |sku: &str| {
        receipts
            .iter()
            .any(|r| r.lines.iter().any(|l| l.sku == sku))
    };
    let mut fits: Vec<(bool, usize, NextStep)> = safe
        .iter()
        .filter(|p| !has(&p.product.sku))
        .filter_map(
            |Safe {
                 product: p,
                 unlisted,
             }| {
                let because: Vec<String> = p
                    .suits
                    .iter()
                    .filter(|w| words.contains(&w.as_str()))
                    .cloned()
                    .collect();
                let step = NextStep::Suits {
                    sku: p.sku.clone(),
                    name: p.name.clone(),
                    name_en: p.name_en.clone(),
                    size: p.size.clone(),
                    price: p.price,
                    swatch: p.swatch.clone(),
                    because: because.clone(),
                    unlisted: *unlisted,
                };
                (!because.is_empty()).then_some((*unlisted, because.len(), step))
            },
        )
        .collect();
    // what is known to suit her first
    fits.sort_by_key(|(unlisted, n, _)| (*unlisted, std::cmp::Reverse(*n)));
    fits.into_iter().take(3).map(|(.., step)| step).collect()
}
