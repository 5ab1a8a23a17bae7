//! In which encoding a file is that does not say so.
//!
//! What is UTF-8 throughout is UTF-8: text of other encodings is so by chance only where it is short, and then it has
//! letters of far-off scripts. Else, what is valid GB18030 is read as such and said, unless it reads like another
//! encoding taken for it.

use encoding_rs::{BIG5, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use super::encoding::{Decoded, decode_as};

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
            let chinese = |c: char| c.is_ascii() || matches!(c, '\u{4E00}'..='\u{9FFF}');
            if gb.text.chars().all(chinese) {
                noted(gb)
            } else {
                utf8
            }
        } else {
            utf8
        });
    }
    if let Some(wide) = utf16(bytes) {
        return Ok(wide);
    }
    // a damaged UTF-8 file still is one: chance does not make whole sequences
    let whole = utf8
        .text
        .chars()
        .filter(|c| !c.is_ascii() && *c != char::REPLACEMENT_CHARACTER)
        .count();
    if utf8.damage.is_empty() || whole > utf8.damage.len() {
        return Ok(with_damage_noted(utf8));
    }
    let gb = decode_as(GB18030, bytes, 0);
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
    let lines = text.split_inclusive('\n').enumerate();
    lines.into_iter().find_map(|(n, line)| {
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
mod tests {
    use super::super::encoding::{Wanted, decode as of_bytes};
    use super::*;
    use encoding_rs::{Encoding, WINDOWS_1252};
    use proptest::prelude::*;

    fn read(encoding: &'static Encoding, text: &str) -> Result<Decoded, String> {
        of_bytes(&encoding.encode(text).0, Wanted::Auto)
    }

    #[test]
    fn names_outside_gb2312_are_gb18030() {
        for text in [
            "no,name\n1,陳喆\n",
            "no,name\n1,龔堃\n2,鄺祎\n",
            "no,name\n1,祎\n",
            "no,name\n1,𠮷川\n",
            "卡号,姓名\n1,朱镕基\n2,喆\n",
            "no,name\n1,Anna 喆\n",
            "货号,品名\n1,美の源\n2,SK-II 神仙水\n3,柔光粉底液\n",
        ] {
            let decoded = read(GB18030, text).unwrap();
            assert_eq!((decoded.encoding, decoded.text.as_str()), ("GB18030", text));
            let note = decoded.note.unwrap();
            assert!(note.contains("line ") && note.contains("UTF-8"), "{note}");
        }
    }

    #[test]
    fn what_is_utf8_by_chance_is_chinese() {
        for text in ["no,name\n1,联通\n", "no,name\n1,蹋廿\n2,暮一\n", "联通\n"] {
            let decoded = read(GB18030, text).unwrap();
            assert_eq!((decoded.encoding, decoded.text.as_str()), ("GB18030", text));
        }
        for text in [
            "no,name\n1,Zoë Martin\n2,Élodie\n",
            "no,name\n1,A·B\n",
            "no,name\n1,Zoe\u{308}\n",
        ] {
            assert_eq!(read(UTF_8, text).unwrap().encoding, "UTF-8", "{text}");
        }
    }

    #[test]
    fn utf16_is_found_with_and_without_its_mark() {
        let text = "会员号,姓名,手机\r\n1,陳喆,13800000001\r\n";
        for mark in [true, false] {
            for big in [true, false] {
                let mut bytes: Vec<u8> = Vec::new();
                let units = mark
                    .then_some(0xFEFF)
                    .into_iter()
                    .chain(text.encode_utf16());
                for unit in units {
                    bytes.extend(if big {
                        unit.to_be_bytes()
                    } else {
                        unit.to_le_bytes()
                    });
                }
                let decoded = of_bytes(&bytes, Wanted::Auto).unwrap();
                assert_eq!(decoded.text, text, "mark {mark}, big {big}");
            }
        }
    }

    #[test]
    fn big5_is_a_doubt_with_a_sample_line() {
        for text in [
            "會員卡號,姓名,手機\n1,陳大文,13800000001\n",
            "no,name\n1,王小明\n2,李美玲\n",
            "no,name\n1,林心如\n2,張君雅\n3,黃品源\n",
        ] {
            let why = read(BIG5, text).unwrap_err();
            assert!(
                why.contains("Big5") && why.contains("UTF-8") && why.contains("line "),
                "{why}"
            );
            let bytes = BIG5.encode(text).0;
            assert_eq!(of_bytes(&bytes, Wanted::Big5).unwrap().text, text);
        }
    }

    #[test]
    fn western_letters_make_no_chinese() {
        for text in [
            "no,name\n1,Müller\n2,x\n",
            "no,name\n1,Zoë Martin\n",
            "no,name\n1,José\n2,Élodie\n",
        ] {
            let decoded = read(WINDOWS_1252, text).unwrap();
            assert_eq!(decoded.encoding, "UTF-8", "{text}");
            assert!(!decoded.damage.is_empty());
            assert!(decoded.note.unwrap().contains("save the file as UTF-8"));
        }
    }

    #[test]
    fn a_broken_byte_changes_no_encoding() {
        let text = "卡号,姓名\n1,张丽\n2,欧阳静\n";
        let places = |text: &str| {
            text.char_indices()
                .filter(|(_, c)| !c.is_ascii())
                .map(|(i, _)| i)
                .collect::<Vec<_>>()
        };
        for at in places(text) {
            let mut bytes = text.as_bytes().to_vec();
            bytes[at] = b'?';
            assert_eq!(
                of_bytes(&bytes, Wanted::Auto).unwrap().encoding,
                "UTF-8",
                "{at}"
            );
        }
    }

    proptest! {
        #[test]
        fn chinese_comes_back_from_gb18030(names in proptest::collection::vec("[\u{4E00}-\u{9FA5}]{2,6}", 2..20)) {
            let text = format!("no,name\n{}\n", names.join("\n"));
            prop_assert_eq!(read(GB18030, &text).map(|d| d.text), Ok(text));
        }

        #[test]
        fn any_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = of_bytes(&bytes, Wanted::Auto);
        }
    }
}
