//! From texts to values, or the reason why a text is none.

use identity::phone::MobileNumber;
use identity::text::{describe, first_control, is_blank, tidy};
use loyalty::Money;
use protocol::limits;

use super::number::Numbers;

/// A mobile number of the mainland as 11 digits.
pub(crate) fn phone(text: &str) -> Result<String, String> {
    match MobileNumber::parse(text) {
        Ok(number) => Ok(number.into_string()),
        Err(why) => Err(format!("phone: {why}")),
    }
}

/// Money of one line: not below zero.
pub(crate) fn amount(text: &str, numbers: &Numbers, what: &str) -> Result<Money, String> {
    let money = signed_amount(text, numbers, what)?;
    if money < Money::ZERO {
        return Err(format!(
            "{what}: {text:?} is below zero; returns are not taken from files"
        ));
    }
    Ok(money)
}

/// Money of either sign.
pub(crate) fn signed_amount(text: &str, numbers: &Numbers, what: &str) -> Result<Money, String> {
    let bad = |why: &str| format!("{what}: {text:?} is {why}");
    let yuan = numbers.read(text).map_err(|why| match why.as_str() {
        "not a number" => bad("not an amount"),
        why => bad(why),
    })?;
    Money::from_decimal(yuan).map_err(|e| bad(&e.to_string()))
}

/// A whole number, also written as `2.0`.
pub(crate) fn count(text: &str, numbers: &Numbers, what: &str, most: u32) -> Result<u32, String> {
    let bad = |why: &str| format!("{what}: {text:?} is {why}");
    let number = numbers.read(text).map_err(|why| bad(&why))?;
    if number.is_sign_negative() && !number.is_zero() {
        return Err(bad("below zero; returns are not taken from files"));
    }
    if !number.fract().is_zero() {
        return Err(bad("not a whole number"));
    }
    u32::try_from(number)
        .ok()
        .filter(|n| *n <= most)
        .ok_or_else(|| bad(&format!("more than {most}")))
}

/// Yes or no.
pub(crate) fn yes(text: &str, what: &str) -> Result<bool, String> {
    let word = identity::text::narrow(text).to_lowercase();
    match word.as_str() {
        "true" | "t" | "yes" | "y" | "1" | "on" | "是" | "同意" | "有" | "√" | "✓" | "✔" | "对"
        | "真" => Ok(true),
        "false" | "f" | "no" | "n" | "0" | "off" | "否" | "不同意" | "没有" | "无" | "×" | "✗"
        | "✘" | "不" | "假" => Ok(false),
        _ => Err(format!("{what}: {text:?} is neither yes nor no")),
    }
}

/// Whether a product is still sold.
pub(crate) fn active(text: &str, what: &str) -> Result<bool, String> {
    match identity::text::narrow(text).as_str() {
        "在售" | "销售中" | "上架" | "启用" | "正常" | "有效" => Ok(true),
        "停售" | "停产" | "停用" | "下架" | "禁用" | "作废" | "无效" | "淘汰" => {
            Ok(false)
        }
        _ => yes(text, what),
    }
}

/// Items of a list, as a profile or a product keeps them, and what had to be left out of it.
pub(crate) fn list(text: &str, split: Option<&str>, what: &str) -> (Vec<String>, Vec<String>) {
    let items: Vec<&str> = match split {
        Some(split) if !split.is_empty() => text.split(split).collect(),
        _ => text.split(['、', ';', '；', '|', '\n']).collect(),
    };
    let mut doubts = Vec::new();
    let mut kept: Vec<String> = Vec::new();
    for item in items {
        let item = item
            .char_indices()
            .nth(limits::TAG_CHARS * 16)
            .map_or(item, |(end, _)| item.get(..end).unwrap_or(item));
        let visible: String = item
            .chars()
            .filter(|c| is_blank(*c) || !c.is_control())
            .collect();
        let item = tidy(&visible);
        let cut: String = item.chars().take(limits::TAG_CHARS).collect();
        if cut.len() < item.len() {
            doubts.push(format!(
                "{what}: {cut:?} goes on; of an item, {} characters are kept",
                limits::TAG_CHARS
            ));
        }
        if !cut.is_empty() && !kept.contains(&cut) {
            kept.push(cut);
        }
    }
    if kept.len() > limits::TAGS {
        doubts.push(format!(
            "{what}: of {} items, {} are kept",
            kept.len(),
            limits::TAGS
        ));
        kept.truncate(limits::TAGS);
    }
    (kept, doubts)
}

