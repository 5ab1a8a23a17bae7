//! One rule for all look-ups: an exact match wins over a folded one, and what is not one alone is asked about.

/// How what was typed is like what is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Likeness {
    /// The exact keys are equal.
    Exact,
    /// Only the folded keys are equal.
    Folded,
}

/// What a look-up found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found<T> {
    /// Nothing.
    None,
    /// The one that was meant.
    One(T),
    /// Each of these may be meant: somebody has to say which.
    Several(Vec<T>),
}

impl<T> Found<T> {
    /// The same with other values.
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Found<U> {
        let mut change = change;
        match self {
            Self::None => Found::None,
            Self::One(one) => Found::One(change(one)),
            Self::Several(all) => Found::Several(all.into_iter().map(change).collect()),
        }
    }

    /// The one that was meant; `Err` has those of whom one has to be named.
    ///
    /// # Errors
    /// Where there are several.
    pub fn one(self) -> Result<Option<T>, Vec<T>> {
        match self {
            Self::None => Ok(None),
            Self::One(one) => Ok(Some(one)),
            Self::Several(all) => Err(all),
        }
    }
}

/// Chooses among candidates: the exact ones where there are any, else the folded ones. One thing named twice is one.
pub fn choose<T: PartialEq>(candidates: impl IntoIterator<Item = (Likeness, T)>) -> Found<T> {
    let (mut exact, mut folded) = (Vec::new(), Vec::new());
    for (likeness, candidate) in candidates {
        let into = match likeness {
            Likeness::Exact => &mut exact,
            Likeness::Folded => &mut folded,
        };
        if !into.contains(&candidate) {
            into.push(candidate);
        }
    }
    let mut all = if exact.is_empty() { folded } else { exact };
    match all.len() {
        0 => Found::None,
        1 => all.pop().map_or(Found::None, Found::One),
        _ => Found::Several(all),
    }
}

#[cfg(test)]
mod tests {
    use super::Likeness::{Exact, Folded};
    use super::*;

    #[test]
    fn an_exact_match_wins_and_several_are_asked_about() {
        assert_eq!(choose::<u8>([]), Found::None);
        assert_eq!(choose([(Folded, 1)]), Found::One(1));
        assert_eq!(
            choose([(Folded, 1), (Exact, 2), (Folded, 3)]),
            Found::One(2)
        );
        assert_eq!(
            choose([(Folded, 1), (Folded, 2)]),
            Found::Several(vec![1, 2])
        );
        assert_eq!(
            choose([(Exact, 1), (Exact, 2), (Folded, 3)]),
            Found::Several(vec![1, 2])
        );
        assert_eq!(choose([(Exact, 1), (Folded, 1), (Exact, 1)]), Found::One(1));
    }
}
