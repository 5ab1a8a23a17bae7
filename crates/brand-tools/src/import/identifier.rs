//! What spreadsheets and programs do to the numbers of cards, receipts, products and stores: an exponent, digits
//! rounded to zeros, `.0` behind, zeros lost before. Some of it shows in one value, some only in a whole column.

use std::collections::HashSet;

/// Significant digits that a spreadsheet keeps.
const KEPT: usize = 15;
/// So many digits that happen to be zero where a spreadsheet would have put zeros are no chance.
const ROUNDED: usize = 3;

/// What the values of one column show together.
#[derive(Debug, Default)]
pub struct Column {
    /// All numbers with leading zeros have this many digits, and none has more.
    width: Option<Width>,
    /// Every long number ends in the zeros that a spreadsheet puts.
    rounded: bool,
}

#[derive(Debug)]
struct Width {
    digits: usize,
    line: usize,
    sample: String,
}

impl Column {
    /// Looks at all values of a column, with their lines.
    pub fn of(values: impl Iterator<Item = (usize, String)>) -> Self {
        let mut seen: HashSet<String> = HashSet::new();
        let mut width: Option<Width> = None;
        let (mut one_width, mut longest) = (true, 0);
        let (mut long, mut rounded, mut zeros) = (0_usize, 0_usize, 0_usize);
        for (line, value) in values {
            if !is_digits(&value) || seen.contains(&value) {
                continue;
            }
            longest = longest.max(value.len());
            if value.len() > 1 && value.starts_with('0') {
                match &width {
                    None => {
                        width = Some(Width {
                            digits: value.len(),
                            line,
                            sample: value.clone(),
                        });
                    }
                    Some(w) => one_width &= w.digits == value.len(),
                }
            }
            if value.len() > KEPT {
                long += 1;
                if let Some(n) = rounded_digits(&value) {
                    rounded += 1;
                    zeros += n;
                }
            }
            seen.insert(value);
        }
        Self {
            width: width.filter(|w| one_width && longest <= w.digits),
            rounded: long > 0 && rounded == long && zeros >= ROUNDED,
        }
    }

