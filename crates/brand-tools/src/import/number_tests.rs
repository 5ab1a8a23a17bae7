//! Numbers in many forms.

use super::*;
use proptest::prelude::*;

fn with(mark: Option<Mark>, text: &str) -> Result<String, String> {
    let numbers = Numbers { mark, comma: None };
    numbers.read(text).map(|n| n.to_string())
}

#[test]
fn numbers_that_need_no_setting() {
    for (text, number) in [
        ("49.90", "49.90"),
        ("1,249.00", "1249.00"),
        ("1,249", "1249"),
        ("12,345,678.9", "12345678.9"),
        ("¥1,249.00", "1249.00"),
        ("￥ 1，249．００", "1249.00"),
        ("１２４９．００元", "1249.00"),
        ("RMB 680", "680"),
        ("680 cny", "680"),
        ("人民币680圆", "680"),
        ("1 249.00", "1249.00"),
        ("1\u{A0}249.00", "1249.00"),
        ("1\u{202F}249.00", "1249.00"),
        ("1'249.00", "1249.00"),
        ("1’249.00", "1249.00"),
        ("49。90", "49.90"),
        (".5", "0.5"),
        ("-9.90", "-9.90"),
        ("−9.90", "-9.90"),
        ("9.90-", "-9.90"),
        ("(9.90)", "-9.90"),
        ("¥-9.90", "-9.90"),
        ("-¥9.90", "-9.90"),
        ("+9.90", "9.90"),
        ("\u{202D}49.90\u{202C}", "49.90"),
    ] {
        assert_eq!(with(None, text).as_deref(), Ok(number), "{text}");
    }
}

#[test]
fn a_comma_is_never_dropped_in_silence() {
    for text in [
        "49,90",
        "12,5",
        "1.249,00",
        "1 249,00",
        "1'249,00",
        "0,5",
        ",5",
        "1249,00",
        "1.249.000,5",
    ] {
        let why = with(None, text).unwrap_err();
        assert!(why.contains("`decimal`"), "{text}: {why}");
    }
    for text in [
        "1,24,900",
        "1,2490",
        "12,34",
        "1,249,00",
        "1,,249",
        ",249",
        "1,249.00.1",
        "1,249,",
        "12 50",
        "1,249 000",
        "1.2.3",
        "1''249",
        "",
        "-",
        "--5",
        "+-5",
        "abc",
        "六百八",
        "1e5",
        "680/件",
        "5%",
        "0x10",
        "٤٩",
    ] {
        let read = with(None, text);
        assert!(read.is_err(), "{text}: {read:?}");
    }
}

#[test]
fn the_setting_says_which_mark_it_is() {
    let comma = Some(Mark::Comma);
    for (text, number) in [
        ("49,90", "49.90"),
        ("12,5", "12.5"),
        ("1.249,00", "1249.00"),
        ("1.249", "1249"),
        ("1 249,00", "1249.00"),
        ("1'249,00", "1249.00"),
        ("1,249", "1.249"),
        ("680", "680"),
        ("-49,90 ¥", "-49.90"),
    ] {
        assert_eq!(with(comma, text).as_deref(), Ok(number), "{text}");
    }
    for text in ["49.90", "1,249.00", "1.24,9.0"] {
        assert!(with(comma, text).is_err(), "{text}");
    }
    assert!(with(comma, "49.90").unwrap_err().contains("`decimal`"));
    let point = Some(Mark::Point);
    assert_eq!(with(point, "1,249").as_deref(), Ok("1249"));
    assert_eq!(with(point, "1.249").as_deref(), Ok("1.249"));
    assert!(with(point, "49,90").unwrap_err().contains("`decimal`"));
}

#[test]
fn one_decimal_comma_puts_the_other_commas_in_doubt() {
    let file = [(2, "1,249"), (3, "49,90"), (4, "680")];
    let numbers = Numbers::of(None, file.into_iter());
    let why = numbers.read("1,249").unwrap_err();
    assert!(
        why.contains("line 3 has \"49,90\"") && why.contains("`decimal`"),
        "{why}"
    );
    assert_eq!(numbers.read("680"), Ok(Decimal::from(680)));
    assert_eq!(numbers.read("1,249.00"), Ok(Decimal::from(1249)));
    assert!(numbers.read("1.249").is_err());
    let said = Numbers::of(Some(Mark::Point), file.into_iter());
    assert_eq!(said.read("1,249"), Ok(Decimal::from(1249)));
}

#[test]
fn other_currencies_are_named() {
    for text in ["$680", "HK$680", "680 USD", "€49,90", "680港元"] {
        assert!(
            with(None, text).unwrap_err().contains("another currency"),
            "{text}"
        );
    }
}

#[test]
fn what_a_spreadsheet_rounded_is_named() {
    assert!(with(None, "1.38E+10").unwrap_err().contains("spreadsheet"));
}

proptest! {
    #[test]
    fn what_is_read_is_what_was_written(fen in -100_000_000_000_i64..100_000_000_000, style in 0..6) {
        let number = Decimal::new(fen, 2);
        let digits = format!("{:03}", fen.unsigned_abs());
        let (whole, part) = digits.split_at(digits.len() - 2);
        let mut groups: Vec<&str> = whole.as_bytes().rchunks(3).map(|g| std::str::from_utf8(g).unwrap()).collect();
        groups.reverse();
        let sign = if fen < 0 { "-" } else { "" };
        let (mark, text) = match style {
            0 => (None, format!("{sign}{whole}.{part}")),
            1 => (None, format!("{sign}{}.{part}", groups.join(","))),
            2 => (None, format!("{sign}{}.{part}", groups.join("\u{A0}"))),
            3 => (Some(Mark::Comma), format!("{sign}{whole},{part}")),
            4 => (Some(Mark::Comma), format!("{sign}{},{part}", groups.join("."))),
            _ => (Some(Mark::Point), format!("¥ {sign}{}.{part}", groups.join("'"))),
        };
        prop_assert_eq!(Numbers { mark, comma: None }.read(&text), Ok(number));
    }

    /// Without the setting, a text has one reading or none: never another than both marks would give.
    #[test]
    fn no_reading_is_made_up(text in "[0-9,.' ]{0,12}") {
        let numbers = Numbers::default();
        if let Ok(number) = numbers.read(&text) {
            let as_point = Numbers { mark: Some(Mark::Point), comma: None }.read(&text);
            prop_assert_eq!(as_point, Ok(number));
        }
    }
}
