//! The number on a member's card.

use crate::choose::Likeness;
use crate::{Refusal, member_code, spreadsheet, text};
use std::fmt;

/// The longest number on a card, in characters.
pub const CARD_CHARS: usize = 40;

/// Digits of a number that we give: an 8, eight that are drawn, and a check digit.
pub const OWN_DIGITS: usize = 10;
/// How many numbers may be drawn.
pub const OWN_NUMBERS: u32 = 100_000_000;

/// The number on a card, as it was printed, typed or scanned.
///
/// It is kept in its exact form: width, kinds of dashes and what nobody sees brought to one form, so that equal
/// numbers are equal texts. Case, blanks, punctuation and Chinese characters tell cards apart: 沪A00123 is not
/// 京A00123, and 10-01 is not 100-1. They fold alike only where letters and digits of all scripts, small, are the
/// same in one order.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CardNo {
    exact: String,
    folded: String,
}

impl CardNo {
    /// Reads a number to look for.
    ///
    /// # Errors
    /// Where no card can have it: blank, too long, or with a control character.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        if let Some((place, character)) = text::first_control(text.trim()) {
            return Err(Refusal::Control { character, place });
        }
        let exact = text::narrow(text);
        if exact.chars().count() > CARD_CHARS {
            return Err(Refusal::TooLong { most: CARD_CHARS });
        }
        let folded = text::fold(&exact);
        if folded.is_empty() {
            return Err(Refusal::Blank);
        }
        Ok(Self { exact, folded })
    }

    /// Reads a number for a new card: beside what [`CardNo::parse`] refuses, what a spreadsheet has damaged or would
    /// run, and what a scan of it would be taken for.
    ///
    /// # Errors
    /// Why it can be no card's.
    pub fn admit(text: &str) -> Result<Self, Refusal> {
        let plain = text::narrow(text);
        if spreadsheet::is_exponent(&plain) {
            return Err(Refusal::Rounded);
        }
        if spreadsheet::is_error(&plain) {
            return Err(Refusal::SpreadsheetError);
        }
        if member_code::is_code(&plain) {
            return Err(Refusal::MemberCode);
        }
        if plain.contains(':') {
            return Err(Refusal::Colon);
        }
        let card = Self::parse(text)?;
        match spreadsheet::formula(&plain) {
            Some(character) => Err(Refusal::Formula { character }),
            None => Ok(card),
        }
    }

    /// A number of our own for a new card: `drawn`, of which there are [`OWN_NUMBERS`], behind an 8, with the check digit
    /// by which one wrong digit, or two that changed places, is seen (ISO/IEC 7812-1, annex B: Luhn). Numbers are drawn
    /// at random, so that nobody reads off one what others are, or how many members there are.
    ///
    /// # Errors
    /// None that can be met: a number of ten digits is a card's.
    pub fn own(drawn: u32) -> Result<Self, Refusal> {
        let drawn = drawn % OWN_NUMBERS;
        let body = format!("8{drawn:08}");
        let digit = check_digit(&body);
        Self::parse(&format!("{body}{digit}"))
    }

    /// Whether this looks like a number of our own and cannot be one: a digit of it was mistyped. Brands bring cards of
    /// their own, so that it may be one of theirs all the same.
    pub fn is_own_mistyped(&self) -> bool {
        let text = self.as_str();
        let like = text.len() == OWN_DIGITS
            && text.starts_with('8')
            && text.bytes().all(|b| b.is_ascii_digit());
        let (body, digit) = match text.char_indices().last() {
            Some((at, digit)) => (&text[..at], digit.to_digit(10)),
            None => return false,
        };
        like && digit != Some(check_digit(body))
    }

    /// The exact key, which is also the number as it is kept and shown.
    pub fn as_str(&self) -> &str {
        &self.exact
    }

    /// The folded key: letters and digits of all scripts, small.
    pub fn folded(&self) -> &str {
        &self.folded
    }

    /// How this number, as it was typed, is like the number of a card as it is kept.
    pub fn likeness(&self, kept: &str) -> Option<Likeness> {
        if self.exact == kept {
            return Some(Likeness::Exact);
        }
        // numbers that were taken before they were brought to one form
        let kept = text::narrow(kept);
        if self.exact == kept {
            Some(Likeness::Exact)
        } else if self.folded == text::fold(&kept) {
            Some(Likeness::Folded)
        } else {
            None
        }
    }
}

/// The digit by which digits and it together add up to a multiple of ten, every second from the right counted twice.
fn check_digit(digits: &str) -> u32 {
    let values = digits.chars().rev().filter_map(|c| c.to_digit(10));
    let sum: u32 = values
        .enumerate()
        .map(|(place, value)| match place % 2 {
            0 => value * 2 / 10 + value * 2 % 10,
            _ => value,
        })
        .sum();
    (10 - sum % 10) % 10
}

