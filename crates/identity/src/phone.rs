//! Mobile numbers in one form, the same at the counter and at the centre: a sale for a number that is not known
//! yet finds its member only so.

use crate::spreadsheet;
use crate::text::{describe, is_blank, is_dash, is_invisible, narrow};
use std::fmt;
use thiserror::Error;
use unicode_normalization::UnicodeNormalization;

/// Digits of a mobile number of the mainland.
const DIGITS: usize = 11;
/// Significant digits below which an exponent's mantissa has been rounded: `1.3800005678E10` of a program has them
/// all, but for zeros at the end; a spreadsheet shows six.
const UNROUNDED: usize = 10;
/// A longer text is no phone number, however it is written; in bytes.
const LONGEST: usize = 256;
/// What people write before a number, in small letters.
const LABELS: [&str; 16] = [
    "手机号码",
    "联系电话",
    "联系方式",
    "手机号",
    "手机",
    "电话号码",
    "电话",
    "号码",
    "cellphone",
    "mobile",
    "phone",
    "cell",
    "tel",
    "mob",
    "m",
    "t",
];

/// A mobile number of the mainland: 11 digits, the first of them 1, the second 3 to 9.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MobileNumber(String);

impl MobileNumber {
    /// Reads a number as people type and copy it: blanks, dashes and dots of all kinds, brackets, full width, `+86`,
    /// invisible marks, a spreadsheet's apostrophe and `.0`, a label before it.
    ///
    /// # Errors
    /// Why the text is none, by the character that is in the way where one is.
    pub fn parse(text: &str) -> Result<Self, NoPhone> {
        if text.len() > LONGEST {
            return Err(NoPhone::Digits { count: text.len() });
        }
        let written = Written::of(text);
        let digits = written.digits(text)?;
        let mut local = local(&digits, &["0086", "086", "86", "0"]);
        let whole;
        if local.len() != DIGITS
            && let Some(without) = written.without_point_zero()
        {
            whole = without.digits(text)?;
            local = self::local(&whole, &["0086", "086", "86", "0"]);
        }
        if local.is_empty() {
            return Err(NoPhone::Empty);
        }
        if local.len() != DIGITS {
            return Err(NoPhone::Digits { count: local.len() });
        }
        let mobile = matches!(local.as_bytes(), [b'1', b'3'..=b'9', ..]);
        if mobile {
            Ok(Self(local.to_owned()))
        } else {
            Err(NoPhone::NotMobile)
        }
    }

    /// The 11 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The 11 digits, taken out.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl fmt::Display for MobileNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a text is no mobile number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NoPhone {
    /// Nothing is in it.
    #[error("no number")]
    Empty,
    /// It holds a character that belongs in no phone number. `place` counts characters from 1.
    #[error("not a phone number: {} at place {place}", describe(*character))]
    Character {
        /// Which.
        character: char,
        /// Where.
        place: usize,
    },
    /// Another number of digits than 11.
    #[error("not a mobile number of 11 digits: it has {count}")]
    Digits {
        /// How many there are, without the country's code.
        count: usize,
    },
    /// 11 digits that do not begin as a mobile number does.
    #[error("not a mobile number: none begins so")]
    NotMobile,
    /// A spreadsheet has rounded it.
    #[error("a spreadsheet has rounded this number; export the column as text")]
    Rounded,
}

impl NoPhone {
    /// A stable name for it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Character { .. } => "character",
            Self::Digits { .. } => "digits",
            Self::NotMobile => "not_mobile",
            Self::Rounded => "rounded",
        }
    }

    /// The character that is in the way, in words; none where it is something else.
    pub fn character(&self) -> Option<String> {
        match self {
            Self::Character { character, .. } => Some(describe(*character)),
            _ => None,
        }
    }
}

/// What was typed of a number, perhaps not yet all of it, as its digits without the country's code; none where
/// something else is in it. A plus sign may stand before a country's code only.
pub fn typed_digits(text: &str) -> Option<String> {
    let digits = Written::of(text).digits(text).ok()?;
    Some(local(&digits, &["0086", "86"]).to_owned())
}

/// The 11 digits behind one of these prefixes; else all.
fn local<'a>(digits: &'a str, prefixes: &[&str]) -> &'a str {
    prefixes
        .iter()
        .find_map(|prefix| {
            digits
                .strip_prefix(prefix)
                .filter(|rest| rest.len() == DIGITS)
        })
        .unwrap_or(digits)
}

/// What is written, without what nobody sees: each character in its plain form, with its place in the text.
struct Written(Vec<(usize, char)>);

impl Written {
    fn of(text: &str) -> Self {
        // the keycap of 1️⃣ lies around a digit
        let seen = |c: char| !is_invisible(c) && c != '\u{20E3}';
        let all: Vec<(usize, char)> = (1..)
            .zip(text.chars())
            .filter(|(_, c)| seen(*c))
            .flat_map(|(place, c)| std::iter::once(c).nfkc().map(move |c| (place, c)))
            .collect();
        Self(without_label(&all).to_vec())
    }

