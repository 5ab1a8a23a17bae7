//! What people say of an allergy, and how lists are parted.

use crate::fold::{Kind, Text, invisible};
use crate::scan;
use crate::table::{Ingredient, table};
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// A known name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Known {
    /// All that it may mean, never none.
    pub(crate) of: Vec<Ingredient>,
    /// The name, folded.
    pub(crate) key: String,
}

/// What was understood of what was said.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Reading {
    /// What is named.
    pub(crate) known: Vec<Known>,
    /// What is said and not in the table, as written.
    pub(crate) free: Vec<String>,
}

/// Words around a name that name nothing.
const FILLER: &str = "对 过敏 过敏源 过敏原 过敏史 易过敏 敏感 不耐受 耐受 会 很 非常 极度 特别 有 有点 有些 严重 轻微 轻度 重度 中度 \
    不能 不能用 不能碰 不可 不可以 不可用 不要 不想 不用 禁用 忌 忌用 慎用 避免 避开 避用 远离 拒绝 用 使用 用了 用过 擦 涂 抹 敷 \
    闻 喝 吃 碰 含 含有 不含 无 零 添加 未添加 不添加 的 成分 类 类的 等 等等 以及 还有 和 与 及 或 或者 跟 也 都 全部 所有 任何 \
    一切 之类 她 他 我 客人 顾客 会员 女士 皮肤 脸 脸上 脸部 身上 起 疹 疹子 起疹 红 红肿 发红 泛红 痒 发痒 刺痛 刺激 肿 起红疹 长痘 \
    闷痘 容易 可能 疑似 说 自述 告知 曾 曾经 以前 之前 上次 一直 从小 产品 化妆品 护肤品 护肤 彩妆 东西 制品 物质 原料 反应 \
    不良反应 接触 接触性 皮炎 怕 讨厌 不喜欢 是 就 了 吧 呢 请 注意 备注 本品 植物 天然 有机 纯 日用 工业 少量 微量 大量 高浓度 \
    浓度 可能含有 含量 经 因 为 其 这个 这种 那种 啊 呀 遇 遇到 除 除了 已知 其余 别的 其他 一用 就会 会起 引起 导致 里 里的 中 中的 上";
const FILLER_EN: &str = "allergic allergy allergies allergen allergens to of the a an any all and or with is are be am i my she he \
    her his has have had not no non cannot cant can dont doesnt do does use uses used using avoid avoids avoiding avoided free \
    without contain contains containing sensitive sensitivity sensitivities intolerance intolerant reaction reactions reacts \
    react severe severely mild mildly very strong strongly products product ingredient ingredients from in on at skin face \
    cas number nr ec inci ci natural organic pure plant based rash itch itches itchy known like such as e g etc please \
    never must should anything everything contact dermatitis history customer client member says";

/// By first character, the longest first.
static FILLERS: LazyLock<HashMap<char, Vec<&str>>> = LazyLock::new(|| {
    let mut out: HashMap<char, Vec<&str>> = HashMap::new();
    for word in FILLER.split_whitespace() {
        out.entry(word.chars().next().unwrap_or_default())
            .or_default()
            .push(word);
    }
    for words in out.values_mut() {
        words.sort_by_key(|word| Reverse(word.len()));
    }
    out
});
static FILLERS_EN: LazyLock<HashSet<&str>> =
    LazyLock::new(|| FILLER_EN.split_whitespace().collect());

/// Said alone, they say that there is none.
const NONE: [&str; 29] = [
    "无",
    "没有",
    "没",
    "暂无",
    "无过敏",
    "无过敏史",
    "无过敏原",
    "没有过敏",
    "没有过敏史",
    "不过敏",
    "都不过敏",
    "未发现",
    "不详",
    "未知",
    "不清楚",
    "不知道",
    "否",
    "没有过敏的",
    "无已知过敏",
    "none",
    "no",
    "nil",
    "nka",
    "na",
    "null",
    "nothing",
    "unknown",
    "nonotknown",
    "nkda",
];
/// Somewhere in a clause, they deny it.
const DENIED: [&str; 17] = [
    "不过敏",
    "不会过敏",
    "不太过敏",
    "不敏感",
    "没过敏",
    "没有过敏",
    "无过敏",
    "未过敏",
    "不是过敏",
    "非过敏",
    "notallergic",
    "isntallergic",
    "noallergy",
    "noallergies",
    "noknownallerg",
    "notsensitive",
    "noreaction",
];
/// At the head of a clause that ends in "allergic", they deny it.
const DENIES: [&str; 7] = ["没有", "没", "无", "并无", "不对", "并不", "no"];

