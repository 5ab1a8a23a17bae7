//! Numbers that spreadsheets have taken zeros from.

/// What is left of a number of digits alone without zeros at the beginning; none where it is another text.
pub fn without_zeros(number: &str) -> Option<&str> {
    let digits = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| number.trim_start_matches('0'))
}

/// The number among some that is this one but for zeros at the beginning.
pub fn but_zeros<'a>(number: &str, among: impl Iterator<Item = &'a String>) -> Option<&'a str> {
    let bare = without_zeros(number)?;
    let mut among = among;
    among
        .find(|other| *other != number && without_zeros(other) == Some(bare))
        .map(String::as_str)
}

/// Why a number may not be found that another one is like.
pub fn zeros_lost(other: &str) -> String {
    format!("but {other:?}: zeros at the beginning were lost or added; export the column as text")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_but_for_zeros() {
        let there = ["000123".to_owned(), "A123".to_owned(), "456".to_owned()];
        assert_eq!(but_zeros("123", there.iter()), Some("000123"));
        assert_eq!(but_zeros("0456", there.iter()), Some("456"));
        for none in ["000123", "A123", "12", ""] {
            assert_eq!(but_zeros(none, there.iter()), None, "{none}");
        }
    }
}
