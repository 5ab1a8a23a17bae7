//! What a scanned text is: a member's code, a product, a receipt or a phone number. Decided by its form and by what is
//! known under it, always as a whole; a beginning of a number is nothing.

use crate::{Barcode, CardNo, MemberCode, MobileNumber, member_code, phone, text};

/// The longest text of a till's receipt number, in characters.
const RECEIPT_CHARS: usize = 40;

/// What a scan can mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Meaning {
    /// A product.
    Product,
    /// A till's receipt.
    Receipt,
    /// A member, by the number on her card.
    Card,
    /// A member, by her phone number.
    Phone,
}

/// What a scanned text can be by its form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scan {
    /// A member's code: `CPM:…`. Such a text is nothing else.
    pub code: Option<MemberCode>,
    /// A bar code of goods.
    pub barcode: Option<Barcode>,
    /// A phone number, whole.
    pub phone: Option<MobileNumber>,
    /// The number on a card, whole.
    pub card: Option<CardNo>,
    /// A receipt's number.
    pub receipt: Option<String>,
}

/// How many things are known here under exactly the scanned text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Known {
    /// Products by number or bar code.
    pub products: usize,
    /// Members by card.
    pub cards: usize,
    /// Members by phone number.
    pub phones: usize,
    /// Receipts of this store.
    pub receipts: usize,
}

/// What the scan is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Known here, and one thing only.
    Known(Meaning),
    /// Known here as each of these: the clerk is asked.
    Ask(Vec<Meaning>),
    /// Not known here. By its form it can be these, the likeliest first.
    Unknown(Vec<Meaning>),
    /// Nothing that anything is numbered by.
    Nothing,
}

/// What of a member a text is that was typed whole: a phone number, or a card's number or code. None for what may be
/// the beginning of a phone number, and for letters alone, which are a name being typed unless they are capitals.
pub fn typed_whole(typed: &str) -> Option<Meaning> {
    if typed.len() > member_code::CODE_BYTES {
        return None;
    }
    if member_code::is_code(typed) {
        return MemberCode::read(typed).map(|_| Meaning::Card);
    }
    if MobileNumber::parse(typed).is_ok() {
        return Some(Meaning::Phone);
    }
    let card = CardNo::parse(typed).ok()?;
    let digits = card.as_str().chars().filter(char::is_ascii_digit).count();
    let beginning = phone::typed_digits(typed).is_some_and(|d| d.starts_with('1') && d.len() <= 11);
    let capitals = digits == 0
        && card.as_str().chars().count() > 2
        && card.as_str().chars().all(|c| c.is_ascii_uppercase());
    ((digits > 3 && card.as_str().chars().count() > 4 && !beginning)
        || (digits > 0 && !is_digits(&card))
        || capitals)
        .then_some(Meaning::Card)
}

/// Digits and what may stand between them; a letter before them (`M7`) is part of a card's number, though it may be
/// the label of a phone's.
fn is_digits(card: &CardNo) -> bool {
    !card.as_str().chars().any(char::is_alphabetic)
}

impl Scan {
    /// Reads a scanned text by its form.
    pub fn read(scanned: &str) -> Self {
        let mut scan = Self {
            code: None,
            barcode: None,
            phone: None,
            card: None,
            receipt: None,
        };
        if scanned.len() > member_code::CODE_BYTES {
            return scan;
        }
        if member_code::is_code(scanned) {
            scan.code = MemberCode::read(scanned);
            return scan;
        }
        scan.barcode = Barcode::parse(scanned).ok();
        // digits alone: what a person may write around a number, no scanner reads
        let narrow = text::narrow(scanned);
        scan.phone = MobileNumber::parse(&narrow)
            .ok()
            .filter(|phone| phone.as_str() == narrow);
        scan.card = CardNo::parse(scanned).ok();
        let receipt = scan.card.is_some() && narrow.chars().count() <= RECEIPT_CHARS;
        scan.receipt = receipt.then_some(narrow);
        scan
    }

    /// What it is, with what is known here.
    ///
    /// A known bar code is always a product. Without one, a text that is known in one way is that, and in several is
    /// asked about.
    pub fn answer(&self, known: Known) -> Answer {
        if self.code.is_some() {
            return if known.cards > 0 {
                Answer::Known(Meaning::Card)
            } else {
                Answer::Unknown(vec![Meaning::Card])
            };
        }
        if known.products > 0 {
            return Answer::Known(Meaning::Product);
        }
        let known: Vec<Meaning> = [
            (known.receipts, Meaning::Receipt),
            (known.cards, Meaning::Card),
            (known.phones, Meaning::Phone),
        ]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(_, meaning)| meaning)
        .collect();
        match known.as_slice() {
            [] => self.by_form(),
            [one] => Answer::Known(*one),
            _ => Answer::Ask(known),
        }
    }

    /// What a text can be that nothing is known under.
    fn by_form(&self) -> Answer {
        let mut may_be = Vec::new();
        let dated = self.receipt.as_deref().is_some_and(is_dated);
        let retail = self
            .barcode
            .as_ref()
            .and_then(Barcode::gtin)
            .is_some_and(|gtin| !gtin.is_internal());
        if self.phone.is_some() {
            may_be.push(Meaning::Phone);
        }
        // goods that this brand does not sell, rather than a till's number: unless the till numbers by date
        if retail && !dated {
            may_be.push(Meaning::Product);
        }
        if self.receipt.is_some() {
            may_be.push(Meaning::Receipt);
        }
        if self.card.is_some() {
            may_be.push(Meaning::Card);
        }
        if may_be.is_empty() {
            Answer::Nothing
        } else {
            Answer::Unknown(may_be)
        }
    }
}