/// Parts a text where one thing ends and another begins, but not within a name such as 1,2-己二醇.
pub(crate) fn pieces(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().filter(|c| !invisible(*c)).collect();
    let mut out = vec![String::new()];
    for (i, c) in chars.iter().enumerate() {
        let before = i.checked_sub(1).map(|j| narrow(chars[j]));
        let after = chars.get(i + 1).copied().map(narrow);
        let parts = match c {
            ',' | '，' | ':' | '：' => !between_locants(before, after),
            '、' | ';' | '；' | '。' | '\n' | '\r' | '\t' | '|' | '｜' | '•' | '·' | '!' | '！'
            | '?' | '？' | '但' => true,
            _ => false,
        };
        if parts {
            out.push(String::new());
        } else if let Some(piece) = out.last_mut() {
            piece.push(*c);
        }
    }
    out.iter()
        .flat_map(|piece| split_word(piece, " but "))
        .map(|piece| piece.trim().to_owned())
        .filter(|piece| !piece.is_empty())
        .collect()
}

/// `1,2-` and `N,N-`, and `CI 77268:1`.
fn between_locants(before: Option<char>, after: Option<char>) -> bool {
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let nitrogen = |c: Option<char>| matches!(c, Some('N' | 'n'));
    (digit(before) && digit(after)) || (nitrogen(before) && nitrogen(after))
}

/// A letter, digit or sign of full width as its narrow one.
fn narrow(c: char) -> char {
    match c {
        '！'..='～' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

/// Parts at a word whatever its case; the word is ASCII.
fn split_word<'a>(text: &'a str, word: &str) -> Vec<&'a str> {
    let lower = text.to_ascii_lowercase();
    let mut out = Vec::new();
    let mut start = 0;
    for (at, _) in lower.match_indices(word) {
        if at >= start {
            out.push(&text[start..at]);
            start = at + word.len();
        }
    }
    out.push(&text[start..]);
    out
}

/// The ways to read a piece: whole, without what stands in brackets, and what stands in them.
pub(crate) fn readings(piece: &str) -> Vec<Text> {
    let (mut outside, mut inside, mut depth) = (String::new(), Vec::new(), 0_usize);
    for c in piece.chars() {
        match c {
            '(' | '（' | '[' | '【' | '{' | '〔' | '《' | '<' => {
                depth += 1;
                inside.push(String::new());
            }
            ')' | '）' | ']' | '】' | '}' | '〕' | '》' | '>' => {
                depth = depth.saturating_sub(1);
                outside.push(' ');
            }
            _ => match inside.last_mut() {
                Some(text) if depth > 0 => text.push(c),
                _ => outside.push(c),
            },
        }
    }
    let mut all = vec![Text::of(piece)];
    if !inside.is_empty() {
        // 霍霍巴（SIMMONDSIA CHINENSIS）籽油 is 霍霍巴籽油
        all.push(Text::of(&outside.replace(' ', "")));
        all.extend(inside.iter().map(|text| Text::of(text)));
    }
    all.retain(|text| !text.is_empty());
    all
}

/// What a text names, each once.
pub(crate) fn known(piece: &str) -> Vec<Known> {
    let mut out: Vec<Known> = Vec::new();
    for text in readings(piece) {
        for found in scan::matches(&text, &filler(&text), &table().names) {
            let known = Known {
                of: found.of,
                key: found.key,
            };
            if !out.contains(&known) {
                out.push(known);
            }
        }
    }
    out
}

