//! The bar code of a product.

use crate::{Refusal, spreadsheet, text};
use std::fmt;

/// The longest bar code, in characters.
pub const BARCODE_CHARS: usize = 64;
/// What scanners that are set up so say first about the kind of code: `]E0` and the like.
const AIM: char = ']';

/// A retail number with its check digit (GTIN), in its one form of 14 digits: an UPC-A of 12 digits, the same with a
/// zero before it as an EAN-13, and with two as a GTIN-14 are one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Gtin(u64);

impl Gtin {
    /// Reads 8, 12, 13 or 14 digits; none where they are others or their check digit is wrong.
    pub fn parse(digits: &str) -> Option<Self> {
        let sound =
            matches!(digits.len(), 8 | 12..=14) && digits.bytes().all(|b| b.is_ascii_digit());
        if !sound || !checks(digits) {
            return None;
        }
        digits.parse().ok().filter(|n| *n > 0).map(Self)
    }

    /// Whether numbers of this beginning are given out inside a company (GS1 prefixes 020–029, 040–049, 200–299), so
    /// that a till's own numbers may look like it.
    pub fn is_internal(self) -> bool {
        let thirteen = format!("{:013}", self.0 % 10_000_000_000_000);
        let prefix = thirteen.get(..3).and_then(|p| p.parse::<u16>().ok());
        prefix.is_some_and(|p| matches!(p, 20..=29 | 40..=49 | 200..=299))
    }
}

impl fmt::Display for Gtin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:014}", self.0)
    }
}

/// Whether the last digit is the check of those before it.
fn checks(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .zip([1, 3].into_iter().cycle())
        .map(|(b, weight)| u32::from(b - b'0') * weight)
        .sum();
    sum.is_multiple_of(10)
}

/// A bar code: a retail number, or whatever else a brand prints on its goods.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Barcode {
    /// A retail number.
    Gtin(Gtin),
    /// Another code, in one form: without blanks, capital letters.
    Other(String),
}

impl Barcode {
    /// Reads a bar code as it was scanned or typed.
    ///
    /// # Errors
    /// Why it can be none.
    pub fn parse(scanned: &str) -> Result<Self, Refusal> {
        let code = text::narrow(scanned.trim_end_matches('\u{1D}'));
        if let Some(gtin) = element_string(&code) {
            return Ok(Self::Gtin(gtin));
        }
        if let Some((place, character)) = text::first_control(&code) {
            return Err(Refusal::Control { character, place });
        }
        let code: String = without_aim(&code)
            .chars()
            .filter(|c| !text::is_blank(*c))
            .flat_map(char::to_uppercase)
            .collect();
        // a capital may come in parts that have a form together
        let code = text::narrow(&code);
        if code.chars().count() > BARCODE_CHARS {
            return Err(Refusal::TooLong {
                most: BARCODE_CHARS,
            });
        }
        if !code.chars().any(char::is_alphanumeric) {
            return Err(Refusal::Blank);
        }
        let digits: String = code.chars().filter(|c| *c != '-').collect();
        Ok(Gtin::parse(&digits).map_or(Self::Other(code), Self::Gtin))
    }

    /// Reads a bar code for a new product: beside what [`Barcode::parse`] refuses, what a spreadsheet has damaged.
    ///
    /// # Errors
    /// Why it can be none.
    pub fn admit(text: &str) -> Result<Self, Refusal> {
        let plain = text::narrow(text);
        if spreadsheet::is_exponent(&plain) {
            return Err(Refusal::Rounded);
        }
        if spreadsheet::is_error(&plain) {
            return Err(Refusal::SpreadsheetError);
        }
        Self::parse(text)
    }

    /// The key by which bar codes are compared: the 14 digits of a retail number, or the code itself.
    pub fn key(&self) -> String {
        match self {
            Self::Gtin(gtin) => gtin.to_string(),
            Self::Other(code) => code.clone(),
        }
    }

    /// The key of a text as it is kept; empty for what is no bar code, and equals nothing then.
    pub fn key_of(text: &str) -> String {
        Self::parse(text).map(|b| b.key()).unwrap_or_default()
    }

    /// The retail number, where it is one.
    pub fn gtin(&self) -> Option<Gtin> {
        match self {
            Self::Gtin(gtin) => Some(*gtin),
            Self::Other(_) => None,
        }
    }
}

