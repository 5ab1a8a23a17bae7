//! What was typed or scanned: which kind of key it can be the beginning of.

use super::fold;

/// The longest text that is looked at, in bytes; a scan with its check is shorter.
const TYPED_BYTES: usize = 256;
/// What a member code begins with.
const CODE: &str = "cpm:";

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Query {
    /// Nothing that a member could be found by.
    Nothing,
    /// Digits: phone, tail or member number.
    Digits(String),
    /// Digits and letters: a member number.
    Number(String),
    /// Latin letters: pinyin, initials or a name in Latin letters.
    Letters(String),
    /// A name as it is written, with at least one character that is no Latin letter.
    Name(String),
    /// The member number of a scanned member code, whole.
    Code(String),
}

/// Reads what was typed; what no key can contain (`%`, `*`, control characters, emoji) makes it nothing.
pub(super) fn read(typed: &str) -> Query {
    if typed.len() > TYPED_BYTES {
        return Query::Nothing;
    }
    let typed: String = typed.trim().chars().map(fold::narrow).collect();
    if let Some(number) = code(&typed) {
        return number;
    }
    let international = typed.strip_prefix('+');
    let mut text = String::with_capacity(typed.len());
    let (mut digits, mut letters, mut others) = (false, false, false);
    for c in international.unwrap_or(&typed).chars() {
        if c.is_ascii_digit() {
            digits = true;
            text.push(c);
        } else if let Some(letter) = fold::latin(c) {
            letters = true;
            text.push(letter);
        } else if c.is_alphanumeric() || fold::is_han(c) {
            others = true;
            text.extend(c.to_lowercase());
        } else if !fold::is_separator(c) {
            return Query::Nothing;
        }
    }
    match (digits, letters, others) {
        (_, _, true) => Query::Name(fold::name(&typed)),
        (true, false, false) if international.is_some() => Query::Digits(fold::phone(&text)),
        (true, false, false) => Query::Digits(text),
        (true, true, false) => Query::Number(text),
        (false, true, false) => Query::Letters(text),
        (false, false, false) => Query::Nothing,
    }
}

/// `CPM:<member number>`, optionally with a check behind another `:` (a code shown by the member's
/// phone), which says that she is present and is not needed to find her.
fn code(typed: &str) -> Option<Query> {
    let head = typed.get(..CODE.len())?;
    if !head.eq_ignore_ascii_case(CODE) {
        return None;
    }
    let number = typed
        .get(CODE.len()..)?
        .split(':')
        .next()
        .unwrap_or_default();
    let clean = number
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || c == '-');
    let number = fold::number(number);
    Some(if clean && !number.is_empty() {
        Query::Code(number)
    } else {
        Query::Nothing
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_told_apart() {
        let is = |typed: &str, query: Query| assert_eq!(read(typed), query, "{typed}");
        is("138", Query::Digits("138".into()));
        is("１３８ 0013-8000", Query::Digits("13800138000".into()));
        is("+86 138 0013 8000", Query::Digits("13800138000".into()));
        is("M00123", Query::Number("m00123".into()));
        is("ＺＹ", Query::Letters("zy".into()));
        is("Xi'an  Li", Query::Letters("xianli".into()));
        is("lü", Query::Letters("lv".into()));
        is("张 小", Query::Name("张小".into()));
        is("阿依古丽·买买提", Query::Name("阿依古丽买买提".into()));
        is("CPM:M0-0123", Query::Code("m00123".into()));
        is("cpm:80012345:Zx81_q\r\n", Query::Code("80012345".into()));
    }

    #[test]
    fn what_no_key_can_contain_finds_nothing() {
        let long = "a".repeat(300);
        for typed in [
            "",
            "   ",
            "%",
            "138%",
            "a_b",
            "*",
            "张?",
            "\u{0}",
            "a\u{7}b",
            "😀",
            "😀张",
            "'",
            "CPM:",
            "CPM:%",
            "CPM:张",
            "\u{10FFFF}",
            "1;DROP",
            long.as_str(),
        ] {
            assert_eq!(read(typed), Query::Nothing, "{typed:?}");
        }
    }
}
