//! What to do or say next for the member in front of the clerk, each with its reason: by the occasions of
//! `loyalty`, and what suits her.
//!
//! Never a product with an ingredient that she is allergic to.

use crate::shelf::{Shelf, Shelved, check};
use crate::view::{Millis, NextStep, PointsView, TierView};
use chrono::{DateTime, Utc};
use ingredients::Allergies;
use loyalty::{Bought, Program};
use protocol::entity::{Member, Product, Receipt};
use std::collections::HashMap;

/// Steps on the page.
const MOST: usize = 6;
/// Products of one kind of reason on the page.
const RUNNING_OUT: usize = 2;
const SUITS: usize = 3;

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
        .is_some_and(|b| loyalty::is_birthday_month(b, program.business_date(now)))
    {
        steps.push(NextStep::BirthdayMonth);
    }
    if let Some((n, gap)) = tier.next.as_ref().and_then(|n| Some((n, n.gap?)))
        && loyalty::is_near_tier(gap)
    {
        steps.push(NextStep::NearTier {
            name_zh: n.name_zh.clone(),
            name_en: n.name_en.clone(),
            gap,
        });
    }
    if let Some(days) = loyalty::dormant_days(here.last, now) {
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
    let mut bought: HashMap<&str, Vec<Bought>> = HashMap::new();
    for r in receipts {
        for l in r.lines.iter().filter(|l| l.qty > l.returned) {
            bought.entry(l.sku.as_str()).or_default().push(Bought {
                at: r.at,
                pieces: l.qty - l.returned,
            });
        }
    }
    let mut due: Vec<(i64, NextStep)> = Vec::new();
    for Safe {
        product: p,
        unlisted,
    } in safe
    {
        let Some(times) = bought.remove(p.sku.as_str()) else {
            continue;
        };
        if let Some(said) = loyalty::replenishment(times, p.lasts_days, now) {
            due.push((
                said.days_left,
                NextStep::RunningOut {
                    sku: p.sku.clone(),
                    name: p.name.clone(),
                    name_en: p.name_en.clone(),
                    size: p.size.clone(),
                    price: p.price,
                    swatch: p.swatch.clone(),
                    bought: Millis::from(said.bought),
                    lasts_days: said.lasts_days,
                    own_rhythm: said.own_rhythm,
                    unlisted: *unlisted,
                },
            ));
        }
    }
    due.sort_by_key(|(left, _)| left.abs());
    due.into_iter()
        .take(RUNNING_OUT)
        .map(|(_, step)| step)
        .collect()
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
    fits.into_iter()
        .take(SUITS)
        .map(|(.., step)| step)
        .collect()
}
