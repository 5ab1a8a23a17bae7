//! What a product lists.

use crate::fold::Text;
use crate::table::Ingredient;
use crate::words::{self, Known};

/// The ingredients or allergens that a product lists; it may list none at all, which says nothing of what is in it.
#[derive(Debug, Clone, Default)]
pub struct List {
    listed: bool,
    pub(crate) items: Vec<Item>,
}

/// One ingredient of a list.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    pub(crate) known: Vec<Known>,
    pub(crate) text: Text,
    pub(crate) shown: String,
}

/// Stand where a list would, and are none.
const BLANK: [&str; 20] = [
    "未登记",
    "成分未登记",
    "未知",
    "不详",
    "待补",
    "待补充",
    "待定",
    "暂无",
    "见包装",
    "详见包装",
    "见外包装",
    "na",
    "null",
    "tbd",
    "unknown",
    "seepack",
    "0",
    "nan",
    "暂缺",
    "未填",
];
/// A list that says that there is nothing of note.
const NOTHING: [&str; 8] = [
    "无",
    "没有",
    "无致敏成分",
    "无过敏原",
    "none",
    "no",
    "nil",
    "noallergens",
];
/// At the head of an item, they say that it is left out.
const LEFT_OUT: [&str; 11] = [
    "不含",
    "未添加",
    "不添加",
    "零添加",
    "0添加",
    "无添加",
    "未检出",
    "free from ",
    "free of ",
    "without ",
    "no ",
];

/// The items of a list as a label prints it, as they are written. A comma between digits parts nothing: 1,2-己二醇.
#[must_use]
pub fn items(list: &str) -> Vec<String> {
    words::pieces(list)
}

impl List {
    /// Reads a list: one ingredient an item, or several in one, parted as on a label.
    #[must_use]
    pub fn of<S: AsRef<str>>(items: &[S]) -> Self {
        let mut out = Self::default();
        for piece in items.iter().flat_map(|item| words::pieces(item.as_ref())) {
            let text = Text::of(&piece);
            if text.is_empty() || BLANK.contains(&text.compact.as_str()) {
                continue;
            }
            out.listed = true;
            if NOTHING.contains(&text.compact.as_str()) || left_out(&piece) {
                continue;
            }
            out.items.push(Item {
                known: words::known(&piece),
                text,
                shown: piece,
            });
        }
        out
    }

    /// Whether it has no list. Such a product is not known to be safe for anybody.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        !self.listed
    }

    /// What the table knows of it, in the order of the list.
    pub fn ingredients(&self) -> impl Iterator<Item = Ingredient> {
        self.items
            .iter()
            .flat_map(|item| item.known.iter().flat_map(|known| known.of.iter().copied()))
    }
}

/// 不含酒精, 无香精, alcohol-free; but 无水乙醇 is in it.
fn left_out(piece: &str) -> bool {
    let lower = piece.to_lowercase();
    let named = ["无水", "无机", "无患", "无花"];
    LEFT_OUT.iter().any(|head| lower.starts_with(head))
        || (lower.starts_with(['无', '0', '零'])
            && !named.iter().any(|n| lower.starts_with(n))
            && has_name(&lower))
        || lower.trim_end().ends_with("free")
}

/// Whether what follows the first character is a known name by itself: 无酒精.
fn has_name(piece: &str) -> bool {
    let mut rest = piece.chars();
    rest.next();
    let rest = rest.as_str();
    !rest.starts_with(|c: char| c.is_ascii_digit() || c == '.') && !words::known(rest).is_empty()
}