fn without_aim(code: &str) -> &str {
    let mut characters = code.chars();
    let aim = characters.next() == Some(AIM)
        && characters.next().is_some_and(|c| c.is_ascii_alphabetic())
        && characters.next().is_some_and(|c| c.is_ascii_alphanumeric());
    if aim { characters.as_str() } else { code }
}

/// The number in what a two-dimensional code of GS1 holds: `(01)` or `01`, 14 digits, and perhaps batch and date.
fn element_string(code: &str) -> Option<Gtin> {
    let code = without_aim(code).trim_start_matches('\u{1D}');
    let (rest, bracketed) = match code.strip_prefix("(01)") {
        Some(rest) => (rest, true),
        None => (code.strip_prefix("01")?, false),
    };
    let (number, behind) = rest.split_at_checked(14)?;
    let ends = if bracketed {
        behind.is_empty() || behind.starts_with('(')
    } else {
        // production, best before, expiry, batch, serial
        behind.is_empty()
            || ["11", "15", "17", "10", "21"]
                .iter()
                .any(|ai| behind.starts_with(ai))
    };
    ends.then(|| Gtin::parse(number)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(text: &str) -> String {
        Barcode::key_of(text)
    }

    #[test]
    fn twelve_thirteen_and_fourteen_digits_are_one_code() {
        for text in [
            "099041709102",
            "0099041709102",
            "00099041709102",
            "０９９０４１７０９１０２",
            " 0 99041 70910 2 ",
            "0-99041-70910-2",
            "]E00099041709102",
            "]C1099041709102",
            "(01)00099041709102",
            "(01)00099041709102(10)LOT7",
            "0100099041709102",
            "]d2010009904170910217271231\u{1D}10LOT7",
            "0099041709102\r\n",
        ] {
            assert_eq!(key(text), "00099041709102", "{text:?}");
        }
        // another packing level is another thing
        assert_ne!(key("10099041709109"), key("00099041709102"));
        assert_eq!(key("96385074"), "00000096385074");
    }

    #[test]
    fn other_codes_are_texts() {
        for (text, code) in [
            ("th-1001", "TH-1001"),
            ("6901234567893", "6901234567893"),
            ("12345", "12345"),
            ("]X", "]X"),
            ("口红01", "口红01"),
        ] {
            assert_eq!(key(text), code, "{text}");
        }
        for text in ["", " ", "\u{7}", "--", "00000000"] {
            assert!(
                Barcode::parse(text).map_or(true, |b| b.gtin().is_none()),
                "{text:?}"
            );
        }
        assert_eq!(Barcode::admit("6.9E+12"), Err(Refusal::Rounded));
        assert!(matches!(
            Barcode::parse("1\u{7}"),
            Err(Refusal::Control { .. })
        ));
    }

    #[test]
    fn numbers_that_a_shop_gives_itself() {
        let internal = with_check("201120000001");
        assert!(Gtin::parse(&internal).is_some_and(Gtin::is_internal));
        assert!(Gtin::parse("6990417090012").is_some_and(|g| !g.is_internal()));
    }

    /// Digits with their check digit behind them.
    fn with_check(digits: &str) -> String {
        (0..10)
            .map(|check| format!("{digits}{check}"))
            .find(|all| checks(all))
            .unwrap()
    }

    proptest! {
        #[test]
        fn a_zero_before_a_number_changes_nothing(digits in "[1-9][0-9]{10}") {
            let code = with_check(&digits);
            prop_assert_eq!(key(&code), key(&format!("0{code}")));
            prop_assert_eq!(key(&code), key(&format!("00{code}")));
        }

        #[test]
        fn a_key_is_its_own_key(text in "\\PC{0,20}|[0-9]{8}|[0-9]{12,14}") {
            let once = key(&text);
            prop_assert_eq!(key(&once), once.clone());
        }

        #[test]
        fn a_wrong_digit_is_another_code(digits in "[1-9][0-9]{11}", place in 0usize..13, by in 1u8..10) {
            let code = with_check(&digits);
            let wrong: String = code
                .bytes()
                .enumerate()
                .map(|(i, b)| if i == place { char::from(b'0' + (b - b'0' + by) % 10) } else { char::from(b) })
                .collect();
            prop_assert_ne!(key(&wrong), key(&code));
        }
    }
}
