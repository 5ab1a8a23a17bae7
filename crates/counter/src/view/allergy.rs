//! Allergies, and what products have of them.

use super::Words;
use serde::{Deserialize, Serialize};

/// An allergy by its meaning: two spellings of one are one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct AllergyView {
    /// Its name; a free word as it was said in both languages.
    pub name: Words,
    /// Every way in which it was said, as it was said.
    pub said: Vec<String>,
    /// Whether the table of ingredients knows it. A free word warns only where a product's list has the same
    /// word.
    pub known: bool,
    /// Products sold here that list it, or a group that may hold it. Where none does, it warns of nothing now.
    pub products: u32,
}

/// An ingredient to choose as an allergy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct AllergyOption {
    /// Its name.
    pub name: Words,
    /// Other names of it, the one that was typed first; at most three.
    pub also: Vec<String>,
    /// The group under which it is listed; none for a group itself.
    pub group: Option<Words>,
    /// Whether it is a group of ingredients.
    pub is_group: bool,
    /// Products sold here that list it, or a group that may hold it.
    pub products: u32,
}

/// A warning: what a product has of one allergy of hers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct AllergenAlert {
    /// What she is allergic to.
    pub allergy: Words,
    /// What of it the product lists, where that is another word: 芳樟醇 of 香精.
    pub found: Vec<Words>,
    /// Whether it is in it; else it may be, because only a group or a mixture is listed.
    pub certain: bool,
}

/// How a product stands with a member's allergies.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct AllergyCheck {
    /// What of her allergies is in it or may be.
    pub alerts: Vec<AllergenAlert>,
    /// She has an allergy and the product has no list of ingredients: nobody knows that it suits her.
    pub unlisted: bool,
}

impl AllergyCheck {
    /// What she is allergic to and is in it or may be, in Chinese.
    pub(crate) fn names(&self) -> Vec<String> {
        self.alerts.iter().map(|a| a.allergy.zh.clone()).collect()
    }
}
