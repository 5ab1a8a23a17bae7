//! Characters brought to one form, the same for what is stored and for what is typed.

use crate::han;
use unicode_normalization::UnicodeNormalization;

/// A text as it is kept and shown: letters composed, radicals as the characters that they look like, nothing
/// invisible, blanks of all kinds as single spaces, none at the ends. Width, case and punctuation stay.
pub fn tidy(text: &str) -> String {
    if is_plain(text) {
        return spaced(text.chars());
    }
    stable(text, |t| {
        spaced(visible(t).map(han::unified).collect::<String>().nfc())
    })
}

/// A text in one form: [`tidy`], and compatibility characters (full width, circled, 康熙) as the plain ones, all
/// dashes as `-`. Case stays.
pub fn narrow(text: &str) -> String {
    if is_plain(text) {
        return spaced(text.chars());
    }
    stable(text, |t| {
        let plain: String = visible(t).map(han::unified).collect::<String>();
        spaced(plain.nfkc().map(han::unified).map(one_dash))
    })
}

/// What is left of a text when it is compared loosely: its letters and digits of all scripts, small; no blanks, no
/// punctuation. Folding twice is folding once.
pub fn fold(text: &str) -> String {
    stable(text, |t| {
        narrow(t)
            .chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect()
    })
}

/// Applies `step` until nothing changes: bringing to one form can put letters beside each other that compose.
fn stable(text: &str, step: impl Fn(&str) -> String) -> String {
    let mut now = step(text);
    // two or three times at most; the bound only says that it ends
    for _ in 0..16 {
        let next = step(&now);
        if next == now {
            break;
        }
        now = next;
    }
    now
}

/// ASCII without control characters but blanks: nothing to bring to one form.
fn is_plain(text: &str) -> bool {
    text.is_ascii()
}

fn visible(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|c| !is_invisible(*c))
}

fn spaced(characters: impl Iterator<Item = char>) -> String {
    let mut out = String::new();
    let mut blank = false;
    for c in characters {
        if is_blank(c) {
            blank = !out.is_empty();
        } else {
            if blank {
                out.push(' ');
                blank = false;
            }
            out.push(c);
        }
    }
    out
}

/// White space of all kinds, and the Braille blank, which looks like it.
pub fn is_blank(c: char) -> bool {
    c.is_whitespace() || c == '\u{2800}'
}

/// Nothing of it is seen and it says nothing: marks of direction, zero-width characters, byte order mark, soft
/// hyphen, variation selectors, fillers (Unicode's default ignorable code points, and annotation marks).
pub fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}'
        | '\u{FFF0}'..='\u{FFFB}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}'
        | '\u{E0000}'..='\u{E0FFF}')
}

/// A dash of any kind: hyphens, en and em dash, minus, box-drawing and full-width forms.
pub fn is_dash(c: char) -> bool {
    matches!(
        c,
        '-' | '\u{58A}' | '\u{5BE}' | '\u{2010}'
            ..='\u{2015}'
                | '\u{2043}'
                | '\u{2053}'
                | '\u{207B}'
                | '\u{208B}'
                | '\u{2212}'
                | '\u{2500}'
                | '\u{2501}'
                | '\u{2796}'
                | '\u{2E3A}'
                | '\u{2E3B}'
                | '\u{FE31}'
                | '\u{FE32}'
                | '\u{FE58}'
                | '\u{FE63}'
                | '\u{FF0D}'
    )
}

fn one_dash(c: char) -> char {
    if is_dash(c) { '-' } else { c }
}

/// The first character that no screen shows and that is no blank: a control character.
pub fn first_control(text: &str) -> Option<(usize, char)> {
    text.chars()
        .enumerate()
        .find(|(_, c)| c.is_control() && !is_blank(*c))
        .map(|(at, c)| (at + 1, c))
}

/// A character in words, for a message about it: `U+200B zero width space`, `U+00D7 ×`.
pub fn describe(c: char) -> String {
    let code = format!("U+{:04X}", u32::from(c));
    match named(c) {
        Some(name) => format!("{code} {name}"),
        None if is_invisible(c) => format!("{code} invisible character"),
        None if is_blank(c) => format!("{code} blank"),
        None if c.is_control() => format!("{code} control character"),
        None => format!("{code} {c}"),
    }
}