/// Which tokens say nothing.
pub(crate) fn filler(text: &Text) -> Vec<bool> {
    let mut mask = vec![false; text.tokens.len()];
    let mut at = 0;
    while at < text.tokens.len() {
        let rest = &text.compact[text.tokens[at].start..];
        let len = match text.tokens[at].kind {
            Kind::Han => rest
                .chars()
                .next()
                .and_then(|first| FILLERS.get(&first))
                .and_then(|words| words.iter().find(|word| rest.starts_with(**word)))
                .map(|word| word.chars().count()),
            Kind::Letters => {
                let word = &rest[..text.tokens[at].end - text.tokens[at].start];
                FILLERS_EN.contains(word).then_some(1)
            }
            Kind::Digits => None,
        };
        let len = len.unwrap_or(0).min(text.tokens.len() - at);
        mask[at..at + len].fill(true);
        at += len.max(1);
    }
    mask
}

/// Whether a clause says that there is no allergy.
fn denied(text: &Text) -> bool {
    let said = text.compact.as_str();
    let allergic = ["过敏", "过敏史", "allergy", "allergies"];
    NONE.contains(&said)
        || DENIED.iter().any(|word| said.contains(word))
        || (allergic.iter().any(|end| said.ends_with(end))
            && DENIES.iter().any(|head| said.starts_with(head))
            // 没药过敏 and 无水乙醇过敏 are allergies
            && !scan::matches(text, &[], &table().names).iter().any(|m| m.from == 0))
}

/// Reads what was said of an allergy.
pub(crate) fn read(said: &str) -> Reading {
    let mut out = Reading::default();
    let mut all_denied = true;
    for piece in &pieces(said) {
        let text = Text::of(piece);
        if text.is_empty() || denied(&text) {
            continue;
        }
        all_denied = false;
        for known in known(piece) {
            if !out.known.contains(&known) {
                out.known.push(known);
            }
        }
        for part in parts(piece) {
            let text = Text::of(part);
            let says = filler(&text).iter().any(|nothing| !nothing);
            if says && known(part).is_empty() {
                let free = trimmed(part).to_owned();
                if !out.free.contains(&free) {
                    out.free.push(free);
                }
            }
        }
    }
    if out == Reading::default() && !all_denied {
        out.free.push(said.trim().to_owned());
    }
    out
}

/// Parts of a clause that each may name one thing.
fn parts(piece: &str) -> Vec<&str> {
    let joined = |c: char| {
        matches!(
            c,
            '和' | '与' | '及' | '或' | '跟' | '/' | '／' | '+' | '＋' | '&' | '＆'
        )
    };
    let han = |c: Option<char>| {
        c.is_some_and(|c| {
            Text::of(c.encode_utf8(&mut [0; 4]))
                .tokens
                .first()
                .is_some_and(|t| t.kind == Kind::Han)
        })
    };
    let mut out = Vec::new();
    for part in piece
        .split(joined)
        .flat_map(|p| split_word(p, " and "))
        .flat_map(|p| split_word(p, " or "))
    {
        let mut start = 0;
        for (at, space) in part.match_indices(char::is_whitespace) {
            let after = at + space.len();
            if han(part[..at].chars().next_back()) && han(part[after..].chars().next()) {
                out.push(&part[start..at]);
                start = after;
            }
        }
        out.push(&part[start..]);
    }
    out
}

/// A free word without what people put around it.
pub(crate) fn trimmed(word: &str) -> &str {
    let around = |c: char| !c.is_alphanumeric();
    let mut word = word.trim().trim_matches(around);
    let ends = [
        "过敏",
        "過敏",
        "会过敏",
        "都过敏",
        "敏感",
        "不耐受",
        " allergy",
        " allergies",
        " intolerance",
    ];
    let heads = [
        "allergic to ",
        "Allergic to ",
        "sensitive to ",
        "Sensitive to ",
        "avoid ",
        "Avoid ",
        "不能用",
        "不可用",
        "不要用",
        "避免",
        "避开",
        "忌用",
        "禁用",
        "过敏原",
        "对",
        "對",
    ];
    let mut rest = word;
    for end in ends {
        rest = rest.strip_suffix(end).unwrap_or(rest);
    }
    let ended = rest.len() < word.len();
    for head in heads {
        // 对 is also how names of chemicals begin
        if ended || !matches!(head, "对" | "對") {
            rest = rest.strip_prefix(head).unwrap_or(rest);
        }
    }
    rest = rest.trim_matches(around);
    if !rest.is_empty() {
        word = rest;
    }
    word
}
