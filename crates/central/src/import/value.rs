//! From texts to values, or the reason why a text is none.

use chrono::{DateTime, LocalResult, NaiveDate, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;
use loyalty::Money;
use rust_decimal::Decimal;

/// How times are written where the map does not say.
const TIMES: [&str; 5] = [
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%Y/%m/%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d %H:%M",
];
/// How dates are written where the map does not say.
const DATES: [&str; 4] = ["%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y年%m月%d日"];
/// Nothing that a brand still keeps is older.
const OLDEST: i32 = 1990;

/// A mobile number of the mainland as 11 digits.
pub(crate) fn phone(text: &str) -> Result<String, String> {
    if let Some(number) = protocol::phone::mobile_number(text) {
        Ok(number)
    } else if text.contains(['E', 'e']) && text.contains('.') {
        Err("phone: a spreadsheet has rounded this number; export the column as text".into())
    } else {
        Err("phone: not a mobile number of 11 digits".into())
    }
}

/// Money of one line: not below zero.
pub(crate) fn amount(text: &str, what: &str) -> Result<Money, String> {
    let money = signed_amount(text, what)?;
    if money < Money::ZERO {
        return Err(format!(
            "{what}: {text:?} is below zero; returns are not taken from files"
        ));
    }
    Ok(money)
}

/// Money of either sign.
pub(crate) fn signed_amount(text: &str, what: &str) -> Result<Money, String> {
    let digits: String = text
        .chars()
        .filter(|c| !matches!(c, '¥' | '￥' | ',' | '，' | ' ' | '元'))
        .collect();
    let bad = |why: &str| format!("{what}: {text:?} is {why}");
    let plain = digits
        .trim_start_matches('-')
        .chars()
        .all(|c| c.is_ascii_digit() || c == '.');
    if digits.is_empty() || !plain {
        return Err(bad("not an amount"));
    }
    // more digits than a decimal holds are too many for an amount
    let decimal = Decimal::from_str_exact(&digits).map_err(|_| bad("not an amount"))?;
    Money::from_decimal(decimal).map_err(|e| bad(&e.to_string()))
}

/// A whole number, also written as `2.0`.
pub(crate) fn count(text: &str, what: &str, most: u32) -> Result<u32, String> {
    let bad = |why: String| format!("{what}: {text:?} is {why}");
    let decimal = Decimal::from_str_exact(text).map_err(|_| bad("not a number".into()))?;
    if decimal.is_sign_negative() && !decimal.is_zero() {
        return Err(bad("below zero; returns are not taken from files".into()));
    }
    if !decimal.fract().is_zero() {
        return Err(bad("not a whole number".into()));
    }
    u32::try_from(decimal)
        .ok()
        .filter(|n| *n <= most)
        .ok_or_else(|| bad(format!("more than {most}")))
}

/// A date.
pub(crate) fn date(text: &str, format: Option<&str>, what: &str) -> Result<NaiveDate, String> {
    let parsed = match format {
        Some(format) => NaiveDate::parse_from_str(text, format)
            .or_else(|_| NaiveDateTime::parse_from_str(text, format).map(|t| t.date()))
            .ok(),
        None => DATES
            .iter()
            .find_map(|f| NaiveDate::parse_from_str(text, f).ok()),
    };
    parsed.ok_or_else(|| format!("{what}: {text:?} is not a date{}", written(format)))
}

/// An instant: written with its offset, or local to the map's time zone. Not after `now`.
pub(crate) fn time(
    text: &str,
    format: Option<&str>,
    zone: Tz,
    now: DateTime<Utc>,
    what: &str,
) -> Result<DateTime<Utc>, String> {
    let at = match format {
        Some(format) => DateTime::parse_from_str(text, format)
            .map(|t| t.with_timezone(&Utc))
            .ok()
            .or_else(|| {
                NaiveDateTime::parse_from_str(text, format)
                    .ok()
                    .and_then(|t| in_zone(t, zone))
            })
            .or_else(|| {
                let day = NaiveDate::parse_from_str(text, format).ok()?;
                in_zone(day.and_hms_opt(12, 0, 0)?, zone)
            }),
        None => DateTime::parse_from_rfc3339(text)
            .map(|t| t.with_timezone(&Utc))
            .ok()
            .or_else(|| {
                let local = TIMES
                    .iter()
                    .find_map(|f| NaiveDateTime::parse_from_str(text, f).ok())?;
                in_zone(local, zone)
            }),
    };
    let at = at.ok_or_else(|| format!("{what}: {text:?} is not a time{}", written(format)))?;
    if at > now {
        return Err(format!("{what}: {text:?} is in the future"));
    }
    if chrono::Datelike::year(&at) < OLDEST {
        return Err(format!("{what}: {text:?} is before {OLDEST}"));
    }
    Ok(at)
}

fn in_zone(local: NaiveDateTime, zone: Tz) -> Option<DateTime<Utc>> {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(t) | LocalResult::Ambiguous(t, _) => Some(t.with_timezone(&Utc)),
        LocalResult::None => None,
    }
}