/// Begins with a date, as many tills number: `20261128…` or `261128…`.
fn is_dated(number: &str) -> bool {
    let digits: Vec<u32> = number.chars().map_while(|c| c.to_digit(10)).collect();
    let two = |at: usize| Some(digits.get(at)? * 10 + digits.get(at + 1)?);
    let date =
        |month: usize| matches!(two(month), Some(1..=12)) && matches!(two(month + 2), Some(1..=31));
    let long = matches!(two(0), Some(20)) && date(4);
    let short = matches!(two(0), Some(15..=49)) && date(2);
    digits.len() >= 8 && (long || short)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn unknown(text: &str) -> Answer {
        Scan::read(text).answer(Known::default())
    }

    #[test]
    fn a_member_code_is_a_card_and_nothing_else() {
        let scan = Scan::read("CPM:13700130001");
        assert!(scan.phone.is_none() && scan.barcode.is_none() && scan.receipt.is_none());
        let known = Known {
            products: 1,
            cards: 1,
            phones: 1,
            receipts: 1,
        };
        assert_eq!(scan.answer(known), Answer::Known(Meaning::Card));
        assert_eq!(unknown("CPM:GOLD"), Answer::Unknown(vec![Meaning::Card]));
        assert_eq!(unknown("CPM:"), Answer::Nothing);
    }

    #[test]
    fn a_known_bar_code_is_a_product_whatever_else_has_it() {
        let known = Known {
            products: 1,
            cards: 1,
            phones: 0,
            receipts: 1,
        };
        for text in ["6990417090012", "2026112800018", "TH1001"] {
            assert_eq!(
                Scan::read(text).answer(known),
                Answer::Known(Meaning::Product),
                "{text}"
            );
        }
    }

    #[test]
    fn receipts_that_pass_as_bar_codes_are_receipts() {
        use Meaning::{Card, Receipt};
        // a date and a number whose last digit happens to be right
        let passing = (0..1_000)
            .map(|n| format!("2026112800{n:03}"))
            .filter(|no| Barcode::parse(no).is_ok_and(|b| b.gtin().is_some()))
            .inspect(|no| assert_eq!(unknown(no), Answer::Unknown(vec![Receipt, Card]), "{no}"))
            .count();
        assert_eq!(passing, 100);
        let receipts = Known {
            receipts: 1,
            ..Known::default()
        };
        assert_eq!(
            Scan::read("2026112800018").answer(receipts),
            Answer::Known(Receipt)
        );
    }

    #[test]
    fn a_part_of_a_number_is_no_number() {
        use Meaning::{Card, Phone, Product, Receipt};
        for text in ["197001", "138000", "1380000567"] {
            assert_eq!(
                unknown(text),
                Answer::Unknown(vec![Receipt, Card]),
                "{text}"
            );
        }
        assert_eq!(
            unknown("13800005678"),
            Answer::Unknown(vec![Phone, Receipt, Card])
        );
        assert_eq!(
            unknown("6990417090012"),
            Answer::Unknown(vec![Product, Receipt, Card])
        );
        assert_eq!(
            unknown("手机：13800005678"),
            Answer::Unknown(vec![Receipt, Card])
        );
        for text in ["", " ", "\u{7}", "---"] {
            assert_eq!(unknown(text), Answer::Nothing, "{text:?}");
        }
    }

    #[test]
    fn what_is_typed_whole_is_told_from_what_is_being_typed() {
        for text in [
            "13900008888",
            "139 0000 8888",
            "\u{202D}13900008888\u{202C}",
        ] {
            assert_eq!(typed_whole(text), Some(Meaning::Phone), "{text}");
        }
        for text in [
            "20460173",
            "CPM:20460173:ab",
            "CPM:13900008888",
            "ab-1001",
            "沪88001",
            "GOLD",
            "M7",
        ] {
            assert_eq!(typed_whole(text), Some(Meaning::Card), "{text}");
        }
        for text in [
            "",
            "1390000",
            "8888",
            "zy",
            "曾雨",
            "1390000888",
            "zhang",
            "139 0000",
            "---",
            "CPM:",
        ] {
            assert_eq!(typed_whole(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_known_in_two_ways_is_asked_about() {
        let both = Known {
            cards: 1,
            phones: 1,
            ..Known::default()
        };
        assert_eq!(
            Scan::read("13700130001").answer(both),
            Answer::Ask(vec![Meaning::Card, Meaning::Phone])
        );
    }

    proptest! {
        #[test]
        fn any_text_is_answered(text in "\\PC{0,40}|.{0,40}|CPM:.{0,20}|[0-9]{0,20}", products in 0usize..2, receipts in 0usize..2) {
            let known = Known { products, receipts, ..Known::default() };
            let scan = Scan::read(&text);
            prop_assert_eq!(scan.answer(known), Scan::read(&text).answer(known));
        }
    }
}
