//! In which encoding a file is that does not say so.
//!
//! What is UTF-8 throughout is UTF-8: text of other encodings is so by chance only where it is short, and then it has
//! letters of far-off scripts. Else, what is valid GB18030 is read as such and said, unless it reads like another
//! encoding taken for it.

use encoding_rs::{BIG5, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use super::decoded::{Decoded, decode_as};

/// Bytes that are looked at for the zeros of UTF-16.
const LOOKED_AT: usize = 8_192;
/// Characters of a sample.
const SAMPLE: usize = 24;

/// Reads bytes as text of the encoding that they seem to be.
///
/// # Errors
/// Where they may be of two; with a line as each of them would have it.
pub(super) fn decode(bytes: &[u8]) -> Result<Decoded, String> {
    let utf8 = decode_as(UTF_8, bytes, 0);
    if utf8.damage.is_empty() && !utf8.text.contains('\0') {
        return Ok(if is_by_chance(&utf8.text) {
            let gb = decode_as(GB18030, bytes, 0);
            if is_all_chinese(&gb) { noted(gb) } else { utf8 }
        } else {
            utf8
        });
    }
    if let Some(wide) = utf16(bytes) {
        return Ok(wide);
    }
    let gb = decode_as(GB18030, bytes, 0);
    // a damaged UTF-8 file still is one: chance makes few whole sequences, and those of far-off scripts
    let whole = utf8
        .text
        .chars()
        .filter(|c| !c.is_ascii() && *c != char::REPLACEMENT_CHARACTER)
        .count();
    let by_chance = is_all_chinese(&gb) && is_far_off(&utf8.text);
    if utf8.damage.is_empty() || (whole > utf8.damage.len() && !by_chance) {
        return Ok(with_damage_noted(utf8));
    }
    let characters = gb.text.chars().filter(|c| !c.is_ascii()).count();
    if gb.damage.len() * 20 > characters || is_western(bytes) {
        return Ok(with_damage_noted(utf8));
    }
    if unlikely(&gb.text) * 8 > characters {
        let big5 = decode_as(BIG5, bytes, 0);
        if big5.damage.len() <= gb.damage.len() && unlikely(&big5.text) * 8 <= characters {
            let sample = |d: &Decoded| sample(&d.text).map_or(String::new(), |(_, s)| s);
            let line = sample_line(&gb.text);
            return Err(format!(
                "this seems to be Big5, not GB18030: line {line} has {:?} as Big5 and {:?} as GB18030; say \
                 encoding = \"big5\" or \"gb18030\" in the field map, or save the file as UTF-8",
                sample(&big5),
                sample(&gb)
            ));
        }
    }
    Ok(noted(gb))
}

fn noted(mut gb: Decoded) -> Decoded {
    gb.note = sample(&gb.text).map(|(line, sample)| {
        format!(
            "read as GB18030, which the file does not say: line {line} has {sample:?}; if that is wrong, save the \
             file as UTF-8"
        )
    });
    gb
}

/// Whether a text that is UTF-8 may be so by chance, as 联通 in GBK is: all that is not ASCII are characters of two
/// bytes, and not all of these are Latin letters beside others or everyday signs.
fn is_by_chance(text: &str) -> bool {
    let (mut before, mut doubtful) = (' ', false);
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        if c >= '\u{800}' {
            return false;
        }
        let beside = |c: char| c.is_ascii_alphabetic();
        let letter = matches!(c, '\u{C0}'..='\u{24F}')
            && (beside(before) || rest.peek().is_some_and(|next| beside(*next)));
        let sign =
            matches!(c, '\u{A0}'..='\u{BF}' | '×' | '\u{300}'..='\u{36F}') && !before.is_control();
        doubtful |= !c.is_ascii() && !letter && !sign;
        before = c;
    }
    doubtful
}

/// Whether all that is not ASCII is Chinese, and nothing is damaged.
fn is_all_chinese(read: &Decoded) -> bool {
    let chinese = |c: char| c.is_ascii() || is_chinese(c);
    read.damage.is_empty() && read.text.chars().all(chinese)
}

fn is_chinese(c: char) -> bool {
    matches!(c, '\u{4E00}'..='\u{9FFF}')
}

