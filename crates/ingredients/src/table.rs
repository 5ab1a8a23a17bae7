//! The table: ingredients and groups, how they hang together, and every name of each.

use crate::data;
use crate::fold::{Kind, Text};
use crate::scan;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::LazyLock;

/// A substance, a plant or a group of them, as the table knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ingredient(u16);

/// What the table knows of one.
#[derive(Debug, Default)]
pub(crate) struct Node {
    /// In Chinese; empty where the table has no Chinese name.
    zh: String,
    en: String,
    /// Every name and number, as written.
    names: Vec<String>,
    group: bool,
    /// Its names are of several things, so that none stands for all.
    several: bool,
    /// Written by hand, so people look for it.
    common: bool,
    parents: BTreeSet<Ingredient>,
    members: BTreeSet<Ingredient>,
    sources: BTreeSet<Ingredient>,
    derivatives: BTreeSet<Ingredient>,
    holders: BTreeSet<Ingredient>,
}

/// Where a name counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Stands {
    /// Anywhere that words begin and end.
    #[default]
    Anywhere,
    /// Not as a part of a longer chemical name.
    OutsideChemicals,
    /// Only by itself.
    Alone,
}

/// A name, folded.
#[derive(Debug)]
pub(crate) struct Name {
    pub(crate) key: String,
    pub(crate) of: Ingredient,
    pub(crate) stands: Stands,
}

#[derive(Debug, Default)]
pub(crate) struct Table {
    nodes: Vec<Node>,
    /// By key, then in the order of the nodes.
    pub(crate) names: Vec<Name>,
    /// The groups that are fragrance, and fragrance itself.
    fragrance: BTreeSet<Ingredient>,
}

static TABLE: LazyLock<Table> = LazyLock::new(build);

pub(crate) fn table() -> &'static Table {
    &TABLE
}

/// Reads the table now rather than at the first question.
pub fn prepare() {
    LazyLock::force(&TABLE);
}

/// Everything that the table knows.
pub fn all() -> impl Iterator<Item = Ingredient> {
    (0..table().nodes.len()).map(Ingredient::at)
}

impl Ingredient {
    // the table has a few thousand lines, which a test counts
    #[allow(clippy::cast_possible_truncation)]
    fn at(index: usize) -> Self {
        Self(index as u16)
    }

    fn node(self) -> &'static Node {
        &table().nodes[usize::from(self.0)]
    }

    /// Its name in Chinese; the English one where no Chinese name is known.
    #[must_use]
    pub fn zh(self) -> &'static str {
        let node = self.node();
        if node.zh.is_empty() {
            &node.en
        } else {
            &node.zh
        }
    }

    /// Its name in English.
    #[must_use]
    pub fn en(self) -> &'static str {
        &self.node().en
    }

    /// Every name and CAS number, as a label or a person writes them.
    #[must_use]
    pub fn names(self) -> &'static [String] {
        &self.node().names
    }

    /// Whether it is a group, such as 香精, that a label may give in place of what is in it.
    #[must_use]
    pub fn is_group(self) -> bool {
        self.node().group
    }

    /// Whether its names are of several things: then the name by which it was met is the one to show.
    #[must_use]
    pub(crate) fn is_several(self) -> bool {
        self.node().several
    }

    /// Whether people look for it, rather than that a list of a law has it.
    #[must_use]
    pub fn is_common(self) -> bool {
        self.node().common
    }

    /// The groups that it is directly part of.
    pub fn groups(self) -> impl Iterator<Item = Ingredient> {
        self.node().parents.iter().copied()
    }

    /// What a person who is allergic to it is warned of for certain: itself, all of a group, and what is made
    /// from it.
    pub(crate) fn certain(self) -> BTreeSet<Ingredient> {
        reach(self, |node| {
            node.members.union(&node.derivatives).copied().collect()
        })
    }

    /// What may be or hold it: groups that it is part of, mixtures that hold it, what it is made from.
    pub(crate) fn possible(self) -> BTreeSet<Ingredient> {
        let mut out = reach(self, |node| node.parents.clone());
        out.extend(&self.node().sources);
        for holder in &self.node().holders {
            out.insert(*holder);
            let groups = reach(*holder, |node| node.parents.clone());
            out.extend(groups.intersection(&table().fragrance));
        }
        out.remove(&self);
        out
    }
}

/// Some of the table's ingredients, asked for far more often than made.
#[derive(Debug)]
pub(crate) struct Set(Vec<bool>);

