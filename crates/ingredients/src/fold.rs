//! One form for all ways of writing a name.

use std::collections::HashMap;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// What a token is made of. Tokens of letters and of digits have an end; Han characters are one token each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Han,
    Letters,
    Digits,
}

/// A stretch of a [`Text`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Token {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) kind: Kind,
    /// Whether something stood between it and the one before: a space, a hyphen, a bracket.
    pub(crate) apart: bool,
}

/// A text without what does not matter: width, case, accents, punctuation, spelling variants.
#[derive(Debug, Clone, Default)]
pub(crate) struct Text {
    /// The tokens, nothing between them.
    pub(crate) compact: String,
    pub(crate) tokens: Vec<Token>,
}

impl Text {
    pub(crate) fn of(text: &str) -> Self {
        let mut out = Self::default();
        let mut run = Run::default();
        for c in characters(text) {
            match kind(c) {
                Some(Kind::Han) => {
                    run.end(&mut out);
                    out.push(c.encode_utf8(&mut [0; 4]), Kind::Han, run.apart);
                    run.apart = false;
                }
                Some(kind) => {
                    if run.kind != Some(kind) {
                        run.end(&mut out);
                        run.kind = Some(kind);
                    }
                    run.text.push(c);
                }
                // an apostrophe parts no word
                None if matches!(c, '\'' | '’' | '‘' | '`' | '´') => {}
                None => {
                    run.end(&mut out);
                    run.apart = true;
                }
            }
        }
        run.end(&mut out);
        out
    }

    fn push(&mut self, text: &str, kind: Kind, apart: bool) {
        let start = self.compact.len();
        self.compact.push_str(text);
        self.tokens.push(Token {
            start,
            end: self.compact.len(),
            kind,
            apart,
        });
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    /// Whether `other` is in it, beginning and ending where words do.
    pub(crate) fn contains(&self, other: &str) -> bool {
        !other.is_empty()
            && self.compact.match_indices(other).any(|(at, _)| {
                self.tokens.iter().any(|t| t.start == at)
                    && self.tokens.iter().any(|t| t.end == at + other.len())
            })
    }
}

/// A word of letters or digits that is not at its end yet.
#[derive(Default)]
struct Run {
    text: String,
    kind: Option<Kind>,
    apart: bool,
}

impl Run {
    fn end(&mut self, out: &mut Text) {
        if let Some(kind) = self.kind.take() {
            spelt(&mut self.text);
            out.push(&self.text, kind, self.apart);
            self.text.clear();
            self.apart = false;
        }
    }
}

/// The one form in which names are compared, its words parted by single spaces.
#[must_use]
pub fn fold(text: &str) -> String {
    let text = Text::of(text);
    let words: Vec<&str> = text
        .tokens
        .iter()
        .map(|t| &text.compact[t.start..t.end])
        .collect();
    words.join(" ")
}

/// Compatible forms made one, small letters, no accents, nothing invisible, simplified Han.
fn characters(text: &str) -> impl Iterator<Item = char> {
    text.nfkd()
        .filter(|c| !is_combining_mark(*c) && !invisible(*c))
        .flat_map(char::to_lowercase)
        // a capital with a dot falls into a letter and a mark
        .filter(|c| !is_combining_mark(*c))
        .flat_map(|c| {
            let (word, one) = match greek(c) {
                Some(word) => (word, None),
                None => ("", Some(han(c))),
            };
            word.chars().chain(one)
        })
}

pub(crate) fn invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}')
}

fn kind(c: char) -> Option<Kind> {
    if c.is_ascii_digit() {
        Some(Kind::Digits)
    } else if matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}')
        && c.is_alphanumeric()
    {
        Some(Kind::Han)
    } else if c.is_alphanumeric() {
        Some(Kind::Letters)
    } else {
        None
    }
}

fn greek(c: char) -> Option<&'static str> {
    Some(match c {
        'α' => "alpha",
        'β' => "beta",
        'γ' => "gamma",
        'δ' => "delta",
        'ε' => "epsilon",
        'ω' => "omega",
        _ => return None,
    })
}

/// Traditional characters and look-alikes of names, each before the one that stands for it.
const HAN: &str = "劑剂醯酰鹽盐鈉钠鉀钾鎂镁鈣钙鋅锌銨铵鋁铝鐵铁銅铜銀银鈦钛氫氢矽硅過过對对無无種种類类產产膚肤\
    雙双異异醣糖熏薰檸柠檬檬欖榄蘆芦薈荟堅坚蘭兰膠胶蠟蜡煙烟菸烟維维視视黃黄樹树葉叶莖茎護护殺杀紅红藍蓝綠绿羥羟\
    絲丝蠶蚕貝贝魚鱼蝦虾麥麦穀谷麵面蘋苹棗枣楊杨參参當当歸归靈灵藥药龍龙腦脑薑姜醬酱釀酿鹼碱硷碱縮缩脫脱純纯級级\
    顏颜髮发發发滅灭潔洁溫温塗涂鎳镍鈷钴鉻铬鉛铅結结離离體体釋释醫医製制質质雞鸡鵝鹅亞亚罌罂荊荆蘊蕴馬马聖圣纖纖\
    聯联壓压鄰邻間间環环氰氰亂乱應应會会與与還还還还見见貓猫樣样溶溶號号礦矿動动輕轻轉转衍衍橋桥澱淀澤泽鹵卤憐怜\
    營营養养嚴严禁禁乾干飾饰單单個个屬属灣湾銥铱錳锰鉍铋餾馏檢检檔档嘗尝殼壳細细蜜蜜豬猪膽胆綿绵羊羊酯脂黏粘";

fn han(c: char) -> char {
    static PAIRS: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
        let mut out = HashMap::new();
        let mut chars = HAN.chars();
        while let (Some(from), Some(to)) = (chars.next(), chars.next()) {
            out.insert(from, to);
        }
        out
    });
    PAIRS.get(&c).copied().unwrap_or(c)
}

/// British and American spelling made one.
fn spelt(word: &mut String) {
    const PAIRS: [(&str, &str); 8] = [
        ("sulph", "sulf"),
        ("colour", "color"),
        ("odour", "odor"),
        ("flavour", "flavor"),
        ("aluminium", "aluminum"),
        ("glycerine", "glycerin"),
        ("lanoline", "lanolin"),
        ("hydrolys", "hydrolyz"),
    ];
    if !word.is_ascii() {
        return;
    }
    for (from, to) in PAIRS {
        while word.contains(from) {
            *word = word.replace(from, to);
        }
    }
}
