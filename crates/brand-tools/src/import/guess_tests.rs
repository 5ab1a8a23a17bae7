//! Files in many encodings.

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
    for text in [
        "no,name\n1,联通\n",
        "no,name\n1,蹋廿\n2,暮一\n",
        "联通\n",
        // UTF-8 but for a byte, and of scripts of half the world
        "no,name\n壜侩垔桩\n一一\n",
        "no,name\n宀掑\n围耀\n",
    ] {
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