/// Text that a screen can show, brought to one form: not too long, no control characters.
pub(crate) fn text(value: &str, what: &str, most: usize) -> Result<String, String> {
    let too_long = || format!("{what}: longer than {most} characters");
    // nothing that is brought to one form gets so much shorter, and a cell may be very long
    if value.len() > most * 64 {
        return Err(too_long());
    }
    let tidy = tidy(value);
    if tidy.chars().count() > most {
        return Err(too_long());
    }
    if let Some((place, c)) = first_control(&tidy) {
        return Err(format!(
            "{what}: holds a control character: {} at place {place}",
            describe(c)
        ));
    }
    Ok(tidy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_is_read_or_what_is_in_the_way_is_named() {
        for text in [
            "+86 138-1234-5678",
            "\u{202D}138 1234 5678\u{202C}",
            "13812345678.0",
            "138–1234–5678",
        ] {
            assert_eq!(phone(text).as_deref(), Ok("13812345678"), "{text}");
        }
        assert!(phone("1.38123E+10").unwrap_err().contains("spreadsheet"));
        assert!(phone("1381234567x").unwrap_err().contains('x'));
        assert!(phone("1381234567").unwrap_err().contains("11 digits"));
    }

    #[test]
    fn amounts_are_exact_and_sane() {
        let read = |text: &str| amount(text, &Numbers::default(), "amount");
        assert_eq!(read("¥1,138.00"), Ok(Money::from_fen(113_800)));
        assert_eq!(read("0.500"), Ok(Money::from_fen(50)));
        for (text, why) in [
            ("1.005", "more than two decimals"),
            ("1000000000000", "above 1000000000"),
            ("-1", "below zero"),
            ("", "not an amount"),
            ("六百八", "not an amount"),
            ("1.2.3", "not an amount"),
            ("49,90", "`decimal`"),
        ] {
            assert!(read(text).unwrap_err().contains(why), "{text}");
        }
    }

    #[test]
    fn counts_are_whole() {
        let read = |text: &str| count(text, &Numbers::default(), "qty", 999);
        assert_eq!(read("2.000"), Ok(2));
        assert_eq!(read("0"), Ok(0));
        assert_eq!(read("１２"), Ok(12));
        for text in [
            "-1",
            "1.5",
            "1,5",
            "1000",
            "1,000",
            "x",
            "99999999999999999999",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
        assert!(read("1,5").unwrap_err().contains("`decimal`"));
    }

    #[test]
    fn yes_and_no_in_many_words() {
        for word in ["是", "Y", "TRUE", "１", "√"] {
            assert_eq!(yes(word, "x"), Ok(true), "{word}");
        }
        for word in ["否", "n", "False", "0", "×"] {
            assert_eq!(yes(word, "x"), Ok(false), "{word}");
        }
        assert!(yes("也许", "x").is_err());
        assert_eq!(
            (active("停产", "x"), active("在售", "x"), active("否", "x")),
            (Ok(false), Ok(true), Ok(false))
        );
    }

    #[test]
    fn texts_are_brought_to_one_form() {
        assert_eq!(
            text(" ⽅⽂静\u{200B} ", "name", 60).as_deref(),
            Ok("方文静")
        );
        assert_eq!(
            text("Zoe\u{308}\n Martin", "name", 60).as_deref(),
            Ok("Zoë Martin")
        );
        assert!(text("a\u{7}b", "name", 60).unwrap_err().contains("U+0007"));
        assert!(text(&"长".repeat(61), "name", 60).is_err());
    }

    #[test]
    fn lists_are_split_and_never_dropped_for_one_item() {
        let items = |text: &str, split| list(text, split, "allergies").0;
        assert_eq!(items("香精、酒精", None), ["香精", "酒精"]);
        assert_eq!(items("a/b/", Some("/")), ["a", "b"]);
        assert_eq!(
            items("香\u{200B}精； 香精|\u{7}酒精", None),
            ["香精", "酒精"]
        );
        let (kept, doubts) = list(&format!("香精、{}", "长".repeat(50)), None, "allergies");
        assert_eq!(
            (kept.len(), kept[1].chars().count(), doubts.len()),
            (2, 40, 1)
        );
        let many: Vec<String> = (0..50).map(|i| i.to_string()).collect();
        let (kept, doubts) = list(&many.join("、"), None, "allergies");
        assert_eq!((kept.len(), doubts.len()), (40, 1));
    }
}
