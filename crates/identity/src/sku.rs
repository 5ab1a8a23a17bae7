//! A product's number.

use crate::choose::Likeness;
use crate::{Barcode, Refusal, spreadsheet, text};
use std::fmt;

/// The longest product number, in characters.
pub const SKU_CHARS: usize = 64;

/// A product's number, in its exact form (width, dashes, invisible characters), which is also how it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Sku(String);

impl Sku {
    /// Reads a number to look for.
    ///
    /// # Errors
    /// Where no product can have it: blank, too long, or with a control character.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        if let Some((place, character)) = text::first_control(text.trim()) {
            return Err(Refusal::Control { character, place });
        }
        let exact = text::narrow(text);
        if exact.chars().count() > SKU_CHARS {
            return Err(Refusal::TooLong { most: SKU_CHARS });
        }
        if text::fold(&exact).is_empty() {
            return Err(Refusal::Blank);
        }
        Ok(Self(exact))
    }

    /// Reads a number for a new product: beside what [`Sku::parse`] refuses, what a spreadsheet has damaged or would
    /// run.
    ///
    /// # Errors
    /// Why it can be no product's.
    pub fn admit(text: &str) -> Result<Self, Refusal> {
        let plain = text::narrow(text);
        if spreadsheet::is_exponent(&plain) {
            return Err(Refusal::Rounded);
        }
        if spreadsheet::is_error(&plain) {
            return Err(Refusal::SpreadsheetError);
        }
        let sku = Self::parse(text)?;
        match spreadsheet::formula(&plain) {
            Some(character) => Err(Refusal::Formula { character }),
            None => Ok(sku),
        }
    }

    /// The exact key.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is exactly the number of a product as it is kept.
    pub fn is(&self, kept: &str) -> bool {
        self.0 == kept || self.0 == text::narrow(kept)
    }

    /// The folded key: letters and digits of all scripts, small.
    pub fn folded(&self) -> String {
        text::fold(&self.0)
    }
}

impl fmt::Display for Sku {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How what was typed or scanned for a product is like one that has this number and bar code: a number that is typed
/// is exact, and so is a bar code under any of its lengths.
pub fn likeness(typed: &str, sku: &str, barcode: Option<&str>) -> Option<Likeness> {
    let number = Sku::parse(typed).ok();
    if number.as_ref().is_some_and(|n| n.is(sku)) {
        return Some(Likeness::Exact);
    }
    let code = Barcode::key_of(typed);
    if !code.is_empty() && barcode.is_some_and(|b| Barcode::key_of(b) == code) {
        return Some(Likeness::Exact);
    }
    let folded = number.is_some_and(|n| n.folded() == text::fold(sku));
    folded.then_some(Likeness::Folded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_product_by_its_number_or_its_bar_code() {
        let like = |typed| likeness(typed, "TH-1001", Some("099041709102"));
        for typed in [
            "TH-1001",
            "ＴＨ－１００１",
            " TH–1001 ",
            "0099041709102",
            "099041709102",
        ] {
            assert_eq!(like(typed), Some(Likeness::Exact), "{typed}");
        }
        for typed in ["th-1001", "TH1001", "th 1001"] {
            assert_eq!(like(typed), Some(Likeness::Folded), "{typed}");
        }
        for typed in ["", "TH-1002", "99041709102", "TH-10011", "\u{7}"] {
            assert_eq!(like(typed), None, "{typed}");
        }
        assert_eq!(likeness("", "", None), None);
        assert_eq!(likeness("", "A", Some("")), None);
    }

    #[test]
    fn what_no_product_can_have_is_refused() {
        for text in ["", "--", "1.0E+5", "#REF!", "A\u{7}", &"1".repeat(65)] {
            assert!(Sku::admit(text).is_err(), "{text:?}");
        }
        assert_eq!(
            Sku::admit(" th‑1 ").map(|s| s.to_string()),
            Ok("th-1".to_owned())
        );
    }
}
