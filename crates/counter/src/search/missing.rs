//! How much of a number is still to be typed before it can be said that nobody has it.

use identity::text;

/// The last digits of a phone number, as customers say them.
const TAIL: usize = 4;
/// Digits of a mobile number.
const PHONE: usize = 11;

/// Digits that are missing where a number is being typed: to the last four of a phone number, or to a whole one. None are
/// where what was typed is whole, or is no number.
pub fn digits_missing(typed: &str) -> u32 {
    let typed = text::narrow(typed);
    if typed.is_empty()
        || !typed
            .chars()
            .all(|c| c.is_ascii_digit() || c == ' ' || c == '-')
    {
        return 0;
    }
    let digits = typed.chars().filter(char::is_ascii_digit).count();
    // a mobile number begins with 1; other numbers are cards, and may be of any length
    let wanted = match digits {
        ..TAIL => TAIL,
        TAIL => digits,
        ..PHONE if typed.starts_with('1') => PHONE,
        _ => digits,
    };
    u32::try_from(wanted - digits).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::digits_missing;

    #[test]
    fn a_number_that_is_being_typed_is_not_yet_nobodys() {
        for (typed, missing) in [
            ("", 0),
            ("5", 3),
            ("56", 2),
            ("567", 1),
            ("5678", 0),
            ("１３８", 1),
            ("138 0", 0),
            ("13800", 6),
            ("138 0000 567", 1),
            ("138-0000-5678", 0),
            ("20460", 0),
            ("20460173", 0),
            ("zh", 0),
            ("张", 0),
            ("C12", 0),
        ] {
            assert_eq!(digits_missing(typed), missing, "{typed}");
        }
    }
}