    /// The digits with those of the country's code.
    fn digits(&self, text: &str) -> Result<String, NoPhone> {
        let plain = narrow(text);
        if let Some(number) = of_exponent(spreadsheet::unquoted(&plain))? {
            return Ok(number);
        }
        let mut digits = String::new();
        let mut plus = None;
        for (place, c) in &self.0 {
            match c {
                '0'..='9' => digits.push(*c),
                '+' if plus.is_none() && digits.is_empty() => plus = Some((*place, *c)),
                _ if is_separator(*c) => {}
                _ => {
                    return Err(NoPhone::Character {
                        character: *c,
                        place: *place,
                    });
                }
            }
        }
        match plus {
            // a plus sign says that a country's code follows
            Some((place, character)) if !digits.trim_start_matches('0').starts_with("86") => {
                Err(NoPhone::Character { character, place })
            }
            _ => Ok(digits),
        }
    }

    /// Without the `.0` of a number that a spreadsheet or a program took for a quantity.
    fn without_point_zero(&self) -> Option<Self> {
        let end = self
            .0
            .iter()
            .rposition(|(_, c)| !is_separator(*c) || *c == '.')?;
        let text = self.0.get(..=end)?;
        let zeros = text.iter().rev().take_while(|(_, c)| *c == '0').count();
        let (head, tail) = text.split_at_checked(text.len().checked_sub(zeros + 1)?)?;
        let point = tail.first().is_some_and(|(_, c)| *c == '.');
        (point && (1..=6).contains(&zeros)).then(|| Self(head.to_vec()))
    }
}

/// What may stand between the digits of a number and means nothing.
fn is_separator(c: char) -> bool {
    is_blank(c)
        || is_dash(c)
        || matches!(
            c,
            '(' | ')'
                | '['
                | ']'
                | '{'
                | '}'
                | '〔'
                | '〕'
                | '【'
                | '】'
                | '「'
                | '」'
                | '<'
                | '>'
                | '《'
                | '》'
                | '.'
                | '·'
                | '•'
                | '・'
                | '‧'
                | '∙'
                | '。'
                | '、'
                | ','
                | ';'
                | '/'
                | '_'
                | 'ー'
                | '\''
                | '"'
                | '`'
                | '‘'
                | '’'
                | '“'
                | '”'
                | '='
        )
}

/// `1.3800005678E10`, as a program writes it, is exact; `1.38E+10` of a spreadsheet is not.
fn of_exponent(text: &str) -> Result<Option<String>, NoPhone> {
    let Some((digits, power, _)) = spreadsheet::exponent(text) else {
        return Ok(None);
    };
    let places = usize::try_from(power).map_err(|_| NoPhone::Rounded)?;
    if digits.len() < UNROUNDED || places > 15 {
        return Err(NoPhone::Rounded);
    }
    let (whole, parts) = digits.split_at(digits.len().min(places + 1));
    if parts.bytes().any(|b| b != b'0') {
        return Err(NoPhone::Rounded);
    }
    Ok(Some(format!("{whole:0<width$}", width = places + 1)))
}

/// Without `手机:`, `Tel.` or a picture of a telephone before the number.
fn without_label(all: &[(usize, char)]) -> &[(usize, char)] {
    let starts = all
        .iter()
        .position(|(_, c)| c.is_ascii_digit() || *c == '+')
        .unwrap_or(all.len());
    let (head, number) = all.split_at(starts);
    let said: String = head
        .iter()
        .map(|(_, c)| *c)
        .filter(|c| {
            !is_separator(*c) && *c != ':' && !matches!(c, '☎' | '☏' | '✆' | '📞' | '📱' | '📲')
        })
        .flat_map(char::to_lowercase)
        .collect();
    if said.is_empty() || LABELS.contains(&said.as_str()) {
        number
    } else {
        all
    }
}

