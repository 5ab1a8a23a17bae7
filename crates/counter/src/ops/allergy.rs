//! What a word for an allergy means, and what can be sold in place of what she is allergic to.

use crate::engine::Engine;
use crate::error::Result;
use crate::search::plain_reading;
use crate::shelf::{Shelf, Shelved, check};
use crate::view::{AllergyOption, AllergyView, Words};
use ingredients::{Allergies, Ingredient};
use protocol::entity::{Member, Product};
use std::sync::{Arc, LazyLock};

/// Most options of one question.
const MOST: usize = 20;
/// Other names that an option shows.
const ALSO: usize = 3;

impl Engine {
    /// What words for allergies mean, each allergy once; what says that there is none is left out.
    ///
    /// # Errors
    /// Where the cache cannot be read.
    pub fn read_allergies(&self, said: &[String]) -> Result<Vec<AllergyView>> {
        Ok(self.shelf()?.views(&Allergies::of(said)))
    }

    /// Ingredients that a clerk may mean by what was typed, in either language, by any name, CAS number,
    /// pinyin or initials; the likeliest first.
    ///
    /// # Errors
    /// Where the cache cannot be read.
    pub fn find_allergies(&self, typed: &str, limit: u32) -> Result<Vec<AllergyOption>> {
        let most = (limit as usize).min(MOST);
        let mut found: Vec<(Ingredient, Option<&str>)> = ingredients::search(typed, most)
            .into_iter()
            .map(|found| (found.of, Some(found.by)))
            .collect();
        for one in by_reading(typed) {
            if found.len() < most && !found.iter().any(|(of, _)| *of == one) {
                found.push((one, None));
            }
        }
        let shelf = self.shelf()?;
        Ok(found
            .into_iter()
            .map(|(one, by)| option(&shelf, one, by))
            .collect())
    }

    /// What she is allergic to, changes that this counter recorded a moment ago among it.
    pub(crate) fn allergies_of(&self, member: &Member) -> Result<Allergies> {
        let now = self.with_profile_changes(member.clone())?;
        Ok(Allergies::of(&now.allergies))
    }

    /// What is sold, its ingredients read.
    pub(crate) fn shelf(&self) -> Result<Arc<Shelf>> {
        self.cache(|c| self.shared.shelf(c))
    }
}

impl Shelf {
    /// What can be sold in place of a product that she is allergic to: of the same category, with a list of
    /// ingredients that has nothing of her allergies; of those, one for her skin and of about the same price.
    pub(crate) fn swap(
        &self,
        of: &Product,
        allergies: &Allergies,
        hers: &[&str],
    ) -> Option<&Product> {
        let safe = |p: &&Shelved| {
            p.product.sku != of.sku
                && !of.category.is_empty()
                && p.product.category == of.category
                && !p.list.is_missing()
                && check(allergies, &p.list).alerts.is_empty()
        };
        let fits = |p: &Product| {
            p.suits
                .iter()
                .filter(|w| hers.contains(&w.as_str()))
                .count()
        };
        let far = |p: &Product| match (p.price, of.price) {
            (Some(a), Some(b)) => (a.fen() - b.fen()).abs(),
            _ => i64::MAX,
        };
        self.products
            .iter()
            .filter(safe)
            .map(|p| &p.product)
            .min_by_key(|p| (std::cmp::Reverse(fits(p).min(1)), far(p), p.sku.clone()))
    }
}

fn option(shelf: &Shelf, one: Ingredient, by: Option<&str>) -> AllergyOption {
    let name = Words {
        zh: one.zh().to_owned(),
        en: one.en().to_owned(),
    };
    let shown = |n: &str| n != name.zh && n != name.en;
    let number = |n: &str| n.chars().all(|c| c.is_ascii_digit() || c == '-');
    let mut also: Vec<String> = by
        .filter(|n| shown(n))
        .map(str::to_owned)
        .into_iter()
        .collect();
    // two in Chinese, and one in English
    let (english, chinese): (Vec<&String>, Vec<&String>) =
        one.names().iter().partition(|n| n.is_ascii());
    for (names, most) in [(chinese, ALSO - 1), (english, ALSO)] {
        for other in names {
            if also.len() < most && shown(other) && !number(other) && !also.contains(other) {
                also.push(other.clone());
            }
        }
    }
    let allergies = Allergies::of(&[one.zh()]);
    let holding = allergies.all().iter().find(|a| a.of.contains(&one));
    AllergyOption {
        also,
        group: one.groups().next().map(|group| Words {
            zh: group.zh().to_owned(),
            en: group.en().to_owned(),
        }),
        is_group: one.is_group(),
        products: holding.map_or(0, |allergy| shelf.holding(allergy)),
        name,
    }
}

/// What people look for whose Chinese name sounds so: pinyin or initials from the beginning, two letters at least.
fn by_reading(typed: &str) -> Vec<Ingredient> {
    static READINGS: LazyLock<Vec<(String, String, Ingredient)>> = LazyLock::new(|| {
        ingredients::all()
            .filter(|one| one.is_common())
            .map(|one| {
                let (full, initials) = plain_reading(one.zh());
                (full, initials, one)
            })
            .collect()
    });
    let typed = typed.trim().to_ascii_lowercase().replace(' ', "");
    if typed.len() < 2 || !typed.bytes().all(|b| b.is_ascii_lowercase()) {
        return Vec::new();
    }
    READINGS
        .iter()
        .filter(|(full, initials, _)| full.starts_with(&typed) || initials.starts_with(&typed))
        .map(|(.., one)| *one)
        .collect()
}
