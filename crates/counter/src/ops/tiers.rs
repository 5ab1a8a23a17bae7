//! Tiers as the screens name them.

use crate::books::Books;
use crate::view::{NextTier, TierName, TierView};
use loyalty::{Account, Money, Program, TierId};

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

/// Her tier and the way to the next one.
pub(super) fn view(books: &Books) -> TierView {
    let program = books.program();
    let now = of(program, books.account());
    let qualifying = books.qualifying();
    let next = program
        .tiers()
        .enumerate()
        .find(|(i, t)| *i > now.rank as usize && t.from > qualifying)
        .map(|(_, t)| {
            let name = named(program, &t.id);
            NextTier {
                name_zh: name.name_zh,
                name_en: name.name_en,
                gap: t.from - qualifying,
                climb: ratio(qualifying, t.from),
            }
        });
    TierView {
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
