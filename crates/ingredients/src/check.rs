//! Whether a product has what somebody is allergic to.

use crate::fold::Text;
use crate::list::{Item, List};
use crate::table::{Ingredient, Set};
use crate::words::{self, Known};
use std::sync::OnceLock;

/// A name in both languages; what the table does not know is as it was written in both.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Named {
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

impl Named {
    fn written(word: &str) -> Self {
        Self {
            zh: word.to_owned(),
            en: word.to_owned(),
        }
    }
}

impl Named {
    /// An ingredient that was met by a name.
    fn met(one: Ingredient, key: &str) -> Self {
        let by = |name: &&String| one.is_several() && Text::of(name).compact == key;
        if let Some(written) = one.names().iter().find(by) {
            return Self::written(written);
        }
        Self {
            zh: one.zh().to_owned(),
            en: one.en().to_owned(),
        }
    }
}

/// What a person is allergic to, by meaning: two spellings of one allergy are one.
#[derive(Debug, Default)]
pub struct Allergies {
    all: Vec<Allergy>,
}

/// One allergy.
#[derive(Debug)]
pub struct Allergy {
    /// Every way in which it was said, as it was said.
    pub said: Vec<String>,
    /// What the table knows of it; all that the word may mean, the likeliest first. Empty for a free word.
    pub of: Vec<Ingredient>,
    /// The name to show.
    pub named: Named,
    /// A free word, folded; else nothing.
    text: Text,
    sets: OnceLock<Sets>,
}

/// What warns of an allergy.
#[derive(Debug)]
struct Sets {
    certain: Set,
    possible: Set,
}

/// A warning: what a product has of one allergy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// What she is allergic to.
    pub allergy: Named,
    /// What of it the product lists, where that is another word: 香精 → 芳樟醇.
    pub found: Vec<Named>,
    /// Whether it is in it; else it may be, because only a group or a mixture is listed.
    pub certain: bool,
}

impl Allergies {
    /// Reads what was told of a person, each as it was said: a word, several, a sentence. What says that there is
    /// none (「无」, "no known allergies") is no allergy.
    #[must_use]
    pub fn of<S: AsRef<str>>(told: &[S]) -> Self {
        let mut out = Self::default();
        for said in told.iter().map(AsRef::as_ref) {
            let reading = words::read(said);
            for Known { of, key } in reading.known {
                let named = Named::met(of[0], &key);
                out.add(said, of, named, Text::default());
            }
            for word in reading.free {
                let text = Text::of(&word);
                out.add(said, Vec::new(), Named::written(&word), text);
            }
        }
        out
    }

    fn add(&mut self, said: &str, of: Vec<Ingredient>, named: Named, text: Text) {
        let same = |one: &&mut Allergy| match (one.of.first(), of.first()) {
            (Some(a), Some(b)) => a == b && one.named == named,
            (None, None) => one.text.compact == text.compact,
            _ => false,
        };
        if let Some(known) = self.all.iter_mut().find(same) {
            if !known.said.iter().any(|s| s == said) {
                known.said.push(said.to_owned());
            }
            for one in of {
                if !known.of.contains(&one) {
                    known.of.push(one);
                }
            }
        } else {
            self.all.push(Allergy {
                said: vec![said.to_owned()],
                of,
                named,
                text,
                sets: OnceLock::new(),
            });
        }
    }

    /// Each once, in the order in which they were told.
    #[must_use]
    pub fn all(&self) -> &[Allergy] {
        &self.all
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// What of a list she is allergic to. Nothing is said of a product without a list: see
    /// [`List::is_missing`].
    #[must_use]
    pub fn check(&self, list: &List) -> Vec<Alert> {
        self.all.iter().filter_map(|one| one.check(list)).collect()
    }
}

impl Allergy {
    /// Whether the table knows it. A free word warns only where a product lists the same word.
    #[must_use]
    pub fn is_known(&self) -> bool {
        !self.of.is_empty()
    }

    /// Whether a list has something of it or may have: [`Allergy::check`] without saying what.
    #[must_use]
    pub fn concerns(&self, list: &List) -> bool {
        list.items.iter().any(|item| {
            let mut met = item.known.iter().flat_map(|known| &known.of);
            met.any(|one| self.sets().certain.contains(*one) || self.sets().possible.contains(*one))
                || self.as_written(item)
        })
    }

    /// What of a list it is about, if anything.
    #[must_use]
    pub fn check(&self, list: &List) -> Option<Alert> {
        let mut found: Vec<(bool, Named)> = Vec::new();
        let mut itself = None;
        for item in &list.items {
            let mut note = |certain: bool, named: Named| {
                if let Some(known) = found.iter_mut().find(|(_, n)| *n == named) {
                    known.0 |= certain;
                } else {
                    found.push((certain, named));
                }
            };
            if self.as_written(item) {
                note(true, Named::written(&item.shown));
            }
            let met = item
                .known
                .iter()
                .flat_map(|k| k.of.iter().map(|one| (*one, &k.key)));
            for (one, key) in met {
                if self.of.contains(&one) {
                    itself.get_or_insert_with(|| Named::met(one, key));
                } else if self.sets().certain.contains(one) {
                    note(true, Named::met(one, key));
                } else if self.sets().possible.contains(one) {
                    note(false, Named::met(one, key));
                }
            }
        }
        if itself.is_none() && found.is_empty() {
            return None;
        }
        let certain = itself.is_some() || found.iter().any(|(certain, _)| *certain);
        found.retain(|(sure, _)| *sure || !certain);
        let allergy = itself.unwrap_or_else(|| self.named.clone());
        found.retain(|(_, named)| *named != allergy);
        Some(Alert {
            allergy,
            found: found.into_iter().map(|(_, named)| named).collect(),
            certain,
        })
    }

    fn sets(&self) -> &Sets {
        self.sets.get_or_init(|| {
            let certain = self.of.iter().flat_map(|one| one.certain()).collect();
            let possible = self.of.iter().flat_map(|one| one.possible()).collect();
            Sets { certain, possible }
        })
    }

    /// Whether a free word is on the list as it is written, or the other way round.
    fn as_written(&self, item: &Item) -> bool {
        !self.text.is_empty()
            && (item.text.contains(&self.text.compact)
                || (item.text.compact.chars().count() > 1
                    && self.text.contains(&item.text.compact)))
    }
}