    /// Whether a value is what it was before a spreadsheet or a program had it.
    ///
    /// # Errors
    /// What was done to it; to be put behind the value in quotes.
    pub fn check(&self, value: &str) -> Result<(), String> {
        let lost = |what: &str| Err(format!("{what}; export the column as text"));
        if is_exponent(value) {
            return lost("rounded by a spreadsheet");
        }
        if identity::spreadsheet::is_error(value) {
            return lost("a spreadsheet's error");
        }
        if is_date(value) {
            return lost("what a spreadsheet makes of a number that looks like a date");
        }
        let point = value.split_once(['.', ',']);
        if point.is_some_and(|(whole, part)| {
            is_digits(whole)
                && whole.len() > 2
                && part.bytes().all(|b| b == b'0')
                && part.len() <= 2
                && !part.is_empty()
        }) {
            return lost(
                "a number with decimals, where a spreadsheet or a program took it for a quantity",
            );
        }
        if is_grouped(value) {
            return lost("written with thousands marks, as a spreadsheet shows a quantity");
        }
        if !is_digits(value) {
            return Ok(());
        }
        if self.rounded && rounded_digits(value).is_some() {
            return lost(
                "rounded by a spreadsheet, which keeps 15 digits and puts zeros behind them",
            );
        }
        match &self.width {
            Some(w) if value.len() < w.digits => Err(format!(
                "shorter than line {} has them ({:?}): it has lost the zeros before it; export the column as text",
                w.line, w.sample
            )),
            _ => Ok(()),
        }
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// How many zeros a long number has behind the 15th digit; none where something else is there.
fn rounded_digits(value: &str) -> Option<usize> {
    let tail = value.get(KEPT..).filter(|t| !t.is_empty())?;
    tail.bytes().all(|b| b == b'0').then_some(tail.len())
}

/// `1.00023E+11`; also without the sign, where the number before has decimals.
fn is_exponent(value: &str) -> bool {
    if identity::spreadsheet::is_exponent(value) {
        return true;
    }
    let Some((mantissa, power)) = value.split_once(['E', 'e']) else {
        return false;
    };
    mantissa
        .split_once(['.', ','])
        .is_some_and(|(whole, part)| is_digits(whole) && is_digits(part) && is_digits(power))
}

/// `1,000,230`
fn is_grouped(value: &str) -> bool {
    let mut groups = value.split(',');
    let first = groups.next().unwrap_or_default();
    let rest: Vec<&str> = groups.collect();
    !rest.is_empty()
        && is_digits(first)
        && first.len() <= 3
        && rest.iter().all(|g| is_digits(g) && g.len() == 3)
}

/// `3月5日`, `5-Mar`, `Mar-05`: what becomes of `3-5` and `MAR5`.
fn is_date(value: &str) -> bool {
    let chinese = value
        .strip_suffix('日')
        .and_then(|t| t.split_once('月'))
        .is_some_and(|(month, day)| is_digits(month) && is_digits(day));
    const MONTHS: [&str; 12] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    let small = value.to_ascii_lowercase();
    let english = small.split_once('-').is_some_and(|(a, b)| {
        let day = |t: &str| is_digits(t) && t.len() <= 2;
        (MONTHS.contains(&a) && day(b)) || (day(a) && MONTHS.contains(&b))
    });
    chinese || english
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn column(values: &[&str]) -> Column {
        Column::of((2..).zip(values.iter().map(|v| (*v).to_owned())))
    }

    fn why(values: &[&str], value: &str) -> String {
        column(values).check(value).unwrap_err()
    }

    #[test]
    fn what_shows_in_one_value() {
        for value in [
            "1.00023E+11",
            "2.02611E+13",
            "1,00023E+11",
            "1.00023e+11",
            "1.00023E11",
            "1E+11",
        ] {
            assert!(
                why(&[], value).contains("rounded by a spreadsheet"),
                "{value}"
            );
        }
        for value in ["100023.0", "100023,0", "100023.00"] {
            assert!(why(&[], value).contains("decimals"), "{value}");
        }
        assert!(why(&[], "1,000,230").contains("thousands"));
        for value in ["#REF!", "#N/A", "######"] {
            assert!(why(&[], value).contains("error"), "{value}");
        }
        for value in ["3月5日", "5-Mar", "Mar-05"] {
            assert!(why(&[], value).contains("date"), "{value}");
        }
        for value in [
            "100023", "AB-1001", "GOLD", "沪88001", "1E5", "2E10", "E+11", "10.5", "1.0", "A1.0",
            "1,00", "3-5", "0",
        ] {
            assert_eq!(column(&[]).check(value), Ok(()), "{value}");
        }
    }

    #[test]
    fn fifteen_digits_show_in_a_column() {
        let rounded = ["202611020001234000", "202611020001235000", "7"];
        assert!(why(&rounded, "202611020001234000").contains("15 digits"));
        assert!(why(&["202611020001234000"], "202611020001234000").contains("15 digits"));
        assert_eq!(column(&rounded).check("7"), Ok(()));
        // numbers that merely end in zeros, beside such as do not
        let honest = ["202611020001234000", "202611020001234567"];
        assert_eq!(column(&honest).check("202611020001234000"), Ok(()));
        // one number of 16 digits may well end in a zero
        assert_eq!(
            column(&["2026110200012340"]).check("2026110200012340"),
            Ok(())
        );
        let three = ["2026110200012340", "2026110200012350", "2026110200012360"];
        assert!(column(&three).check("2026110200012340").is_err());
        // the same number on every line of its receipt is one number
        let same = ["2026110200012340"; 5];
        assert_eq!(column(&same).check("2026110200012340"), Ok(()));
    }

    #[test]
    fn lost_zeros_show_in_a_column_of_one_width() {
        let values = ["000123", "004567", "89"];
        assert!(why(&values, "89").contains("line 2 has them (\"000123\")"));
        assert_eq!(column(&values).check("000123"), Ok(()));
        assert_eq!(column(&values).check("A89"), Ok(()));
        for values in [
            // no width is shown: zeros of several widths, longer numbers, or no zeros at all
            ["0123", "004567", "89"],
            ["000123", "1234567", "89"],
            ["123", "4567", "89"],
        ] {
            assert_eq!(column(&values).check("89"), Ok(()), "{values:?}");
        }
    }

    proptest! {
        /// A column of numbers as they were never raises a doubt, whatever their width.
        #[test]
        fn what_was_never_in_a_spreadsheet_is_not_doubted(values in proptest::collection::vec("[0-9]{18}[1-9]|[A-Z]{2}[0-9]{1,9}", 1..20)) {
            let column = Column::of((2..).zip(values.iter().cloned()));
            for value in &values {
                prop_assert_eq!(column.check(value), Ok(()));
            }
        }

        #[test]
        fn rounded_numbers_are_found(values in proptest::collection::vec("[1-9][0-9]{14}", 1..20), zeros in 3_usize..6) {
            let values: Vec<String> = values.iter().map(|v| format!("{v}{}", "0".repeat(zeros))).collect();
            let column = Column::of((2..).zip(values.iter().cloned()));
            for value in &values {
                prop_assert!(column.check(value).is_err());
            }
        }
    }
}
