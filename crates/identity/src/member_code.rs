//! The code of a member, as her phone and her card show it and a scanner reads it: `CPM:` and the number on her
//! card, perhaps with a check behind another `:` that says that she is present.
//!
//! In a code that we write, characters that not every scanner types (Chinese characters, `:`, blanks) stand as
//! `%XX`, their bytes in UTF-8. Codes that others printed may have the number as it is.

use crate::choose::Likeness;
use crate::{CardNo, text};

/// What every code begins with.
pub const PREFIX: &str = "CPM:";
/// The longest text that is looked at, in bytes: forty characters of four bytes each as `%XX`, and a check.
pub const CODE_BYTES: usize = 640;
/// Parts of a code, at most, that may belong to the number.
const PARTS: usize = 8;

/// A scanned code: the numbers that it may mean, the likeliest first. Nearly always it is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberCode {
    text: String,
    readings: Vec<CardNo>,
}

impl MemberCode {
    /// Reads what was scanned; none where it is no code, or holds no number that a card can have.
    pub fn read(scanned: &str) -> Option<Self> {
        if scanned.len() > CODE_BYTES {
            return None;
        }
        let code = text::narrow(scanned);
        let payload = code.get(PREFIX.len()..).filter(|_| is_code(&code))?;
        let ends = payload
            .match_indices(':')
            .map(|(at, _)| at)
            .chain([payload.len()])
            .take(PARTS);
        let mut readings: Vec<CardNo> = Vec::new();
        for number in ends.filter_map(|end| payload.get(..end)) {
            let as_written = [decoded(number), Some(number.to_owned())];
            for card in as_written
                .iter()
                .flatten()
                .filter_map(|n| CardNo::parse(n).ok())
            {
                if !readings.contains(&card) {
                    readings.push(card);
                }
            }
        }
        let text = match readings.as_slice() {
            [] => return None,
            [one] => one.to_string(),
            _ => code,
        };
        Some(Self { text, readings })
    }

    /// Reads what was given for a card: a code, or the number itself.
    pub fn typed(text: &str) -> Option<Self> {
        if is_code(text) {
            return Self::read(text);
        }
        CardNo::parse(text).ok().map(Self::of)
    }

    /// A card's number, known as such.
    pub fn of(card: CardNo) -> Self {
        Self {
            text: card.to_string(),
            readings: vec![card],
        }
    }

    /// The code of a card.
    pub fn write(card: &CardNo) -> String {
        let mut code = PREFIX.to_owned();
        for byte in card.as_str().bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                code.push(char::from(byte));
            } else {
                code.push_str(&format!("%{byte:02X}"));
            }
        }
        code
    }

    /// As it is sent to the centre and read there by [`MemberCode::typed`]: the number alone where it is one alone.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The numbers that it may mean, the likeliest first; at least one.
    pub fn readings(&self) -> &[CardNo] {
        &self.readings
    }

    /// How it is like the number of a card as it is kept. What stands behind a `:` belongs to the number only where
    /// a card has exactly that.
    pub fn likeness(&self, kept: &str) -> Option<Likeness> {
        let exact = self
            .readings
            .iter()
            .any(|r| r.likeness(kept) == Some(Likeness::Exact));
        if exact {
            return Some(Likeness::Exact);
        }
        self.readings.first().and_then(|r| r.likeness(kept))
    }
}

/// Whether a text is a member's code, whatever is in it.
pub fn is_code(scanned: &str) -> bool {
    text::narrow(scanned)
        .get(..PREFIX.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(PREFIX))
}

/// A number with `%XX` as the characters that stand for it; none where there are none or they make no text.
fn decoded(number: &str) -> Option<String> {
    if !number.contains('%') {
        return None;
    }
    let mut bytes = Vec::with_capacity(number.len());
    let mut rest = number.as_bytes();
    loop {
        match rest {
            [] => break,
            [b'%', high, low, behind @ ..] => {
                let digit = |b: &u8| char::from(*b).to_digit(16);
                let byte = digit(high)? * 16 + digit(low)?;
                bytes.push(u8::try_from(byte).ok()?);
                rest = behind;
            }
            [b'%', ..] => return None,
            [byte, behind @ ..] => {
                bytes.push(*byte);
                rest = behind;
            }
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn readings(text: &str) -> Vec<String> {
        MemberCode::read(text)
            .map(|c| c.readings().iter().map(ToString::to_string).collect())
            .unwrap_or_default()
    }

    #[test]
    fn codes_as_they_are_scanned() {
        for (text, numbers) in [
            ("CPM:20460173", &["20460173"][..]),
            ("cpm:20460173\r\n", &["20460173"]),
            ("ＣＰＭ：２０４６０１７３", &["20460173"]),
            ("CPM:GOLD", &["GOLD"]),
            ("CPM:ab-1001", &["ab-1001"]),
            ("CPM:沪88001", &["沪88001"]),
            ("CPM:%E6%B2%AA88001", &["沪88001", "%E6%B2%AA88001"]),
            ("CPM:80012345:Zx81_q", &["80012345", "80012345:Zx81_q"]),
            ("CPM:A%3AB:x", &["A:B", "A%3AB", "A:B:x", "A%3AB:x"]),
            ("CPM:100%", &["100%"]),
            ("CPM:a b", &["a b"]),
            ("CPM:", &[]),
            ("CPM:::::", &[]),
            ("CPM:\u{7}", &[]),
            ("CPM", &[]),
            ("20460173", &[]),
        ] {
            assert_eq!(readings(text), numbers, "{text}");
        }
        assert!(MemberCode::read(&format!("CPM:{}", "1".repeat(1_000))).is_none());
    }

    #[test]
    fn a_check_is_no_part_of_a_number_unless_a_card_has_it() {
        let code = MemberCode::read("CPM:1001:23").unwrap();
        assert_eq!(code.likeness("1001"), Some(Likeness::Exact));
        assert_eq!(code.likeness("1001:23"), Some(Likeness::Exact));
        assert_eq!(code.likeness("10-01"), Some(Likeness::Folded));
        assert_eq!(code.likeness("100123"), None);
    }

    proptest! {
        #[test]
        fn the_code_of_every_card_is_read_as_that_card(text in "\\PC{1,20}|[A-Z0-9沪京:%. \\-]{1,12}", check in "(:[a-z0-9]{6})?") {
            if let Ok(card) = CardNo::admit(&text) {
                let code = format!("{}{check}", MemberCode::write(&card));
                prop_assert!(code.is_ascii());
                let read = MemberCode::read(&code).unwrap();
                prop_assert_eq!(read.readings().first(), Some(&card));
                prop_assert_eq!(read.likeness(card.as_str()), Some(Likeness::Exact));
            }
        }

        #[test]
        fn any_text_is_answered(text in "CPM:.{0,40}|\\PC{0,40}") {
            if let Some(code) = MemberCode::read(&text) {
                prop_assert!(!code.readings().is_empty());
                prop_assert_eq!(MemberCode::typed(code.as_str()), Some(code));
            }
        }
    }
}
