//! The printer's side: a small reader of ESC/POS that knows the commands that are used and no others.

use super::*;
use encoding_rs::GB18030;

/// What a printer would have done.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Paper {
    pub(super) rows: Vec<String>,
    /// Rows that were begun in bold, and in double height.
    bold: Vec<String>,
    tall: Vec<String>,
    codes: Vec<String>,
    /// Dots, row by row: true is black.
    pub(super) dots: Vec<Vec<bool>>,
    kicks: u32,
    pub(super) cuts: u32,
}

/// Reads a job; stops the test at whatever is no command that this printer knows.
pub(super) fn print(mut bytes: &[u8]) -> Paper {
    let mut paper = Paper::default();
    let (mut row, mut bold, mut tall, mut chinese, mut stored) =
        (Vec::new(), false, false, false, Vec::new());
    while let Some((&first, rest)) = bytes.split_first() {
        let used = match (first, rest) {
            (0x1b, [b'@', ..]) => 2,
            (0x1c, [b'&', ..]) => {
                chinese = true;
                2
            }
            (0x1b, [b'E', on @ (0 | 1), ..]) => {
                bold = *on == 1;
                3
            }
            (0x1d, [b'!', high @ (0 | 1), ..]) => {
                tall = *high == 1;
                3
            }
            (0x1b, [b'a', 0 | 1, ..]) => 3,
            (0x1b, [b'd', _, ..]) => 3,
            (0x1b, [b'p', 0, _, _, ..]) => {
                paper.kicks += 1;
                5
            }
            (0x1d, [b'V', b'B', 0, ..]) => {
                paper.cuts += 1;
                4
            }
            (0x1d, [b'v', b'0', 0, x0, x1, y0, y1, data @ ..]) => {
                let across = usize::from(u16::from_le_bytes([*x0, *x1]));
                let rows = usize::from(u16::from_le_bytes([*y0, *y1]));
                for row in data[..across * rows].chunks(across) {
                    let bits = |byte: &u8| {
                        (0..8)
                            .rev()
                            .map(move |bit| byte >> bit & 1 == 1)
                            .collect::<Vec<_>>()
                    };
                    paper.dots.push(row.iter().flat_map(bits).collect());
                }
                8 + across * rows
            }
            (0x1d, [b'(', b'k', low, high, data @ ..]) => {
                let length = usize::from(u16::from_le_bytes([*low, *high]));
                match &data[..length] {
                    [b'1', b'A' | b'C' | b'E', ..] => {}
                    [b'1', b'P', b'0', data @ ..] => stored = data.to_vec(),
                    [b'1', b'Q', b'0'] => {
                        paper.codes.push(String::from_utf8(stored.clone()).unwrap());
                    }
                    other => panic!("a function of codes: {other:?}"),
                }
                5 + length
            }
            (b'\n', _) => {
                let (text, _, broken) = GB18030.decode(&row);
                assert!(!broken, "{row:?}");
                if bold {
                    paper.bold.push(text.to_string());
                }
                if tall {
                    paper.tall.push(text.to_string());
                }
                paper.rows.push(text.into_owned());
                row.clear();
                1
            }
            (0x20..=0x7e, _) => {
                row.push(first);
                1
            }
            (0x81..=0xfe, [second @ (0x40..=0x7e | 0x80..=0xfe), ..]) => {
                assert!(chinese, "two bytes before Chinese mode");
                row.extend([first, *second]);
                2
            }
            other => panic!("{:#x} and {:?}", other.0, &other.1[..other.1.len().min(4)]),
        };
        bytes = &bytes[used..];
    }
    assert!(row.is_empty(), "a row without an end");
    paper
}

fn of(slip: &Slip, width: PaperWidth, drawer: bool) -> (Vec<u8>, String) {
    let columns = width.columns();
    let lines = lay_out(&document(slip, SlipLanguage::Zh), columns);
    let as_job = Job {
        width: columns,
        drawer,
    };
    (job(&lines, as_job), text(&lines, columns))
}

#[test]
fn the_paper_has_the_text_the_code_and_a_cut() {
    for slip in [sale(), giving_back(), redemption(), money_off()] {
        for width in [PaperWidth::Mm58, PaperWidth::Mm80] {
            let (bytes, text) = of(&slip, width, false);
            assert!(bytes.starts_with(&[0x1b, b'@', 0x1c, b'&']));
            let paper = print(&bytes);
            let rows: Vec<&str> = paper.rows.iter().map(String::as_str).collect();
            // the text has an empty row where the code is
            let told: Vec<&str> = text.lines().filter(|l| !l.is_empty()).collect();
            assert_eq!(rows, told);
            assert_eq!(paper.codes, std::slice::from_ref(&slip.number));
            assert_eq!((paper.cuts, paper.kicks), (1, 0));
        }
    }
}

#[test]
fn the_sum_stands_out_and_the_drawer_opens_where_it_is_to() {
    let (bytes, _) = of(&sale(), PaperWidth::Mm80, true);
    let paper = print(&bytes);
    assert_eq!(paper.kicks, 1);
    assert!(
        paper
            .tall
            .iter()
            .any(|r| r.starts_with("实付") && r.ends_with("￥1,632.90"))
    );
    assert!(paper.tall.iter().all(|r| paper.bold.contains(r)));
    assert!(paper.bold.iter().any(|r| r.contains("演示数据")));
}

#[test]
fn a_reprint_says_so() {
    let (bytes, _) = of(&giving_back(), PaperWidth::Mm58, false);
    assert!(
        print(&bytes)
            .bold
            .iter()
            .any(|r| r.contains("重印 第 2 次"))
    );
}

#[test]
fn no_text_becomes_a_command() {
    for width in [PaperWidth::Mm58, PaperWidth::Mm80] {
        let (bytes, _) = of(&hostile(), width, false);
        let paper = print(&bytes);
        assert_eq!((paper.cuts, paper.kicks), (1, 0));
        assert_eq!(paper.codes.len(), 1);
        assert!(bytes.len() < 8_000, "{}", bytes.len());
    }
}

proptest::proptest! {
    #[test]
    fn whatever_is_in_a_name_the_printer_cuts_once(name in ".*", size in ".*", number in "\\PC{0,40}") {
        let mut slip = sale();
        slip.lines[0].name = name;
        slip.lines[0].size = size;
        slip.number = number;
        let (bytes, _) = of(&slip, PaperWidth::Mm58, false);
        let paper = print(&bytes);
        proptest::prop_assert_eq!((paper.cuts, paper.kicks, paper.codes.len()), (1, 0, 1));
    }
}
