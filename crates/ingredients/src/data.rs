//! The files of the table, as lines.

/// The files that are written by hand, in the order in which ambiguous names prefer them.
pub(crate) const SUBSTANCES: [&str; 6] = [
    include_str!("../data/fragrance.txt"),
    include_str!("../data/preservatives.txt"),
    include_str!("../data/uv.txt"),
    include_str!("../data/surfactants.txt"),
    include_str!("../data/actives.txt"),
    include_str!("../data/plants.txt"),
];
const GROUPS: &str = include_str!("../data/groups.txt");
const ANNEXES: &str = include_str!("../data/annexes.tsv");

/// A line of `groups.txt`.
pub(crate) struct GroupLine {
    pub(crate) key: &'static str,
    pub(crate) zh: Vec<&'static str>,
    pub(crate) en: Vec<&'static str>,
    pub(crate) part_of: Vec<&'static str>,
}

/// A line of a file of substances.
pub(crate) struct SubstanceLine {
    pub(crate) en: Vec<&'static str>,
    pub(crate) zh: Vec<&'static str>,
    pub(crate) cas: Vec<&'static str>,
    pub(crate) groups: Vec<&'static str>,
    pub(crate) derived_from: Vec<&'static str>,
    pub(crate) holds: Vec<&'static str>,
    /// Whether its names are of several things.
    pub(crate) several: bool,
}

/// A line of `annexes.tsv`.
pub(crate) struct AnnexLine {
    pub(crate) annex: &'static str,
    pub(crate) marks: &'static str,
    pub(crate) names: Vec<&'static str>,
    pub(crate) cas: Vec<&'static str>,
}

fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty())
}

fn parts(cell: &'static str) -> Vec<&'static str> {
    cell.split(';')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect()
}

pub(crate) fn groups() -> impl Iterator<Item = GroupLine> {
    lines(GROUPS).map(|line| {
        let mut cells = line.split('|').map(str::trim);
        let mut cell = || cells.next().unwrap_or_default();
        GroupLine {
            key: cell(),
            zh: parts(cell()),
            en: parts(cell()),
            part_of: parts(cell()),
        }
    })
}

pub(crate) fn substances() -> impl Iterator<Item = SubstanceLine> {
    SUBSTANCES.into_iter().flat_map(lines).map(|line| {
        let several = line.strip_prefix('&');
        let mut cells = several.unwrap_or(line).split('|');
        let mut cell = || parts(cells.next().unwrap_or_default());
        SubstanceLine {
            several: several.is_some(),
            en: cell(),
            zh: cell(),
            cas: cell(),
            groups: cell(),
            derived_from: cell(),
            holds: cell(),
        }
    })
}

pub(crate) fn annexes() -> impl Iterator<Item = AnnexLine> {
    lines(ANNEXES).map(|line| {
        let mut cells = line.split('\t');
        let mut cell = || cells.next().unwrap_or_default();
        AnnexLine {
            annex: cell().split('/').next().unwrap_or_default(),
            marks: cell(),
            names: parts(cell()),
            cas: parts(cell()),
        }
    })
}
