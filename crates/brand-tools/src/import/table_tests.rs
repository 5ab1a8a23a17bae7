//! Tables as reports and spreadsheets write them.

use super::super::encoding::{Wanted, decode};
use super::*;

fn table(text: &str) -> Result<Table, String> {
    read(&decode(text.as_bytes(), Wanted::Auto).unwrap(), None, &[])
}

fn wanting(text: &str, wanted: &[&str]) -> Table {
    read(
        &decode(text.as_bytes(), Wanted::Auto).unwrap(),
        None,
        wanted,
    )
    .unwrap()
}

#[test]
fn what_stands_above_the_column_names_is_left_out_and_noted() {
    for text in [
        "会员导出,,\n导出时间 2026-05-01,,\nno,name,phone\n1,a,2\n",
        "会员导出\n\nno,name,phone\n1,a,2\n",
        "会员导出;;\nno;name;phone\n1;a;2\n",
    ] {
        let t = wanting(text, &["no", "phone"]);
        assert_eq!(t.columns, ["no", "name", "phone"], "{text}");
        assert_eq!(t.rows[0].fields, ["1", "a", "2"]);
        assert!(t.notes[0].contains("会员导出"), "{:?}", t.notes);
    }
    // where no line has them all, the first one is shown for what it is
    let t = wanting("a,b\n1,2\n", &["no"]);
    assert_eq!(t.columns, ["a", "b"]);
}

#[test]
fn the_delimiter_is_the_one_by_which_the_columns_are_found() {
    let t = wanting("\"a,b,c\";no;x|y\n1;2;3\n", &["no", "x|y"]);
    assert_eq!(t.columns, ["a,b,c", "no", "x|y"]);
    for (text, delimiter) in [
        ("sep=;\nno;x\n1;2\n", ';'),
        ("\"sep=|\"\r\nno|x\r\n1|2\r\n", '|'),
    ] {
        let t = wanting(text, &["no"]);
        assert_eq!((t.columns.len(), t.rows[0].line), (2, 3), "{delimiter}");
    }
    let t = wanting("no\tx\r1\t2\r3\t4\r", &["no"]);
    assert_eq!((t.columns.len(), t.rows.len()), (2, 2), "line ends of old");
}

#[test]
fn what_is_no_row_is_left_out_and_noted() {
    let t = wanting(
        "no,x,y,,\n1,2,3\n,,,,\n\u{FEFF}no,x,y,,\n4,5,6,,\n\u{FEFF}\"7\",8,9,,\n",
        &["no"],
    );
    let fields: Vec<&str> = t.rows.iter().map(|r| r.fields[0].as_str()).collect();
    assert_eq!(fields, ["1", "4", "7"]);
    assert!(t.rows.iter().all(|r| r.fault.is_none()), "{:?}", t.rows);
    assert!(
        t.notes.iter().any(|n| n.contains("1 rows with nothing")),
        "{:?}",
        t.notes
    );
    assert!(
        t.notes.iter().any(|n| n.contains("again, first on line 4")),
        "{:?}",
        t.notes
    );
}

#[test]
fn lines_of_sums_are_no_rows_and_break_none() {
    for sums in [
        "合计,,,9.00",
        "总计：,,,9",
        ",小计,,9",
        "Total,,,9.00",
        "Grand Total:,,,9",
    ] {
        let t = table(&format!("a,b,c,d\n1,2,3,4\n{sums}\n")).unwrap();
        let row = &t.rows[1];
        assert!(row.fault.as_deref().unwrap().contains("sums"), "{sums}");
        assert_eq!(row.broken, Broken::No);
    }
    // a member may be called so
    assert!(table("a,b,c\n合计,2,3\n").unwrap().rows[0].fault.is_none());
}

#[test]
fn a_quote_that_takes_rows_with_it_says_so() {
    let t = table("a,b\n1,\"x\n2,y\n3,\"z\"\n4,w\n").unwrap();
    assert_eq!(t.rows[0].broken, Broken::WithOthers);
    assert_eq!(t.rows[1].fields, ["4", "w"]);
}

#[test]
fn zeros_at_the_end_are_no_text() {
    let t = table("a,b\n1,2\n\0\0\0\0").unwrap();
    assert_eq!(t.rows.len(), 1);
    assert!(t.no_last_line_end && t.notes[0].contains("zeros"));
}

#[test]
fn quoted_newlines_and_line_ends() {
    let t = table("a,b\r\n1,\"x\r\ny, \"\"z\"\"\"\r\n\r\n2,w").unwrap();
    assert_eq!(t.columns, ["a", "b"]);
    assert_eq!(t.rows.len(), 2);
    assert_eq!(t.rows[0].fields, ["1", "x\ny, \"z\""]);
    assert_eq!((t.rows[0].line, t.rows[1].line), (2, 5));
    assert!(t.no_last_line_end);
    assert!(t.rows.iter().all(|r| r.fault.is_none()));
}

#[test]
fn delimiters_are_found() {
    for (text, delimiter) in [
        ("a\tb\n1\t2\n", '\t'),
        ("a;b;c\n1;2;3\n", ';'),
        ("a|b\n1|2\n", '|'),
        ("a\n1\n", ','),
    ] {
        let t = table(text).unwrap();
        assert_eq!(
            t.columns.len(),
            text.lines().next().unwrap().split(delimiter).count()
        );
        assert!(t.rows[0].fault.is_none());
    }
}

#[test]
fn a_cut_last_line_is_set_aside() {
    let t = table("a,b,c\n1,2,3\n4,5").unwrap();
    assert_eq!(
        t.rows[1].fault.as_deref(),
        Some("2 fields where the columns are 3")
    );
    let t = table("a,b,c\n1,2,3\n4,\"5").unwrap();
    assert!(t.rows[1].fault.as_deref().unwrap().contains("never closed"));
}

#[test]
fn an_open_quote_before_other_lines_is_an_error() {
    let error = table("a,b\n1,\"2\n3,4\n5,6\n").unwrap_err();
    assert!(
        error.starts_with("line 2: a quote is opened and never closed"),
        "{error}"
    );
}

#[test]
fn nothing_is_an_error() {
    assert_eq!(table("").unwrap_err(), "the file is empty");
    assert_eq!(table("\r\n \n").unwrap_err(), "the file is empty");
    assert_eq!(table("a,b\n").unwrap().rows.len(), 0);
}

#[test]
fn a_damaged_row_is_named_and_the_rest_is_read() {
    let decoded = decode(b"a,b\n1,2\n3,\xFF\n5,6\n", Wanted::Auto).unwrap();
    let t = read(&decoded, None, &[]).unwrap();
    assert_eq!(
        t.rows[1].fault.as_deref(),
        Some("an undecodable byte 0xFF at offset 10")
    );
    assert!(t.rows[0].fault.is_none() && t.rows[2].fault.is_none());
    let decoded = decode(b"a,\xFF\n1,2\n", Wanted::Auto).unwrap();
    assert!(
        read(&decoded, None, &[])
            .unwrap_err()
            .contains("column names")
    );
}
