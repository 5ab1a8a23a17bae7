//! EAN-13 bar codes of the demo products.

/// First digits of every demo bar code: of China (690 to 699), in a part not yet given to
/// any company, so that no real product has one of these codes.
pub(crate) const PREFIX: &str = "6990417";

/// The 13 digits for an article number of up to five digits.
pub(crate) fn barcode(article: u32) -> String {
    let body = format!("{PREFIX}{:05}", article % 100_000);
    let check = check_digit(&body);
    format!("{body}{check}")
}

/// The last digit: weights 1 and 3 in turn from the left, made up to a multiple of ten.
pub(crate) fn check_digit(twelve: &str) -> u32 {
    let sum: u32 = twelve
        .chars()
        .filter_map(|c| c.to_digit(10))
        .zip([1, 3].into_iter().cycle())
        .map(|(digit, weight)| digit * weight)
        .sum();
    (10 - sum % 10) % 10
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_of_printed_codes() {
        // codes as they stand in the standard's own examples
        assert_eq!(check_digit("629104150021"), 3);
        assert_eq!(check_digit("400638133393"), 1);
        assert_eq!(check_digit("690123456789"), 2);
    }

    #[test]
    fn a_code_has_thirteen_digits() {
        assert_eq!(barcode(7).len(), 13);
        assert!(barcode(12345).starts_with(PREFIX));
    }
}