fn written(format: Option<&str>) -> String {
    format.map_or(String::new(), |f| format!(" written as {f}"))
}

/// Yes or no.
pub(crate) fn yes(text: &str, what: &str) -> Result<bool, String> {
    match text.to_lowercase().as_str() {
        "true" | "yes" | "y" | "1" | "是" | "同意" => Ok(true),
        "false" | "no" | "n" | "0" | "否" | "不同意" => Ok(false),
        _ => Err(format!("{what}: {text:?} is neither yes nor no")),
    }
}

/// Items of a list.
pub(crate) fn list(text: &str, split: Option<&str>) -> Vec<String> {
    let items: Vec<&str> = match split {
        Some(split) if !split.is_empty() => text.split(split).collect(),
        _ => text.split(['、', ';', '；', '|']).collect(),
    };
    items
        .into_iter()
        .map(str::trim)
        .filter(|i| !i.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Text that a screen can show: not too long, no control characters.
pub(crate) fn text(value: &str, what: &str, most: usize) -> Result<String, String> {
    if value.chars().count() > most {
        return Err(format!("{what}: longer than {most} characters"));
    }
    if value
        .chars()
        .any(|c| c.is_control() && c != '\n' && c != '\t')
    {
        return Err(format!("{what}: holds a control character"));
    }
    Ok(value.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phones_are_brought_into_one_form() {
        for text in [
            "13812345678",
            "+86 138-1234-5678",
            "0086 13812345678",
            "１３８１２３４５６７８",
            "8613812345678",
        ] {
            assert_eq!(phone(text).as_deref(), Ok("13812345678"), "{text}");
        }
        for text in [
            "1381234567",
            "23812345678",
            "12812345678",
            "138123456789",
            "none",
            "",
            "1381234567x",
        ] {
            assert!(phone(text).is_err(), "{text}");
        }
        assert!(phone("1.38123E+10").unwrap_err().contains("spreadsheet"));
    }

    #[test]
    fn amounts_are_exact_and_sane() {
        assert_eq!(amount("¥1,138.00", "amount"), Ok(Money::from_fen(113_800)));
        assert_eq!(amount("0.500", "amount"), Ok(Money::from_fen(50)));
        for text in ["1.005", "1000000000000", "-1", "", "abc", "1e5", "1.2.3"] {
            assert!(amount(text, "amount").is_err(), "{text}");
        }
    }

    #[test]
    fn counts_are_whole() {
        assert_eq!(count("2.000", "qty", 999), Ok(2));
        assert_eq!(count("0", "qty", 999), Ok(0));
        for text in ["-1", "1.5", "1000", "x", "99999999999999999999"] {
            assert!(count(text, "qty", 999).is_err(), "{text}");
        }
    }

    #[test]
    fn times_are_of_the_zone() {
        let now = "2026-01-01T00:00:00Z".parse().unwrap();
        let zone = Tz::Asia__Shanghai;
        let at = time("2017-01-01 15:48:12", None, zone, now, "time").unwrap();
        assert_eq!(at.to_rfc3339(), "2017-01-01T07:48:12+00:00");
        assert!(
            time("2027-01-01 00:00:00", None, zone, now, "time")
                .unwrap_err()
                .contains("future")
        );
        assert!(
            time("0017-01-01 00:00:00", None, zone, now, "time")
                .unwrap_err()
                .contains("before")
        );
        assert!(time("2017-02-30 00:00:00", None, zone, now, "time").is_err());
        assert!(time("2017-01-01", Some("%Y-%m-%d"), zone, now, "time").is_ok());
    }

    #[test]
    fn lists_are_split() {
        assert_eq!(list("香精、酒精", None), ["香精", "酒精"]);
        assert_eq!(list("a/b/", Some("/")), ["a", "b"]);
    }
}
