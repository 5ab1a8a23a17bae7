//! A receipt: a till's number, in a store, at a business time.
//!
//! A till's number is unique in its store only, and there not for long: tills begin anew, and two tills of one store
//! may give one number. So a sale is known by its own id (the operation that recorded it), and by its number it is
//! only looked for: in one store, by any spelling, nearest in time. What two sales of one number are to each other
//! says [`judge`], at a counter and at the centre alike.

use crate::text;

/// How long a number is at most, in characters.
pub const MOST: usize = 40;

/// Business days within which a sale may be recorded late: an outage lasts for days, and a day off or two.
const LATE: u64 = 3;
/// Business days within which the same goods of the same member under the same number are more likely one sale
/// than two: a till that begins anew each day seldom gives her the same number for the same goods in a month.
const MONTH: u64 = 30;

/// A till's receipt number.
///
/// It compares by its exact key: one number in several spellings (width, case, kinds of dashes, blanks, invisible
/// characters) is one number.
#[derive(Debug, Clone)]
pub struct ReceiptNumber {
    written: String,
    exact: String,
}

impl ReceiptNumber {
    /// Reads a number as it was typed, scanned or exported; none where it is empty, longer than [`MOST`], or has
    /// control characters.
    pub fn read(text: &str) -> Option<Self> {
        let written = text::tidy(text);
        let number = Self::stored(&written);
        let sound = !number.exact.is_empty()
            && written.chars().count() <= MOST
            && written.chars().all(|c| !c.is_control());
        sound.then_some(number)
    }

    /// A number that was recorded, whatever it is.
    pub fn stored(text: &str) -> Self {
        Self {
            written: text.to_owned(),
            exact: exact(text),
        }
    }

    /// As it is kept and shown: as it was written, without what nobody sees.
    pub fn written(&self) -> &str {
        &self.written
    }

    /// Equal where two texts are one number for sure.
    pub fn exact(&self) -> &str {
        &self.exact
    }

    /// Equal also where only zeros at the beginning differ, which spreadsheets lose. Stores are searched by it.
    pub fn loose(&self) -> String {
        loose(&self.exact)
    }

    /// How much another number is this one.
    pub fn likeness(&self, other: &Self) -> Likeness {
        if self.exact == other.exact {
            Likeness::Same
        } else if self.loose() == other.loose() {
            Likeness::ButZeros
        } else {
            Likeness::Other
        }
    }
}

impl PartialEq for ReceiptNumber {
    fn eq(&self, other: &Self) -> bool {
        self.exact == other.exact
    }
}

impl Eq for ReceiptNumber {}

impl std::fmt::Display for ReceiptNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.written)
    }
}

fn exact(text: &str) -> String {
    // small letters can compose anew: twice is as good as always
    let small = |text: &str| {
        let narrow = text::narrow(text);
        let said = narrow.trim_start_matches(is_text_mark);
        let said = said.chars().filter(|c| !text::is_blank(*c));
        said.flat_map(char::to_lowercase).collect::<String>()
    };
    let mut now = small(text);
    for _ in 0..8 {
        let next = small(&now);
        if next == now {
            break;
        }
        now = next;
    }
    now
}

/// A spreadsheet's mark for "this is text" before a number.
fn is_text_mark(c: char) -> bool {
    matches!(c, '\'' | '\u{2019}' | '\u{2018}')
}

fn loose(exact: &str) -> String {
    // a number that went through a program's decimals: 123.0
    let whole = match exact.split_once('.') {
        Some((whole, zeros)) if !zeros.is_empty() && zeros.bytes().all(|b| b == b'0') => whole,
        _ => exact,
    };
    let digits = !whole.is_empty() && whole.bytes().all(|b| b.is_ascii_digit());
    if !digits {
        return exact.to_owned();
    }
    let kept = whole.trim_start_matches('0');
    if kept.is_empty() { "0" } else { kept }.to_owned()
}

/// How much two numbers are alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// Two numbers.
    Other,
    /// Only zeros at the beginning differ.
    ButZeros,
    /// One number, however it is spelt.
    Same,
}

/// What a sale has in common with one of the same store that stands under a like number. One that came back whole
/// stands no more, and is not asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Common {
    /// How the numbers are alike.
    pub likeness: Likeness,
    /// Business days between them.
    pub days: u64,
    /// Whether both are one member's.
    pub member: bool,
    /// Whether both say the same: lines, points and coupons.
    pub content: bool,
}

/// What two sales are to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    /// Two sales, and nobody needs to be asked.
    TwoSales,
    /// Two sales of one day that share a number and nothing else: two tills gave it, or it was mistyped once.
    Shared,
    /// Perhaps one sale that was recorded before: on an earlier day, or with other zeros.
    Perhaps,
    /// The number stands for a sale of the same day with the same member or the same content: a mistake in keying, or
    /// another till's.
    Taken,
    /// One sale, recorded twice.
    OneSale,
}