fn named(c: char) -> Option<&'static str> {
    Some(match c {
        '\0' => "null",
        '\t' => "tab",
        '\n' => "line feed",
        '\r' => "carriage return",
        '\u{1D}' => "group separator",
        '\u{A0}' => "no-break space",
        '\u{AD}' => "soft hyphen",
        '\u{200B}' => "zero width space",
        '\u{200C}' => "zero width non-joiner",
        '\u{200D}' => "zero width joiner",
        '\u{200E}' => "left-to-right mark",
        '\u{200F}' => "right-to-left mark",
        '\u{202A}' => "left-to-right embedding",
        '\u{202B}' => "right-to-left embedding",
        '\u{202C}' => "end of direction",
        '\u{202D}' => "left-to-right override",
        '\u{202E}' => "right-to-left override",
        '\u{2060}' => "word joiner",
        '\u{2800}' => "Braille blank",
        '\u{3000}' => "ideographic space",
        '\u{FEFF}' => "byte order mark",
        '\u{FFFC}' => "object replacement character",
        '\u{FFFD}' => "replacement character",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_nobody_sees_is_dropped() {
        for text in [
            "\u{202D}A 1\u{202C}",
            "\u{FEFF}A\u{200B} 1",
            "A\u{AD} 1",
            "\u{2066}A\u{A0}1\u{2069}",
            "A\u{FE0F}\u{3000}\u{2003}1\r\n",
            "\tA\u{2800}1 ",
            "A\u{E0100} 1\u{3164}",
        ] {
            assert_eq!(tidy(text), "A 1", "{text:?}");
        }
    }

    #[test]
    fn one_form_of_what_looks_alike() {
        for (text, one) in [
            ("ＡＢ－１００１", "AB-1001"),
            ("AB‑1001", "AB-1001"),
            ("AB–1001", "AB-1001"),
            ("AB−1001", "AB-1001"),
            ("⽅⽂静", "方文静"),
            ("⻩⻰⻬", "黄龙齐"),
            ("Zoe\u{308}", "Zoë"),
            ("①②", "12"),
            ("ﾏﾘ", "マリ"),
            ("\u{F96B}", "參"),
        ] {
            assert_eq!(narrow(text), one, "{text}");
        }
    }

    #[test]
    fn names_keep_their_width_and_their_dots() {
        assert_eq!(tidy(" 阿依古丽·买买提\u{200B} "), "阿依古丽·买买提");
        assert_eq!(tidy("Ａｎｎａ"), "Ａｎｎａ");
        assert_eq!(tidy("⽅⽂静"), "方文静");
        assert_eq!(tidy("Zoe\u{308}"), "Zoë");
    }

    #[test]
    fn a_folded_text_keeps_what_tells_numbers_apart() {
        assert_eq!(fold("沪A-00123"), "沪a00123");
        assert_ne!(fold("沪A00123"), fold("京A00123"));
        assert_eq!(fold("ＧＯＬＤ"), "gold");
        assert_eq!(fold("- · -"), "");
        assert_eq!(fold("É1"), "é1");
    }

    #[test]
    fn a_character_in_words() {
        assert_eq!(describe('\u{200B}'), "U+200B zero width space");
        assert_eq!(describe('×'), "U+00D7 ×");
        assert_eq!(describe('\u{7}'), "U+0007 control character");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn bringing_to_one_form_twice_is_once(text in "\\PC{0,24}|.{0,24}|[a-zA-Z⼀-⿕⺀-⻳\u{300}-\u{345} .\\-]{0,12}") {
            for form in [tidy, narrow, fold] {
                let once = form(&text);
                prop_assert_eq!(form(&once), once.clone());
            }
            prop_assert_eq!(fold(&narrow(&text)), fold(&text));
            prop_assert_eq!(narrow(&tidy(&text)), narrow(&text));
        }
    }
}
