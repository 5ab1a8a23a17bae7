//! What a member is found by.
//!
//! A key is a letter for its space and the text in it: `d` digits and member numbers, `t` the last four
//! digits, `h` names as they are written, `l` everything in Latin letters. Each space has its own kind
//! of query, so that what is typed is looked for in one place. A key that names a member whole ends in
//! [`END`]; typing all of it is an exact match. Initials and tails never name one member, so they have
//! no end mark and are ordered with everything else that begins with them.

use super::fold::KEY_CHARS;
use super::{fold, readings};
use identity::{name, phone, text};
use protocol::entity::Member;
use serde::Serialize;

/// Marks the end of a key that names a member whole. It is in no key's text.
pub(super) const END: char = '!';

/// By what a member was found; the better kind first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The number on the card.
    MemberNo,
    /// Mobile number, from its beginning.
    Phone,
    /// The last four digits of the mobile number.
    Tail,
    /// The name as it is written.
    Name,
    /// The name in pinyin.
    Pinyin,
    /// First letters of the pinyin, or of the words of a name in Latin letters.
    Initials,
}

impl Kind {
    const ALL: [Self; 6] = [
        Self::MemberNo,
        Self::Phone,
        Self::Tail,
        Self::Name,
        Self::Pinyin,
        Self::Initials,
    ];

    /// The number that the tables keep for it.
    pub(super) fn code(self) -> u8 {
        self as u8
    }

    /// The kind of a number from the tables; what is not known is the least of them.
    pub(super) fn from_code(code: i64) -> Self {
        usize::try_from(code)
            .ok()
            .and_then(|i| Self::ALL.get(i).copied())
            .unwrap_or(Self::Initials)
    }
}

/// One key of a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// What it is.
    pub kind: Kind,
    /// Space, text and perhaps the end mark.
    pub text: String,
}

/// All keys of a member; no text twice.
pub fn of(member: &Member) -> Vec<Key> {
    let mut keys = Keys(of_parts(&member.name, &member.phone, &member.no));
    for card in &member.earlier_cards {
        keys.whole(Kind::MemberNo, 'd', &text::fold(card));
    }
    keys.0
}

/// All keys for a name, a mobile number and a member number; each may be empty.
pub fn of_parts(name: &str, phone: &str, no: &str) -> Vec<Key> {
    let mut keys = Keys::default();
    let number = text::fold(no);
    keys.whole(Kind::MemberNo, 'd', &number);
    // the digits alone are typed too; they name nobody
    let digits = number.trim_start_matches(|c: char| !c.is_ascii_digit());
    if digits.len() >= 4 && digits.bytes().all(|b| b.is_ascii_digit()) {
        keys.whole(Kind::MemberNo, 'd', digits);
    }
    let phone = phone::typed_digits(phone).unwrap_or_default();
    keys.whole(Kind::Phone, 'd', &phone);
    if phone.len() >= 7 {
        keys.open(
            Kind::Tail,
            't',
            phone.get(phone.len() - 4..).unwrap_or_default(),
        );
    }
    keys.name(name);
    keys.0
}

#[derive(Default)]
struct Keys(Vec<Key>);

impl Keys {
    fn name(&mut self, name: &str) {
        let written = name::key(name);
        let latin = written
            .chars()
            .all(|c| fold::latin(c).is_some() || c.is_ascii_digit());
        if !latin {
            self.whole(Kind::Name, 'h', &written);
        }
        let kind = if latin { Kind::Name } else { Kind::Pinyin };
        let readings = readings::of(name);
        for reading in &readings {
            self.whole(kind, 'l', &reading.full);
        }
        if latin {
            self.last_word_first(name);
        }
        for reading in &readings {
            if reading.initials.len() > 1 || !latin {
                self.open(Kind::Initials, 'l', &reading.initials);
            }
            // for a given name of one character this is a beginning of the whole pinyin already
            if !readings
                .iter()
                .any(|r| r.full.starts_with(&reading.surname_full))
            {
                self.open(Kind::Pinyin, 'l', &reading.surname_full);
            }
        }
    }

    /// `Mary Smith` is looked for as `smith` too.
    fn last_word_first(&mut self, name: &str) {
        let words: Vec<String> = text::narrow(name)
            .split(fold::is_separator)
            .map(|word| word.chars().filter_map(fold::latin).collect::<String>())
            .filter(|word| !word.is_empty())
            .collect();
        if let Some((last, before)) = words.split_last().filter(|(_, before)| !before.is_empty()) {
            self.whole(Kind::Name, 'l', &format!("{last}{}", before.concat()));
        }
    }

    fn whole(&mut self, kind: Kind, space: char, text: &str) {
        if let Some(key) = whole(space, text) {
            self.add(kind, key);
        }
    }

    fn open(&mut self, kind: Kind, space: char, text: &str) {
        if let Some(key) = key_text(space, text) {
            self.add(kind, key);
        }
    }

    fn add(&mut self, kind: Kind, text: String) {
        match self.0.iter_mut().find(|key| key.text == text) {
            Some(key) => key.kind = key.kind.min(kind),
            None => self.0.push(Key { kind, text }),
        }
    }
}

/// The key that names something whole; none for an empty text. One that is cut off has no end mark.
pub(super) fn whole(space: char, text: &str) -> Option<String> {
    let mut key = key_text(space, text)?;
    if key.chars().count() <= KEY_CHARS {
        key.push(END);
    }
    Some(key)
}

/// The beginning that all keys share which begin with `text` in this space; none for an empty text.
pub(super) fn key_text(space: char, text: &str) -> Option<String> {
    if text.is_empty() {
        return None;
    }
    let mut key = String::with_capacity(text.len() + 2);
    key.push(space);
    key.extend(text.chars().take(KEY_CHARS));
    Some(key)
}
