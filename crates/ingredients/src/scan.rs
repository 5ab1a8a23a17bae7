//! Known names in a text: the longest from each place on, one after another.

use crate::fold::{Kind, Text, Token};
use crate::table::{Ingredient, Name, Stands};

/// A known name in a text.
#[derive(Debug, Clone)]
pub(crate) struct Match {
    /// Its first token, and the one after its last.
    pub(crate) from: usize,
    to: usize,
    /// What it names; several where people use the name for several.
    pub(crate) of: Vec<Ingredient>,
    /// The name, folded.
    pub(crate) key: String,
}

/// Before a name these make it a part of a longer chemical name: 苯氧乙醇.
const BEFORE: &str = "基氧酰聚氨苯羟甲丙丁戊己庚辛壬癸异正叔仲氯溴碘氟硝硫磷双二三四多缩";
/// After it: 乙醇酸.
const AFTER: &str = "酸胺酰基醚醛酮脂苷";
/// After any name: 椰油酰, 椰油基.
const RADICAL: &str = "酰基";

/// Finds them. `filler` marks tokens that say nothing (对, allergic); it may be empty for none. `names` is sorted.
pub(crate) fn matches(text: &Text, filler: &[bool], names: &[Name]) -> Vec<Match> {
    let mut found: Vec<Match> = Vec::new();
    let mut at = 0;
    while at < text.tokens.len() {
        match longest(text, at, filler, names, found.last()) {
            Some(m) => {
                at = m.to;
                found.push(m);
            }
            None => at += 1,
        }
    }
    found
}

fn longest(
    text: &Text,
    from: usize,
    filler: &[bool],
    names: &[Name],
    last: Option<&Match>,
) -> Option<Match> {
    let start = text.tokens[from].start;
    let mut range = names;
    let mut best = None;
    for (to, token) in text.tokens.iter().enumerate().skip(from) {
        let prefix = &text.compact[start..token.end];
        let stands = |name: &&Name| {
            let occurrence = Occurrence {
                text,
                filler,
                from,
                to: to + 1,
                touches: last.is_some_and(|m| m.to == from),
            };
            occurrence.allows(name.stands)
        };
        let mut met: Vec<&Name> = plural(token, prefix)
            .flat_map(|single| equal(range, single))
            .filter(stands)
            .collect();
        range = &range[range.partition_point(|n| n.key.as_str() < prefix)..];
        range = &range[..range.partition_point(|n| n.key.starts_with(prefix))];
        let exact: Vec<&Name> = equal(range, prefix).filter(stands).collect();
        if !exact.is_empty() {
            met = exact;
        }
        if let Some(first) = met.first() {
            best = Some(Match {
                from,
                to: to + 1,
                of: met.iter().map(|name| name.of).collect(),
                key: first.key.clone(),
            });
        }
        if range.is_empty() {
            break;
        }
    }
    best
}

/// What a word in the plural may be the plural of.
fn plural<'a>(token: &Token, prefix: &'a str) -> impl Iterator<Item = &'a str> + use<'a> {
    let long = token.kind == Kind::Letters && token.end - token.start >= 4;
    let ends = if long { ["s", "es"].as_slice() } else { &[] };
    ends.iter().filter_map(|end| prefix.strip_suffix(end))
}

fn equal<'a>(names: &'a [Name], key: &str) -> impl Iterator<Item = &'a Name> + use<'a> {
    let from = names.partition_point(|n| n.key.as_str() < key);
    let len = names[from..].partition_point(|n| n.key == key);
    names[from..from + len].iter()
}

/// An occurrence of a name in a text, and what stands beside it.
struct Occurrence<'a> {
    text: &'a Text,
    filler: &'a [bool],
    from: usize,
    to: usize,
    /// Whether another name ends where it begins.
    touches: bool,
}

impl Occurrence<'_> {
    fn allows(&self, stands: Stands) -> bool {
        let before = self.before();
        let after = self.after();
        let first = self.text.tokens[self.from];
        let last = self.text.tokens[self.to - 1];
        let one_of = |token: Option<&Token>, chars: &str| {
            token.is_some_and(|t| t.kind == Kind::Han && chars.contains(self.word(t)))
        };
        if last.kind == Kind::Han && one_of(after, RADICAL) {
            return false;
        }
        let beside = |token: Option<&Token>, kind: Kind| token.is_some_and(|t| t.kind == kind);
        let word = |token: Option<&Token>| token.is_some_and(|t| t.kind != Kind::Digits);
        match stands {
            Stands::Anywhere => true,
            Stands::OutsideChemicals if first.kind == Kind::Letters => {
                !beside(before, Kind::Letters)
            }
            Stands::OutsideChemicals => !one_of(before, BEFORE) && !one_of(after, AFTER),
            Stands::Alone => !word(before) && !word(after),
        }
    }

    fn word(&self, token: &Token) -> &str {
        &self.text.compact[token.start..token.end]
    }

    fn says_nothing(&self, index: usize) -> bool {
        self.filler.get(index).copied().unwrap_or(false)
    }

    /// The word before it, if it says something and is no name itself. A space ends a word of Han; a name of
    /// letters may go on behind it.
    fn before(&self) -> Option<&Token> {
        let index = self.from.checked_sub(1)?;
        let first = self.text.tokens[self.from];
        let parted = first.apart && first.kind == Kind::Han;
        (!self.touches && !self.says_nothing(index) && !parted).then(|| &self.text.tokens[index])
    }

    fn after(&self) -> Option<&Token> {
        let token = self.text.tokens.get(self.to)?;
        let parted = token.apart && self.text.tokens[self.to - 1].kind == Kind::Han;
        (!self.says_nothing(self.to) && !parted).then_some(token)
    }
}