/// The last four digits of a number; all of what is shorter.
#[must_use]
pub fn last_four(number: &str) -> &str {
    let fourth = number.char_indices().rev().nth(3);
    fourth
        .and_then(|(at, _)| number.get(at..))
        .unwrap_or(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_as_people_type_and_copy_them() {
        for text in [
            "13800005678",
            "138 0000 5678",
            "138-0000-5678",
            "(138)00005678",
            "+8613800005678",
            "+86 138 0000 5678",
            "+86-138-0000-5678",
            "（+86）138 0000 5678",
            "008613800005678",
            "8613800005678",
            "013800005678",
            "１３８００００５６７８",
            "＋８６ 13800005678",
            // marks of direction, as contact lists put them around a number
            "\u{202D}138 0000 5678\u{202C}",
            "\u{2066}+86 138 0000 5678\u{2069}",
            "138\u{200B}00005678",
            "\u{FEFF}13800005678",
            "138\u{AD}0000\u{AD}5678",
            "138\u{2060}0000\u{200D}5678",
            "138\u{A0}0000\u{A0}5678",
            "138\u{2009}0000\u{202F}5678",
            "138–0000–5678",
            "138—0000—5678",
            "138‑0000‑5678",
            "138−0000−5678",
            "138.0000.5678",
            "138・0000・5678",
            "138ー0000ー5678",
            // spreadsheets and programs
            "'13800005678",
            "’13800005678",
            "=\"13800005678\"",
            "\"13800005678\"",
            "13800005678.0",
            "13800005678.00",
            "1.3800005678E10",
            "1.3800005678E+10",
            "13800005678\t",
            "13800005678\r\n",
            "13800005678；",
            "13800005678。",
            // labels and decoration
            "手机：13800005678",
            "Tel: 138 0000 5678",
            "tel:+8613800005678",
            "📱13800005678",
            "1️⃣3️⃣8️⃣0️⃣0️⃣0️⃣0️⃣5️⃣6️⃣7️⃣8️⃣",
            "𝟏𝟑𝟖𝟎𝟎𝟎𝟎𝟓𝟔𝟕𝟖",
        ] {
            assert_eq!(
                MobileNumber::parse(text).map(MobileNumber::into_string),
                Ok("13800005678".to_owned()),
                "{text:?}"
            );
        }
    }

    #[test]
    fn the_reason_names_what_is_in_the_way() {
        use NoPhone::{Character, Digits, Empty, NotMobile, Rounded};
        for (text, why) in [
            ("", Empty),
            (" \u{200B} ", Empty),
            ("1380000567", Digits { count: 10 }),
            ("138000056789", Digits { count: 12 }),
            ("86138000056", NotMobile),
            ("12800005678", NotMobile),
            ("23800005678", NotMobile),
            (
                "1380000567a",
                Character {
                    character: 'a',
                    place: 11,
                },
            ),
            (
                "138×00005678",
                Character {
                    character: '×',
                    place: 4,
                },
            ),
            (
                "138\u{200B}0O005678",
                Character {
                    character: 'O',
                    place: 6,
                },
            ),
            (
                "138\u{FFFD}0005678",
                Character {
                    character: '\u{FFFD}',
                    place: 4,
                },
            ),
            (
                "138\u{0}005678",
                Character {
                    character: '\0',
                    place: 4,
                },
            ),
            (
                "张13800005678",
                Character {
                    character: '张',
                    place: 1,
                },
            ),
            (
                "13800005678*",
                Character {
                    character: '*',
                    place: 12,
                },
            ),
            (
                "++13800005678",
                Character {
                    character: '+',
                    place: 2,
                },
            ),
            (
                "+13800005678",
                Character {
                    character: '+',
                    place: 1,
                },
            ),
            ("13800005678 13900005678", Digits { count: 22 }),
            ("1.38E+10", Rounded),
            ("1.38000E+10", Rounded),
            ("1,38E+10", Rounded),
            ("1.38E10", Rounded),
        ] {
            assert_eq!(MobileNumber::parse(text), Err(why), "{text:?}");
        }
        let why = MobileNumber::parse("138×00005678").unwrap_err();
        assert_eq!(why.to_string(), "not a phone number: U+00D7 × at place 4");
        assert!(MobileNumber::parse(&"1".repeat(10_000)).is_err());
    }

    #[test]
    fn a_number_that_is_being_typed() {
        assert_eq!(typed_digits("138 00").as_deref(), Some("13800"));
        assert_eq!(
            typed_digits("+86 138 0000 5678").as_deref(),
            Some("13800005678")
        );
        assert_eq!(typed_digits("138a"), None);
    }

    proptest! {
        #[test]
        fn a_number_is_read_however_it_is_decorated(
            number in "1[3-9][0-9]{9}",
            marks in proptest::collection::vec("[ \\-–.\u{200B}\u{202D}\u{202C}\u{A0}\u{FEFF}()]{0,2}", 12),
            country in prop_oneof![Just(""), Just("+86"), Just("0086 "), Just("86-")],
        ) {
            let mut text = country.to_owned();
            for (c, mark) in number.chars().zip(&marks) {
                text.push_str(mark);
                text.push(c);
            }
            text.push_str(marks.last().unwrap());
            prop_assert_eq!(MobileNumber::parse(&text), Ok(MobileNumber(number)));
        }

        #[test]
        fn any_text_is_answered_and_a_number_is_itself(text in "\\PC{0,30}|[0-9+ .E\\-]{0,20}") {
            if let Ok(number) = MobileNumber::parse(&text) {
                prop_assert_eq!(MobileNumber::parse(number.as_str()), Ok(number.clone()));
                prop_assert_eq!(number.as_str().len(), 11);
            }
        }
    }
}
