//! The readings of a name: every way in which it may be spoken, most usual first.

use super::fold::{self, KEY_CHARS};
use super::surnames;
use identity::{han, text};
use pinyin::ToPinyinMulti;

/// Readings kept of one name.
pub(super) const READINGS: usize = 24;
/// Parts of a name that are read: at least a letter each, they fill the longest key.
const PARTS: usize = KEY_CHARS;
/// A second reading of a character is this much less usual than the first.
const LESS_USUAL: u32 = 10;

/// One way to read a name, in letters `a` to `z` without tones.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Reading {
    cost: u32,
    /// All of it: `zhangxiaomei`.
    pub(super) full: String,
    /// First letters: `zxm`.
    pub(super) initials: String,
    /// Surname whole, given name by first letters: `zhangxm`.
    pub(super) surname_full: String,
}

/// A part of a name that is read as one: a Chinese character or a word in Latin letters.
struct Part {
    readings: Vec<(u32, String)>,
    surname: bool,
}

/// All readings, at most [`READINGS`], most usual first. Characters of unknown reading are left out.
pub(super) fn of(name: &str) -> Vec<Reading> {
    let mut found = vec![Reading::default()];
    for part in parts(name) {
        let mut longer: Vec<Reading> = Vec::with_capacity(found.len() * part.readings.len());
        for before in &found {
            for (cost, letters) in &part.readings {
                let mut next = before.clone();
                next.cost += cost;
                next.full.push_str(letters);
                let first = letters.get(..1).unwrap_or_default();
                next.initials.push_str(first);
                next.surname_full
                    .push_str(if part.surname { letters } else { first });
                longer.push(next);
            }
        }
        // costs add up, so what is not among the best here cannot be among the best at the end
        longer.sort_by(|a, b| a.cost.cmp(&b.cost).then_with(|| a.full.cmp(&b.full)));
        let mut seen: Vec<(String, String)> = Vec::new();
        longer.retain(|r| {
            let key = (r.full.clone(), r.initials.clone());
            let new = !seen.contains(&key);
            if new {
                seen.push(key);
            }
            new
        });
        longer.truncate(READINGS);
        found = longer;
    }
    found.retain(|r| !r.full.is_empty());
    found
}

fn parts(name: &str) -> Vec<Part> {
    let characters: Vec<char> = text::narrow(name).chars().collect();
    let begins_han = characters.first().copied().is_some_and(han::is_han);
    let compound = if begins_han {
        surnames::double(&characters)
    } else {
        None
    };
    let surname_length = compound
        .as_ref()
        .map_or(usize::from(begins_han), |(length, _)| *length);
    let mut parts = Vec::new();
    let mut word = String::new();
    let mut umlaut = false;
    for (place, c) in characters.iter().copied().enumerate() {
        if parts.len() >= PARTS {
            break;
        }
        if let Some(letter) = fold::latin(c) {
            umlaut |= letter == 'v' && !c.eq_ignore_ascii_case(&'v');
            word.push(letter);
            continue;
        }
        end_word(&mut word, umlaut, &mut parts);
        umlaut = false;
        let surname = place < surname_length;
        let mut first: Vec<&'static str> = Vec::new();
        if surname {
            match &compound {
                Some((_, readings)) => first.extend(readings.get(place).copied()),
                None => first.extend(surnames::single(c)),
            }
        }
        let readings = character(c, &first);
        if !readings.is_empty() {
            parts.push(Part { readings, surname });
        }
    }
    end_word(&mut word, umlaut, &mut parts);
    parts
}

fn end_word(word: &mut String, umlaut: bool, parts: &mut Vec<Part>) {
    if word.is_empty() {
        return;
    }
    let word = std::mem::take(word);
    let mut readings = vec![(0, word.clone())];
    if umlaut {
        // ü came here as v, as it is typed in pinyin; `Müller` is typed with u
        readings.push((1, word.replace('v', "u")));
    }
    parts.push(Part {
        readings,
        surname: false,
    });
}

/// The readings of one character: `first`, then the dictionary's.
fn character(c: char, first: &[&'static str]) -> Vec<(u32, String)> {
    let dictionary = c
        .to_pinyin_multi()
        .into_iter()
        .flatten()
        .map(pinyin::Pinyin::plain);
    let mut readings: Vec<(u32, String)> = Vec::new();
    let mut cost = 0;
    for reading in first.iter().copied().chain(dictionary) {
        let letters: String = reading.chars().filter_map(fold::latin).collect();
        if letters.is_empty() || readings.iter().any(|(_, r)| *r == letters) {
            continue;
        }
        if reading.contains('ü') {
            readings.push((cost + 1, letters.replace('v', "u")));
        }
        readings.push((cost, letters));
        cost += LESS_USUAL;
    }
    readings
}
