//! Looking an ingredient up by any of its names.

use crate::fold::Text;
use crate::table::{Ingredient, table};
use std::collections::HashMap;

/// An ingredient, and the name by which it was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// What.
    pub of: Ingredient,
    /// The name that matched, as the table writes it.
    pub by: &'static str,
}

/// What somebody may mean by the beginning or a part of a name, the likeliest first: what is called exactly so,
/// what begins so, what has it somewhere; what people look for before what only a law lists.
#[must_use]
pub fn search(typed: &str, most: usize) -> Vec<Found> {
    let typed = Text::of(typed).compact;
    if typed.is_empty() {
        return Vec::new();
    }
    let mut best: HashMap<Ingredient, (Closeness, &str)> = HashMap::new();
    for name in &table().names {
        let Some(close) = closeness(&name.key, &typed) else {
            continue;
        };
        let found = (close, name.key.as_str());
        let kept = best.entry(name.of).or_insert(found);
        *kept = found.min(*kept);
    }
    let mut found: Vec<_> = best.into_iter().collect();
    found.sort_by_key(|(one, (close, key))| (*close, !one.is_common(), key.len(), *one));
    found
        .into_iter()
        .take(most)
        .map(|(of, (_, key))| {
            let by = of.names().iter().find(|n| Text::of(n).compact == key);
            let by = by.map_or(of.en(), String::as_str);
            Found { of, by }
        })
        .collect()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Closeness {
    Exact,
    Beginning,
    Part,
}

fn closeness(name: &str, typed: &str) -> Option<Closeness> {
    if name == typed {
        Some(Closeness::Exact)
    } else if name.starts_with(typed) {
        Some(Closeness::Beginning)
    } else if name.contains(typed) {
        Some(Closeness::Part)
    } else {
        None
    }
}
