//! Numbers as people, tills and spreadsheets write them. A point and a comma may each divide decimals or
//! thousands; where a text alone does not say which, the map's `decimal` does, or the text is doubtful.

use rust_decimal::Decimal;
use serde::Deserialize;

/// What stands before the decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Mark {
    /// `49.90`
    #[serde(rename = ".")]
    Point,
    /// `49,90`
    #[serde(rename = ",")]
    Comma,
}

/// How the numbers of a file are to be read.
#[derive(Debug, Clone, Default)]
pub struct Numbers {
    /// What the map says.
    pub mark: Option<Mark>,
    /// A number of this file that has a decimal comma for sure, and its line: where the map says nothing, other
    /// numbers with a comma are in doubt then.
    pub comma: Option<(usize, String)>,
}

/// A longer text is no number, however it is written; in bytes.
const LONGEST: usize = 256;
/// Signs and words of the yuan, which say nothing more about an amount in yuan.
const YUAN: [&str; 8] = ["人民币", "RMB", "CNY", "CN¥", "¥", "元", "圆", "块"];
/// Signs and words of other currencies.
const OTHERS: [&str; 17] = [
    "$", "€", "£", "₩", "₽", "฿", "USD", "EUR", "HKD", "TWD", "JPY", "GBP", "MOP", "港", "台币",
    "円", "美",
];

/// A number taken apart: its sign, and what is left of it without words and blanks around.
struct Body {
    negative: bool,
    digits: String,
}

impl Numbers {
    /// Looks through a file's numbers for one that has a decimal comma for sure.
    pub fn of<'a>(mark: Option<Mark>, mut values: impl Iterator<Item = (usize, &'a str)>) -> Self {
        let only_comma = |text: &str| {
            body(text).is_ok_and(|b| {
                read(&b.digits, Mark::Point).is_none() && read(&b.digits, Mark::Comma).is_some()
            })
        };
        let comma = match mark {
            Some(_) => None,
            None => values
                .find(|(_, text)| only_comma(text))
                .map(|(line, text)| (line, text.to_owned())),
        };
        Self { mark, comma }
    }

    /// Reads a number.
    ///
    /// # Errors
    /// Why it is none, or why it is in doubt; to be put behind the text in quotes.
    pub fn read(&self, text: &str) -> Result<Decimal, String> {
        let Body { negative, digits } = body(text)?;
        let plain = match self.mark {
            Some(mark) => read(&digits, mark).ok_or_else(|| not_as_said(&digits, mark))?,
            None => self.without_mark(&digits)?,
        };
        // more digits than a decimal holds are too many for anything here
        let number = Decimal::from_str_exact(&plain)
            .map_err(|_| "a number of too many digits".to_owned())?;
        Ok(if negative { -number } else { number })
    }

    fn without_mark(&self, digits: &str) -> Result<String, String> {
        match (read(digits, Mark::Point), read(digits, Mark::Comma)) {
            (Some(point), Some(comma)) if point == comma => Ok(point),
            (Some(point), Some(_)) => match &self.comma {
                None => Ok(point),
                Some((line, seen)) => Err(format!(
                    "in doubt, for line {line} has {seen:?} with a decimal comma; say with `decimal` in the field map \
                     what divides the decimals"
                )),
            },
            (Some(point), None) => Ok(point),
            (None, Some(_)) => Err(
                "a number only with a decimal comma; say so with `decimal` in the field map"
                    .to_owned(),
            ),
            (None, None) => Err(why_none(digits)),
        }
    }
}

fn not_as_said(digits: &str, mark: Mark) -> String {
    let (said, other) = match mark {
        Mark::Point => ("a point", Mark::Comma),
        Mark::Comma => ("a comma", Mark::Point),
    };
    if read(digits, other).is_some() {
        format!("no number where `decimal` in the field map says {said}")
    } else {
        why_none(digits)
    }
}

fn why_none(digits: &str) -> String {
    if identity::spreadsheet::is_exponent(digits) {
        "rounded by a spreadsheet; export the column as numbers with all digits".to_owned()
    } else {
        "not a number".to_owned()
    }
}

/// A number's sign and digits; words and signs of the yuan around it are left out.
fn body(text: &str) -> Result<Body, String> {
    if text.len() > LONGEST {
        return Err("not a number".to_owned());
    }
    // a Chinese keyboard types 。 where a point is meant
    let narrow = identity::text::narrow(text).replace('。', ".");
    let mut rest = narrow.trim();
    let mut negative = false;
    if let Some(inside) = rest.strip_prefix('(').and_then(|t| t.strip_suffix(')')) {
        // as accountants write what is below zero
        negative = true;
        rest = inside.trim();
    }
    let mut signs = 0;
    loop {
        let before = rest;
        for word in YUAN {
            rest = without_prefix(rest, word).unwrap_or(rest).trim();
            rest = without_suffix(rest, word).unwrap_or(rest).trim();
        }
        let signed = rest
            .strip_prefix(['-', '+'])
            .or_else(|| rest.strip_suffix('-'));
        if let Some(after) = signed {
            negative |= rest.starts_with('-') || rest.ends_with('-');
            signs += 1;
            rest = after.trim();
        }
        if rest == before {
            break;
        }
    }
    if signs > 1 {
        return Err("not a number".to_owned());
    }
    let upper = rest.to_uppercase();
    if OTHERS.iter().any(|other| upper.contains(other)) {
        return Err("in another currency; convert it first".to_owned());
    }
    Ok(Body {
        negative,
        digits: rest.to_owned(),
    })
}

fn without_prefix<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let head = text.get(..word.len())?;
    head.eq_ignore_ascii_case(word)
        .then(|| text.get(word.len()..))
        .flatten()
}

fn without_suffix<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let at = text.len().checked_sub(word.len())?;
    let tail = text.get(at..)?;
    tail.eq_ignore_ascii_case(word)
        .then(|| text.get(..at))
        .flatten()
}

/// The digits as they would be written plainly, where `mark` divides the decimals; none where that cannot be.
fn read(digits: &str, mark: Mark) -> Option<String> {
    let (decimal, other) = match mark {
        Mark::Point => ('.', ','),
        Mark::Comma => (',', '.'),
    };
    let (whole, part) = match digits.split_once(decimal) {
        Some((whole, part)) => (whole, Some(part)),
        None => (digits, None),
    };
    let all_digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    if part.is_some_and(|part| !all_digits(part)) {
        return None;
    }
    let whole = match whole {
        // as spreadsheets show .50
        "" if part.is_some() => "0".to_owned(),
        whole => grouped(whole, other)?,
    };
    Some(match part {
        Some(part) => format!("{whole}.{part}"),
        None => whole,
    })
}

/// A whole number, plain or in groups of three throughout, divided by one kind of mark.
fn grouped(whole: &str, other: char) -> Option<String> {
    let is_digit = |c: char| c.is_ascii_digit();
    let Some(divider) = whole.chars().find(|c| !is_digit(*c)) else {
        return (!whole.is_empty()).then(|| whole.to_owned());
    };
    if divider != other && !matches!(divider, ' ' | '\'' | '’' | '‘' | '`' | '٬') {
        return None;
    }
    let mut groups = whole.split(divider);
    let first = groups.next()?;
    let sound = (1..=3).contains(&first.len())
        && first.chars().all(is_digit)
        && groups
            .clone()
            .all(|g| g.len() == 3 && g.chars().all(is_digit));
    sound.then(|| std::iter::once(first).chain(groups).collect())
}

#[cfg(test)]
#[path = "number_tests.rs"]
mod tests;
