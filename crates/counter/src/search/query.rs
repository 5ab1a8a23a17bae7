//! What was typed or scanned: which kind of key it can be the beginning of.

use super::fold;
use identity::{MemberCode, han, member_code, name, phone, text};

/// The longest text that is looked at, in bytes, where it is no member's code.
const TYPED_BYTES: usize = 256;

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
    /// A scanned member code, whole.
    Code(MemberCode),
}

/// Reads what was typed; what no key can contain (`%`, `*`, control characters, emoji) makes it nothing.
pub(super) fn read(typed: &str) -> Query {
    if typed.len() <= member_code::CODE_BYTES && member_code::is_code(typed) {
        return MemberCode::read(typed).map_or(Query::Nothing, Query::Code);
    }
    if typed.len() > TYPED_BYTES {
        return Query::Nothing;
    }
    let typed = text::narrow(typed);
    let international = typed.strip_prefix('+');
    let mut plain = String::with_capacity(typed.len());
    let (mut digits, mut letters, mut others) = (false, false, false);
    for c in international.unwrap_or(&typed).chars() {
        if c.is_ascii_digit() {
            digits = true;
            plain.push(c);
        } else if let Some(letter) = fold::latin(c) {
            letters = true;
            plain.push(letter);
        } else if c.is_alphanumeric() || han::is_han(c) {
            others = true;
        } else if !fold::is_separator(c) {
            return Query::Nothing;
        }
    }
    match (digits, letters, others) {
        (_, _, true) => Query::Name(name::key(&typed)),
        (true, false, false) if international.is_some() => {
            Query::Digits(phone::typed_digits(&plain).unwrap_or(plain))
        }
        (true, false, false) => Query::Digits(plain),
        (true, true, false) => Query::Number(plain),
        (false, true, false) => Query::Letters(plain),
        (false, false, false) => Query::Nothing,
    }
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
        is("阿依古丽。买买提", Query::Name("阿依古丽买买提".into()));
        is("阿依古丽・买买提", Query::Name("阿依古丽买买提".into()));
        is(
            "\u{202D}138 0013 8000\u{202C}",
            Query::Digits("13800138000".into()),
        );
        is("⽅⽂静", Query::Name("方文静".into()));
        is("Zoe\u{308}", Query::Letters("zoe".into()));
        for code in ["CPM:M0-0123", "cpm:80012345:Zx81_q\r\n", "CPM:张", "CPM:%"] {
            let read_code = MemberCode::read(code).map(Query::Code);
            is(code, read_code.unwrap_or(Query::Nothing));
        }
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
            "CPM:::",
            "\u{10FFFF}",
            "1;DROP",
            long.as_str(),
        ] {
            assert_eq!(read(typed), Query::Nothing, "{typed:?}");
        }
    }
}
