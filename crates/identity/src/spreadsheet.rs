//! What a spreadsheet does to a number that it takes for a quantity.

/// A number with an exponent, as a spreadsheet shows one that has many digits: `1.00023E+11`, `2,02611E+13`.
/// Nobody's numbering has a plus sign behind an E.
pub fn is_exponent(text: &str) -> bool {
    exponent(text).is_some_and(|(_, _, signed)| signed)
}

/// The digits of the mantissa without its point, the power of ten, and whether the power has its sign: of
/// `1.38E+10` these are `138`, 10 and true.
pub(crate) fn exponent(text: &str) -> Option<(String, i32, bool)> {
    let (mantissa, power) = text.split_once(['E', 'e'])?;
    let signed = power.starts_with(['+', '-']);
    let power: i32 = power.parse().ok()?;
    let (whole, parts) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, ""));
    let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    let sound = whole.len() == 1 && digits(whole) && digits(parts);
    sound.then(|| (format!("{whole}{parts}"), power, signed))
}

/// What a spreadsheet writes where it could not work a cell out, or show it: `#N/A`, `#REF!`, `#####`.
pub fn is_error(text: &str) -> bool {
    let known = [
        "#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!",
    ];
    known.iter().any(|e| text.eq_ignore_ascii_case(e))
        || (text.len() > 2 && text.bytes().all(|b| b == b'#'))
}

/// By what a text in its exact form ([`crate::text::narrow`]) begins as a formula does; none where it does not.
pub fn formula(exact: &str) -> Option<char> {
    let first = exact.chars().next();
    first.filter(|c| matches!(c, '=' | '+' | '-' | '@'))
}

/// A text without what a spreadsheet puts around it to keep it a text: `'0013`, `="0013"`, `"0013"`.
pub fn unquoted(text: &str) -> &str {
    let inside = |text: &'_ str, open: &str, close: &str| {
        text.strip_prefix(open)
            .and_then(|t| t.strip_suffix(close))
            .is_some()
    };
    let text = text.trim();
    for (open, close) in [
        ("=\"", "\""),
        ("\"", "\""),
        ("'", "'"),
        ("“", "”"),
        ("‘", "’"),
    ] {
        if text.len() > open.len() + close.len() && inside(text, open, close) {
            return text
                .get(open.len()..text.len() - close.len())
                .unwrap_or(text);
        }
    }
    text.strip_prefix(['\'', '‘', '’', '`']).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounded_numbers_are_seen() {
        for text in [
            "1.00023E+11",
            "2.02611E+13",
            "1,00023E+11",
            "2e+10",
            "1.5E-5",
        ] {
            assert!(is_exponent(text), "{text}");
        }
        for text in [
            "1E5", "E+11", "AE+11", "10.5E+11", "A1.0E+11", "1E+", "GOLD", "",
        ] {
            assert!(!is_exponent(text), "{text}");
        }
    }

    #[test]
    fn errors_are_seen() {
        for text in ["#N/A", "#n/a", "#REF!", "########"] {
            assert!(is_error(text), "{text}");
        }
        for text in ["#1", "##", "N/A", "#A1"] {
            assert!(!is_error(text), "{text}");
        }
    }

    #[test]
    fn formulas_are_seen_in_every_width() {
        for text in [
            "=1+1",
            "+86",
            "-1",
            "@x",
            "＝1+1",
            "＋1",
            "－1",
            "−1",
            "＠x",
            " \u{200B}=1",
        ] {
            assert!(formula(&crate::text::narrow(text)).is_some(), "{text}");
        }
        for text in ["1=1", "A-1", "#1", "沪-1", ""] {
            assert_eq!(formula(text), None, "{text}");
        }
    }

    #[test]
    fn marks_that_keep_a_text_a_text() {
        for text in [
            "'0013",
            "=\"0013\"",
            "\"0013\"",
            "'0013'",
            "’0013",
            " 0013 ",
            "“0013”",
        ] {
            assert_eq!(unquoted(text), "0013", "{text}");
        }
        for text in ["'", "\"\"", "00'13"] {
            assert!(!unquoted(text).contains("0013"), "{text}");
        }
    }
}
