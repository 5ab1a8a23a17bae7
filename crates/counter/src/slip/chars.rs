//! Text as a printer takes it: what it cannot print is replaced, what it would obey is gone, and every
//! character has one or two columns.

use encoding_rs::GB18030;
use unicode_width::UnicodeWidthChar;

/// 〓, which Chinese print sets for a character that is not in the case.
const MISSING: char = '〓';
const CUT: char = '…';
/// What no line begins with, by the rules of Chinese print.
const NEVER_FIRST: &str = "。，、；：！？）」』】》”’…,.;:!?)]";

/// One line of text with only characters that GB18030 has in one or two bytes.
///
/// Control characters (an ESC in a product's name) become spaces or nothing, so no text can hold a command;
/// four-byte characters (emoji, rare Han), which printers lack, become 〓; what has no width is left out.
pub(crate) fn line(text: &str) -> String {
    let mut clean = String::with_capacity(text.len().min(1_024));
    for c in text.chars().filter_map(printable) {
        // a run of spaces, or of characters that are not there, tells no more than one
        if !((c == ' ' || c == MISSING) && clean.ends_with(c)) {
            clean.push(c);
        }
    }
    clean.trim().to_owned()
}

fn printable(c: char) -> Option<char> {
    let c = match c {
        '¥' => '￥',
        '−' | '–' => '-',
        c if c.is_whitespace() => ' ',
        c => c,
    };
    if c.is_control() || c.width().unwrap_or(0) == 0 {
        return None;
    }
    // in the private use area everybody has other pictures
    let private = ('\u{e000}'..='\u{f8ff}').contains(&c);
    Some(if bytes(c) <= 2 && !private {
        c
    } else {
        MISSING
    })
}

/// How many bytes GB18030 has for it.
fn bytes(c: char) -> usize {
    let mut buffer = [0; 4];
    let (encoded, _, unmappable) = GB18030.encode(c.encode_utf8(&mut buffer));
    if unmappable {
        usize::MAX
    } else {
        encoded.len()
    }
}

/// Columns of a character on paper: a printer gives one to each byte, which is its East Asian width but for
/// a few letters that GB18030 has among the wide ones.
pub(super) fn columns_of(c: char) -> usize {
    c.width_cjk().unwrap_or(0).max(bytes(c).min(2))
}

/// Columns of a text.
pub(super) fn columns(text: &str) -> usize {
    text.chars().map(columns_of).sum()
}

/// Breaks a text into at most `most` lines of `width` columns, at spaces where there are some; what does not
/// go in is cut with 「…」.
pub(super) fn wrap(text: &str, width: usize, most: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        if columns(rest) <= width {
            lines.push(rest.to_owned());
            break;
        }
        if lines.len() + 1 == most {
            let head = fitting(rest, width.saturating_sub(columns_of(CUT)));
            lines.push(format!("{}{CUT}", head.trim_end()));
            break;
        }
        let head = not_first(rest, fitting(rest, width));
        let whole = match head.rfind(' ') {
            // the next begins with a space: this one ends there by itself
            _ if rest[head.len()..].starts_with(' ') => head,
            Some(space) if in_word(head, &rest[head.len()..]) => &head[..space],
            _ => head,
        };
        lines.push(whole.trim_end().to_owned());
        rest = rest[whole.len()..].trim_start();
    }
    lines
}

/// The head of a text, shorter by one character where what follows may not begin a line.
fn not_first<'a>(text: &str, head: &'a str) -> &'a str {
    let next = text.get(head.len()..).and_then(|rest| rest.chars().next());
    let last = head.char_indices().next_back();
    match (next, last) {
        (Some(next), Some((i, _))) if i > 0 && NEVER_FIRST.contains(next) => &head[..i],
        _ => head,
    }
}

/// Whether a break between these would be inside a Latin word or a number.
fn in_word(before: &str, after: &str) -> bool {
    let narrow = |c: Option<char>| c.is_some_and(|c| c.is_ascii_graphic());
    narrow(before.chars().next_back()) && narrow(after.chars().next())
}

/// The beginning of a text that goes into so many columns; at least one character, so that wrapping ends.
fn fitting(text: &str, width: usize) -> &str {
    let mut used = 0;
    for (i, c) in text.char_indices() {
        used += columns_of(c);
        if used > width && i > 0 {
            return &text[..i];
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_command_in_a_name_is_no_command() {
        assert_eq!(
            line("\u{1b}@\u{1d}V\0精\n华\u{1c}.\u{7f}\u{9b}"),
            "@V精 华."
        );
        assert_eq!(line("口红💄💄 A\u{200b}B\u{301}"), "口红〓 AB");
        assert_eq!(line("\u{202e}¥−1"), "￥-1");
    }

    #[test]
    fn a_long_name_breaks_at_spaces_and_ends() {
        assert_eq!(
            wrap("Hydrating serum 30 ml", 10, 9),
            ["Hydrating", "serum 30", "ml"]
        );
        assert_eq!(wrap("滋润精华液面霜", 8, 9), ["滋润精华", "液面霜"]);
        assert_eq!(wrap(&"长".repeat(10_000), 8, 2), ["长长长长", "长长长…"]);
        assert_eq!(wrap("送到总部后到账。", 14, 9), ["送到总部后到", "账。"]);
        assert_eq!(wrap("aaaaaaaaaaaa", 5, 9), ["aaaaa", "aaaaa", "aa"]);
        assert!(wrap("", 5, 9).is_empty());
    }

    proptest! {
        #[test]
        fn every_character_has_as_many_columns_as_bytes(text in any::<String>()) {
            let clean = line(&text);
            let (encoded, _, unmappable) = GB18030.encode(&clean);
            prop_assert!(!unmappable);
            prop_assert_eq!(encoded.len(), columns(&clean));
            prop_assert!(encoded.iter().all(|b| *b >= 0x20 && *b != 0x7f));
        }

        #[test]
        fn wrapped_lines_fit(text in any::<String>(), width in 4usize..48, most in 1usize..6) {
            let clean = line(&text);
            let lines = wrap(&clean, width, most);
            prop_assert!(lines.len() <= most);
            prop_assert!(lines.iter().all(|l| columns(l) <= width), "{:?}", lines);
        }
    }
}