impl Set {
    pub(crate) fn contains(&self, one: Ingredient) -> bool {
        self.0.get(usize::from(one.0)).copied().unwrap_or(false)
    }
}

impl FromIterator<Ingredient> for Set {
    fn from_iter<I: IntoIterator<Item = Ingredient>>(all: I) -> Self {
        let mut out = vec![false; table().nodes.len()];
        for one in all {
            out[usize::from(one.0)] = true;
        }
        Self(out)
    }
}

/// All that is reached over and over, `from` among it.
fn reach(
    from: Ingredient,
    next: impl Fn(&'static Node) -> BTreeSet<Ingredient>,
) -> BTreeSet<Ingredient> {
    let mut seen = BTreeSet::from([from]);
    let mut open = vec![from];
    while let Some(one) = open.pop() {
        for to in next(one.node()) {
            if seen.insert(to) {
                open.push(to);
            }
        }
    }
    seen
}

/// The name of a line to show: the one with `=`, else the first.
fn shown(names: &[&str]) -> String {
    let chosen = names.iter().find(|name| name.starts_with('='));
    let name = chosen.or(names.first()).map_or("", |name| marked(name).0);
    name.to_owned()
}

/// A name without its mark, and what the mark means.
pub(crate) fn marked(name: &str) -> (&str, Stands) {
    let name = name.strip_prefix('=').unwrap_or(name);
    if let Some(bare) = name.strip_prefix('<').and_then(|n| n.strip_suffix('>')) {
        (bare, Stands::OutsideChemicals)
    } else if let Some(bare) = name.strip_prefix('!') {
        (bare, Stands::Alone)
    } else {
        (name, Stands::Anywhere)
    }
}

#[derive(Default)]
struct Builder {
    table: Table,
    by_name: HashMap<String, Ingredient>,
    /// Names that are there, each of its own.
    seen: HashSet<(Ingredient, String)>,
}

fn build() -> Table {
    let mut b = Builder::default();
    b.substances();
    b.groups();
    b.sort();
    b.annexes();
    b.sort();
    let fragrance = b.by_name.get("fragrance").copied();
    b.table.fragrance = fragrance
        .map(|f| {
            let mut family = BTreeSet::from([f]);
            let nodes = &b.table.nodes;
            family.extend(
                nodes[usize::from(f.0)]
                    .members
                    .iter()
                    .filter(|m| nodes[usize::from(m.0)].group),
            );
            family
        })
        .unwrap_or_default();
    b.table
}

impl Builder {
    fn add(&mut self, node: Node) -> Ingredient {
        self.table.nodes.push(node);
        Ingredient::at(self.table.nodes.len() - 1)
    }

    fn node(&mut self, one: Ingredient) -> &mut Node {
        &mut self.table.nodes[usize::from(one.0)]
    }

    /// A name that is read and not shown.
    fn also(&mut self, of: Ingredient, written: &str) {
        let shown = self.table.nodes[usize::from(of.0)].names.len();
        self.name(of, written);
        self.node(of).names.truncate(shown);
    }

    fn name(&mut self, of: Ingredient, written: &str) {
        let (bare, stands) = marked(written);
        let text = Text::of(bare);
        let short = match text.tokens.as_slice() {
            [one] => one.kind == Kind::Han || (one.kind == Kind::Letters && one.end <= 2),
            _ => false,
        };
        let key = text.compact;
        if !self.seen.insert((of, key.clone())) {
            return;
        }
        self.node(of).names.push(bare.to_owned());
        self.by_name.entry(key.clone()).or_insert(of);
        self.table.names.push(Name {
            key,
            of,
            stands: if short { Stands::Alone } else { stands },
        });
    }

    fn sort(&mut self) {
        self.table
            .names
            .sort_by(|a, b| (&a.key, a.of).cmp(&(&b.key, b.of)));
    }

    fn member(&mut self, group: Ingredient, member: Ingredient) {
        if group != member {
            self.node(group).members.insert(member);
            self.node(member).parents.insert(group);
        }
    }

    fn derived(&mut self, source: Ingredient, derivative: Ingredient) {
        if source != derivative {
            self.node(source).derivatives.insert(derivative);
            self.node(derivative).sources.insert(source);
        }
    }

    fn referred(&self, name: &str) -> Option<Ingredient> {
        self.by_name.get(&Text::of(name).compact).copied()
    }

    fn substances(&mut self) {
        for line in data::substances() {
            let one = self.add(Node {
                zh: shown(&line.zh),
                en: shown(&line.en),
                several: line.several,
                common: true,
                ..Node::default()
            });
            for name in line.en.iter().chain(&line.zh).chain(&line.cas) {
                self.name(one, name);
            }
        }
        for (i, line) in data::substances().enumerate() {
            let one = Ingredient::at(i);
            for source in &line.derived_from {
                if let Some(source) = self.referred(source) {
                    self.derived(source, one);
                }
            }
            for held in &line.holds {
                if let Some(held) = self.referred(held) {
                    self.node(held).holders.insert(one);
                }
            }
        }
    }

    fn groups(&mut self) {
        let mut by_key = HashMap::new();
        for line in data::groups() {
            let group = self.add(Node {
                zh: shown(&line.zh),
                en: shown(&line.en),
                group: true,
                common: true,
                ..Node::default()
            });
            for name in line.en.iter().chain(&line.zh) {
                self.name(group, name);
                // "a paraben" for "parabens"
                if name.is_ascii()
                    && name.len() > 4
                    && !name.ends_with("ss")
                    && let Some(single) = name.strip_suffix('s')
                {
                    self.also(group, single);
                }
            }
            by_key.insert(line.key, group);
        }
        for line in data::groups() {
            for parent in &line.part_of {
                if let (Some(group), Some(parent)) = (by_key.get(line.key), by_key.get(parent)) {
                    self.member(*parent, *group);
                }
            }
        }
        for (i, line) in data::substances().enumerate() {
            for group in &line.groups {
                if let Some(group) = by_key.get(group) {
                    self.member(*group, Ingredient::at(i));
                }
            }
        }
    }

    /// What the annexes have besides, and how it hangs together with what is known.
    fn annexes(&mut self) {
        let group = |b: &Self, name: &str| b.referred(name);
        let known = std::mem::take(&mut self.table.names);
        for line in data::annexes() {
            let mut groups = Vec::new();
            match line.annex {
                "IV" => groups.extend(group(self, "Colorants")),
                "V" => groups.extend(group(self, "Preservatives")),
                "VI" => groups.extend(group(self, "UV filters")),
                _ => {}
            }
            if line.marks.contains('a') {
                groups.extend(group(self, "Fragrance allergens"));
            }
            if line.marks.contains('h') {
                groups.extend(group(self, "Hair dyes"));
            }
            let nodes: Vec<Ingredient> = line
                .names
                .iter()
                .map(|name| self.of_annex(name, &known))
                .collect();
            for (one, group) in nodes
                .iter()
                .flat_map(|n| groups.iter().map(move |g| (*n, *g)))
            {
                self.member(group, one);
            }
            // whose number it is, is said only of an entry of one substance; examples of what is forbidden
            // are no names of it
            let sure = nodes.len() == 1 || line.annex != "II";
            for cas in line.cas.iter().filter(|_| sure) {
                if self
                    .referred(cas)
                    .is_none_or(|known| nodes.contains(&known))
                {
                    let all = nodes.clone();
                    all.into_iter().for_each(|one| self.name(one, cas));
                }
            }
        }
        self.table.names.extend(known);
    }

    /// The ingredient of a name in an annex: a known one, or a new one that is made of the known ones in its
    /// name (Rosa Centifolia Flower Extract of rose).
    fn of_annex(&mut self, name: &str, names: &[Name]) -> Ingredient {
        if let Some(known) = self.referred(name) {
            return known;
        }
        let en = if name.chars().any(char::is_lowercase) {
            name.to_owned()
        } else {
            titled(name)
        };
        let made_of: Vec<Ingredient> = scan::matches(&Text::of(name), &[], names)
            .iter()
            .flat_map(|m| m.of.clone())
            .collect();
        let one = self.add(Node {
            en,
            ..Node::default()
        });
        self.name(one, name);
        for known in made_of {
            if self.table.nodes[usize::from(known.0)].group {
                self.member(known, one);
            } else {
                self.derived(known, one);
            }
        }
        one
    }
}

/// `SODIUM BENZOATE` as labels print it: Sodium Benzoate.
fn titled(name: &str) -> String {
    let mut start = true;
    name.chars()
        .map(|c| {
            let shown = if start { c } else { c.to_ascii_lowercase() };
            start = !c.is_alphabetic();
            shown
        })
        .collect::<String>()
        .replace("Ci ", "CI ")
}
