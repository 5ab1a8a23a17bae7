//! Tiers as the screens name them.

use crate::books::Books;
use crate::view::{NextTier, TierName, TierView, Words};
use loyalty::program::{Label, Tier, TierBasis};
use loyalty::{Account, Money, Program, TierId};
use protocol::entity::Member;

/// A tier's names; one that the program does not have shows its id.
fn named(program: &Program, id: &TierId) -> TierName {
    let found = program.tiers().enumerate().find(|(_, t)| t.id == *id);
    let label = found.and_then(|(_, t)| t.label.clone()).unwrap_or_default();
    let or_id = |name: String| {
        if name.is_empty() {
            id.to_string()
        } else {
            name
        }
    };
    TierName {
        id: id.to_string(),
        rank: found.and_then(|(i, _)| u32::try_from(i).ok()).unwrap_or(0),
        name_zh: or_id(label.zh),
        name_en: or_id(label.en),
    }
}

/// The tier that an account shows.
pub(super) fn of(program: &Program, account: &Account) -> TierName {
    named(program, loyalty::shown_tier(program, account))
}

/// Her tier, what it brings, and the way to the next one.
pub(super) fn view(books: &Books, member: &Member) -> TierView {
    let program = books.program();
    let now = of(program, books.account());
    let qualifying = books.qualifying(member);
    let words = |l: &Label| Words {
        zh: l.zh.clone(),
        en: l.en.clone(),
    };
    let held: Option<&Tier> = program.tiers().find(|t| t.id.as_str() == now.id);
    let next = loyalty::next_tier(program, books.tier(), qualifying).map(|next| {
        let name = named(program, &next.tier.id);
        NextTier {
            name_zh: name.name_zh,
            name_en: name.name_en,
            gap: next.spend,
            missing: next.missing,
            climb: ratio(qualifying, next.tier.from),
        }
    });
    let review = books.account().rows().tier.review;
    TierView {
        by_growth: program.doc().tier_basis == TierBasis::Growth,
        multiplier: held.map_or_else(|| "1".to_owned(), |t| t.multiplier.to_string()),
        benefits: held.map_or_else(Vec::new, |t| t.benefits.iter().map(words).collect()),
        review: review
            .map(|at| program.business_date(at))
            .or(member.tier_review)
            .map(|day| day.to_string()),
        id: now.id,
        rank: now.rank,
        name_zh: now.name_zh,
        name_en: now.name_en,
        next,
    }
}

#[allow(clippy::cast_precision_loss)] // for drawing
fn ratio(part: Money, whole: Money) -> f64 {
    (part.fen() as f64 / whole.fen().max(1) as f64).clamp(0.0, 1.0)
}