/// What two sales are to each other.
///
/// One sale is the same number, day, member and content: two counters record a sale alike, and no till gives one
/// member the same goods twice under one number in a day. Of the same day and with nothing else in common, both are
/// real, for a paid sale is never refused. With the member or the content in common, both are real where two tills
/// gave the number, and one is a mistake where a clerk mistyped: a manager says which. On other days a number is a new sale, unless it looks like one that is recorded late: within [`LATE`] days the same goods or the
/// same member, within a [`MONTH`] both.
pub fn judge(common: &Common) -> Relation {
    let Common {
        likeness,
        days,
        member,
        content,
    } = *common;
    match (likeness, days) {
        (Likeness::Other, _) => Relation::TwoSales,
        (Likeness::Same, 0) if member && content => Relation::OneSale,
        (Likeness::Same, 0) if member || content => Relation::Taken,
        (Likeness::Same, 0) => Relation::Shared,
        (Likeness::ButZeros, 0) => Relation::Perhaps,
        (_, days) if days <= LATE && (member || content) => Relation::Perhaps,
        (_, days) if days <= MONTH && member && content => Relation::Perhaps,
        _ => Relation::TwoSales,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn number(text: &str) -> ReceiptNumber {
        ReceiptNumber::read(text).unwrap()
    }

    #[test]
    fn one_number_in_several_spellings_is_one() {
        for (one, other) in [
            ("A1001", "Ａ１００１"),
            ("A1001", "a1001"),
            ("A1001", "\u{FEFF}A\u{200B}1001 "),
            ("AB-1", "ab－1"),
            ("AB-1", "AB–1"),
            ("2026 0042", "20260042"),
            ("0042", "'0042"),
            ("0042", "００４２"),
            ("É1", "e\u{301}1"),
        ] {
            assert_eq!(
                number(one).likeness(&number(other)),
                Likeness::Same,
                "{one} {other}"
            );
            assert_eq!(number(one).loose(), number(other).loose());
        }
    }

    #[test]
    fn zeros_that_a_spreadsheet_lost_are_likely_and_never_sure() {
        for (one, other) in [
            ("000123", "123"),
            ("０００１２３", "123"),
            ("0", "000"),
            ("0042", "42.0"),
        ] {
            let like = number(one).likeness(&number(other));
            assert_eq!(like, Likeness::ButZeros, "{one} {other}");
        }
        for (one, other) in [
            ("A001", "A1"),
            ("123", "1230"),
            ("0-1", "-1"),
            ("1.5", "1"),
            ("12.", "12"),
        ] {
            assert_eq!(
                number(one).likeness(&number(other)),
                Likeness::Other,
                "{one} {other}"
            );
        }
    }

    #[test]
    fn what_is_no_number_is_said() {
        for text in ["", "  ", "\u{200B}", "'", "A\u{7}1", &"9".repeat(41)] {
            assert!(ReceiptNumber::read(text).is_none(), "{text:?}");
        }
        assert_eq!(number(" Ａ1\u{200B} ").written(), "Ａ1");
    }

    #[test]
    fn two_sales_of_one_number() {
        let of = |likeness, days, member, content| {
            judge(&Common {
                likeness,
                days,
                member,
                content,
            })
        };
        use Likeness::{ButZeros, Other, Same};
        use Relation::{OneSale, Perhaps, Shared, Taken, TwoSales};
        for (common, right) in [
            ((Same, 0, true, true), OneSale),
            ((Same, 0, true, false), Taken),
            ((Same, 0, false, true), Taken),
            ((Same, 0, false, false), Shared),
            ((ButZeros, 0, true, true), Perhaps),
            ((ButZeros, 0, false, false), Perhaps),
            ((Same, 1, false, true), Perhaps),
            ((Same, 1, true, false), Perhaps),
            ((Same, 1, false, false), TwoSales),
            ((Same, 3, true, false), Perhaps),
            ((Same, 4, true, false), TwoSales),
            ((Same, 30, true, true), Perhaps),
            ((ButZeros, 30, true, true), Perhaps),
            ((Same, 31, true, true), TwoSales),
            ((Same, 150, true, true), TwoSales),
            ((Other, 0, true, true), TwoSales),
        ] {
            let (likeness, days, member, content) = common;
            assert_eq!(of(likeness, days, member, content), right, "{common:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn folding_twice_is_folding_once(text in "\\PC{0,24}|.{0,24}|['‘0-9.０-９a-zA-ZＡ-Ｚ\u{300}-\u{345}\u{200B} －-]{0,16}") {
            let once = ReceiptNumber::stored(&text);
            let twice = ReceiptNumber::stored(once.exact());
            prop_assert_eq!(twice.exact(), once.exact());
            prop_assert_eq!(loose(&once.loose()), once.loose());
            if let Some(read) = ReceiptNumber::read(&text) {
                prop_assert_eq!(read.exact(), once.exact());
                let again = ReceiptNumber::read(read.written());
                prop_assert_eq!(again.as_ref(), Some(&read));
                // what is exact is found exactly: the written form finds what was typed
                prop_assert_eq!(again.unwrap().loose(), read.loose());
            }
        }

        #[test]
        fn a_relation_does_not_depend_on_which_came_first(a in "[0aA０Ａ]{1,4}", b in "[0aA０Ａ]{1,4}") {
            prop_assert_eq!(number(&a).likeness(&number(&b)), number(&b).likeness(&number(&a)));
        }

        #[test]
        fn more_in_common_is_never_less_one_sale(days in 0u64..200, member: bool, content: bool) {
            let of = |likeness, member, content| judge(&Common { likeness, days, member, content });
            prop_assert!(of(Likeness::Same, true, true) >= of(Likeness::Same, member, content) || days == 0);
            prop_assert!(of(Likeness::ButZeros, true, content) >= of(Likeness::ButZeros, false, content));
            prop_assert_eq!(of(Likeness::Other, member, content), Relation::TwoSales);
        }
    }
}