/// Whether a text has characters of scripts that neither Chinese nor Western names are written in, twice as many as Chinese
/// at least.
fn is_far_off(text: &str) -> bool {
    // past Latin letters, and no quotation marks, dashes or full-width signs
    let strange = |c: char| {
        c >= '\u{250}'
            && !is_chinese(c)
            && c != char::REPLACEMENT_CHARACTER
            && !matches!(c, '\u{300}'..='\u{36F}' | '\u{2000}'..='\u{20CF}' | '\u{3000}'..='\u{303F}' | '\u{FF00}'..='\u{FFEF}')
    };
    let count = |of: &dyn Fn(char) -> bool| text.chars().filter(|c| of(*c)).count();
    let far_off = count(&strange);
    far_off > 0 && far_off >= 2 * count(&is_chinese)
}

fn with_damage_noted(mut decoded: Decoded) -> Decoded {
    if let Some(first) = decoded.damage.first() {
        decoded.note = Some(format!(
            "{} places are no UTF-8 text, the first at offset {}, line {}; save the file as UTF-8",
            decoded.damage.len(),
            first.offset,
            decoded.line_of(first)
        ));
    }
    decoded
}

/// UTF-16 without its mark: the zeros of its ASCII characters stand on one side.
fn utf16(bytes: &[u8]) -> Option<Decoded> {
    let head = bytes.get(..bytes.len().min(LOOKED_AT)).unwrap_or_default();
    let zeros = |odd: usize| {
        head.iter()
            .skip(odd)
            .step_by(2)
            .filter(|b| **b == 0)
            .count()
    };
    let (even, odd) = (zeros(0), zeros(1));
    let pairs = head.len() / 2;
    let (encoding, many, few) = if odd > even {
        (UTF_16LE, odd, even)
    } else {
        (UTF_16BE, even, odd)
    };
    (many * 10 >= pairs && few * 20 <= many && pairs > 0).then(|| decode_as(encoding, bytes, 0))
}

/// Whether what is not ASCII stands within words of Latin letters, as in `Müller` of Windows-1252: read as GB18030,
/// such a letter takes the next one with it.
fn is_western(bytes: &[u8]) -> bool {
    let (mut within, mut others, mut i) = (0_usize, 0_usize, 0_usize);
    let at = |i: usize| bytes.get(i).copied().unwrap_or(b'\n');
    while i < bytes.len() {
        if at(i) < 0x80 {
            i += 1;
            continue;
        }
        let after_letter = i > 0 && at(i - 1).is_ascii_alphabetic();
        let before_letter = at(i + 1).is_ascii_alphabetic();
        let alone = at(i + 2) < 0x80;
        if alone && before_letter && (after_letter || at(i + 2).is_ascii_lowercase()) {
            within += 1;
        } else {
            others += 1;
        }
        i += 2;
    }
    within > others
}

/// How many characters are such as no Chinese name or product has, but Big5 read as GB18030 does: kana, Greek,
/// Cyrillic, frames, and such as are nobody's.
fn unlikely(text: &str) -> usize {
    text.chars()
        .filter(|c| {
            matches!(c,
                '\u{370}'..='\u{4FF}' | '\u{2500}'..='\u{257F}' | '\u{3040}'..='\u{312F}' | '\u{E000}'..='\u{F8FF}'
                | '\u{2160}'..='\u{217F}' | '\u{FE30}'..='\u{FE4F}' | '\u{3220}'..='\u{3229}')
        })
        .count()
}

fn sample_line(text: &str) -> usize {
    sample(text).map_or(1, |(line, _)| line)
}

/// The first stretch of a text that is not ASCII, and its line.
fn sample(text: &str) -> Option<(usize, String)> {
    let ends = |c: char| matches!(c, '\r' | '\n');
    let mut lines = text.split_inclusive('\n').enumerate();
    lines.find_map(|(n, line)| {
        let from = line.find(|c: char| !c.is_ascii())?;
        let rest = line.get(from..).unwrap_or_default();
        let words: String = rest
            .chars()
            .take_while(|c| !c.is_ascii() && !ends(*c))
            .take(SAMPLE)
            .collect();
        Some((n + 1, words))
    })
}

#[cfg(test)]
#[path = "guess_tests.rs"]
mod tests;