impl fmt::Display for CardNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.exact)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn card(text: &str) -> CardNo {
        CardNo::parse(text).unwrap()
    }

    #[test]
    fn our_own_numbers_have_luhns_digit() {
        // the example of the patent, US 2950048 A
        assert_eq!(check_digit("7992739871"), 3);
        assert_eq!(
            card("8000000003").as_str(),
            CardNo::own(0).unwrap().as_str()
        );
        for not_ours in ["沪88001", "80000000020", "7000000003", "8", "800000000a"] {
            assert!(!card(not_ours).is_own_mistyped(), "{not_ours}");
        }
    }

    proptest! {
        #[test]
        fn one_wrong_digit_of_our_own_is_seen(drawn in 0..OWN_NUMBERS, place in 1usize..OWN_DIGITS, more in 1u8..10) {
            let own = CardNo::own(drawn).unwrap();
            prop_assert_eq!(own.as_str().len(), OWN_DIGITS);
            prop_assert!(!own.is_own_mistyped());
            let mut digits = own.as_str().as_bytes().to_vec();
            digits[place] = b'0' + (digits[place] - b'0' + more) % 10;
            let wrong = card(std::str::from_utf8(&digits).unwrap());
            prop_assert!(wrong.is_own_mistyped(), "{}", wrong);
        }
    }

    #[test]
    fn what_is_one_number_for_sure_is_exact() {
        for text in [
            "ab-1001",
            " ab-1001 ",
            "ａｂ－１００１",
            "ab‑1001",
            "\u{FEFF}ab\u{200B}-1001",
            "ab–1001",
        ] {
            assert_eq!(card(text).as_str(), "ab-1001", "{text:?}");
            assert_eq!(card(text).likeness("ab-1001"), Some(Likeness::Exact));
        }
        assert_eq!(
            card("ab-1001").likeness("ａｂ－１００１"),
            Some(Likeness::Exact)
        );
    }

    #[test]
    fn what_may_be_taken_for_another_folds_alike() {
        for (a, b) in [
            ("ab-1001", "AB1001"),
            ("10-01", "100-1"),
            ("GOLD", "gold"),
            ("沪88001", "沪 88001"),
        ] {
            assert_eq!(card(a).likeness(b), Some(Likeness::Folded), "{a} {b}");
        }
        for (a, b) in [
            ("沪A00123", "京A00123"),
            ("沪A00123", "A00123"),
            ("00123", "123"),
            ("É1", "E1"),
        ] {
            assert_eq!(card(a).likeness(b), None, "{a} {b}");
        }
    }

    #[test]
    fn what_no_card_can_have_is_refused() {
        for (text, why) in [
            ("", Refusal::Blank),
            (" \u{3000}\u{200B}", Refusal::Blank),
            ("---", Refusal::Blank),
            (
                "A\u{7}1",
                Refusal::Control {
                    character: '\u{7}',
                    place: 2,
                },
            ),
            (
                "A\u{0}1",
                Refusal::Control {
                    character: '\0',
                    place: 2,
                },
            ),
            (&"1".repeat(41), Refusal::TooLong { most: CARD_CHARS }),
            ("1.00023E+11", Refusal::Rounded),
            ("1,00023E+11", Refusal::Rounded),
            ("#N/A", Refusal::SpreadsheetError),
            ("=1+1", Refusal::Formula { character: '=' }),
            ("＋A1", Refusal::Formula { character: '+' }),
            ("−A1", Refusal::Formula { character: '-' }),
            ("@A1", Refusal::Formula { character: '@' }),
            ("CPM:GOLD", Refusal::MemberCode),
            ("ｃｐｍ：GOLD", Refusal::MemberCode),
            ("A：B", Refusal::Colon),
        ] {
            assert_eq!(CardNo::admit(text), Err(why), "{text:?}");
        }
        for text in [
            "GOLD",
            "沪88001",
            "a",
            "A/B",
            "100%",
            "1E5",
            "#1001",
            &"京".repeat(40),
        ] {
            assert!(CardNo::admit(text).is_ok(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_card_is_found_exactly_by_what_it_is_kept_as(text in "\\PC{1,20}|[A-Z0-9沪京:%. \\-]{1,12}") {
            if let Ok(card) = CardNo::admit(&text) {
                let again = CardNo::parse(card.as_str()).unwrap();
                prop_assert!(!card.as_str().starts_with(['=', '+', '-', '@']));
                prop_assert_eq!(&again, &card);
                prop_assert_eq!(again.likeness(card.as_str()), Some(Likeness::Exact));
                prop_assert_eq!(card.likeness(&text), Some(Likeness::Exact));
            }
        }

        #[test]
        fn one_number_is_exactly_no_other_card(a in "[A-Ca-c1沪京 \\-]{1,4}", b in "[A-Ca-c1沪京 \\-]{1,4}") {
            if let (Ok(a), Ok(b)) = (CardNo::admit(&a), CardNo::admit(&b)) {
                let exact = a.likeness(b.as_str()) == Some(Likeness::Exact);
                prop_assert_eq!(exact, a == b);
                if exact {
                    prop_assert_eq!(a.folded(), b.folded());
                }
            }
        }
    }
}
