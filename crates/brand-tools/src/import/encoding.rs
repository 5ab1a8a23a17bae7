//! From bytes to text: UTF-8, GB18030 (and so GBK and GB2312), UTF-16, or Big5 where the map says so.

use encoding_rs::{BIG5, Encoding, GB18030, UTF_8, UTF_16LE};
use serde::Deserialize;

use super::decoded::{Decoded, decode_as};
use super::guess;

/// What the field map says about a file's encoding.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub enum Wanted {
    /// Found out from the bytes.
    #[default]
    #[serde(rename = "auto")]
    Auto,
    /// UTF-8.
    #[serde(rename = "utf-8", alias = "utf8", alias = "UTF-8")]
    Utf8,
    /// GB18030; GBK and GB2312 are parts of it.
    #[serde(
        rename = "gb18030",
        alias = "GB18030",
        alias = "gbk",
        alias = "GBK",
        alias = "gb2312",
        alias = "GB2312"
    )]
    Gb18030,
    /// Big5, of Taiwan and Hong Kong.
    #[serde(rename = "big5", alias = "Big5", alias = "BIG5")]
    Big5,
    /// UTF-16; the lower byte first where its mark does not say otherwise.
    #[serde(rename = "utf-16", alias = "utf16", alias = "UTF-16")]
    Utf16,
}

/// More damage than this, and more than one in twenty lines: the file is something else.
const MUCH: usize = 20;

/// How files begin that are no CSV, and what to say of them.
const OTHERS: [(&[u8], &str); 11] = [
    (
        b"PK\x03\x04",
        "this is an Excel workbook (.xlsx) or a ZIP archive; save the sheet as CSV",
    ),
    (
        b"\xD0\xCF\x11\xE0",
        "this is an old Excel workbook (.xls); save the sheet as CSV",
    ),
    (
        b"\x1F\x8B",
        "this file is compressed (gzip); unpack it first",
    ),
    (
        b"\x28\xB5\x2F\xFD",
        "this file is compressed (zstd); unpack it first",
    ),
    (b"BZh", "this file is compressed (bzip2); unpack it first"),
    (b"\xFD7zXZ", "this file is compressed (xz); unpack it first"),
    (b"7z\xBC\xAF", "this is a 7z archive; unpack it first"),
    (b"Rar!", "this is a RAR archive; unpack it first"),
    (b"%PDF", "this is a PDF; export the data as CSV"),
    (
        b"SQLite format 3",
        "this is a database; export its tables as CSV",
    ),
    (b"{\\rtf", "this is a document; save the data as CSV"),
];

/// Reads the bytes of a file as text.
///
/// # Errors
/// What kind of file it is instead, where it stops being text, or between which encodings it is in doubt.
pub fn decode(bytes: &[u8], wanted: Wanted) -> Result<Decoded, String> {
    if let Some((_, what)) = OTHERS.iter().find(|(begins, _)| bytes.starts_with(begins)) {
        return Err((*what).to_owned());
    }
    let decoded = match (Encoding::for_bom(bytes), wanted) {
        (Some((encoding, mark)), _) => decode_as(encoding, bytes, mark),
        (None, Wanted::Utf8) => decode_as(UTF_8, bytes, 0),
        (None, Wanted::Gb18030) => decode_as(GB18030, bytes, 0),
        (None, Wanted::Big5) => decode_as(BIG5, bytes, 0),
        (None, Wanted::Utf16) => decode_as(UTF_16LE, bytes, 0),
        (None, Wanted::Auto) => guess::decode(bytes)?,
    };
    let head = decoded
        .text
        .trim_start()
        .get(..9)
        .unwrap_or_default()
        .to_ascii_lowercase();
    if ["<html", "<!doctype", "<table", "<?xml"]
        .iter()
        .any(|tag| head.starts_with(tag))
    {
        return Err(
            "this is a web page or XML, though spreadsheets open it; open it in one and save the sheet as CSV".into(),
        );
    }
    let lines = decoded.text.bytes().filter(|b| *b == b'\n').count() + 1;
    match decoded.damage.first() {
        Some(first) if decoded.damage.len() > MUCH && decoded.damage.len() * 20 > lines => {
            Err(format!(
                "not {} text: {} undecodable places, the first is byte 0x{:02X} at offset {}; \
                 open it in the program that made it and save it as UTF-8",
                decoded.encoding,
                decoded.damage.len(),
                first.byte,
                first.offset
            ))
        }
        _ => Ok(decoded),
    }
}
#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::decoded::Damage;

    #[test]
    fn finds_out_what_it_is() {
        let text = "会员号,姓名\n1,张丽\n2,欧阳静\n";
        assert_eq!(
            decode(text.as_bytes(), Wanted::Auto).unwrap().encoding,
            "UTF-8"
        );
        let (gb, _, _) = GB18030.encode(text);
        let decoded = decode(&gb, Wanted::Auto).unwrap();
        assert_eq!((decoded.encoding, decoded.text.as_str()), ("GB18030", text));
        let marked = [b"\xEF\xBB\xBF", text.as_bytes()].concat();
        assert_eq!(decode(&marked, Wanted::Auto).unwrap().text, text);
        let mut wide = vec![0xFF, 0xFE];
        wide.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
        assert_eq!(decode(&wide, Wanted::Auto).unwrap().text, text);
    }

    #[test]
    fn says_where_it_is_damaged() {
        let decoded = decode(b"no,name\n1,ab\xFFcd\n2,x\n", Wanted::Auto).unwrap();
        assert_eq!(decoded.encoding, "UTF-8");
        assert_eq!(
            decoded.damage,
            [Damage {
                offset: 12,
                byte: 0xFF,
                in_text: 12
            }]
        );
        // one broken byte in Chinese UTF-8 does not make it GB18030
        let mut bytes = "号,名\n1,张丽\n2,欧阳静\n".as_bytes().to_vec();
        bytes[9] = 0xFF;
        let decoded = decode(&bytes, Wanted::Auto).unwrap();
        assert_eq!(decoded.encoding, "UTF-8");
        assert!(!decoded.damage.is_empty());
    }

    #[test]
    fn names_what_is_no_text() {
        assert!(
            decode(b"PK\x03\x04rest", Wanted::Auto)
                .unwrap_err()
                .contains(".xlsx")
        );
        let noise: Vec<u8> = (0..4_000u32)
            .map(|i| 0x80 | u8::try_from(i * 37 % 127).unwrap())
            .collect();
        assert!(
            decode(&noise, Wanted::Utf8)
                .unwrap_err()
                .contains("offset 0")
        );
    }
}
