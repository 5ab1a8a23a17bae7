//! What people at a counter may take for one another: cards that differ in case or punctuation alone, products with
//! one bar code, numbers that differ in zeros at the beginning. It is taken as it is, and said.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use identity::{Barcode, CardNo};

use super::existing::{Existing, KnownProduct};
use super::read_members::NewMember;
use super::read_products::NewProduct;

/// Cards of a file that fold like another one, of the file or of those that are there.
pub fn cards(new: &[NewMember], existing: &Existing) -> Option<String> {
    let mut by_fold: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    let of_file = new
        .iter()
        .map(|m| m.no.as_str())
        .filter(|no| !no.is_empty());
    let folds: BTreeSet<String> = of_file.clone().filter_map(folded).collect();
    let there = existing.by_no.keys().map(String::as_str);
    for no in of_file.chain(there) {
        if let Some(fold) = folded(no).filter(|fold| folds.contains(fold)) {
            by_fold.entry(fold).or_default().insert(no);
        }
    }
    let groups = by_fold.values().filter(|cards| cards.len() > 1);
    let line = |no: &str| new.iter().find(|m| m.no == no).map(|m| m.line);
    told(groups, line, |many, first| {
        format!(
            "{many} groups of cards are told apart by case or punctuation alone, such as {first}: the exact number opens \
             each, and where only letters and digits are given, the clerk is asked"
        )
    })
}

/// Cards of a file that are the phone number of somebody else.
pub fn phones(new: &[NewMember], existing: &Existing) -> Option<String> {
    let by_phone: HashMap<&str, &str> = new
        .iter()
        .map(|m| (m.phone.as_str(), m.no.as_str()))
        .chain(
            existing
                .by_phone
                .iter()
                .map(|(phone, known)| (phone.as_str(), known.no.as_str())),
        )
        .collect();
    let others = |m: &&NewMember| by_phone.get(m.no.as_str()).is_some_and(|no| *no != m.no);
    let mut both = new.iter().filter(others);
    let first = both.next()?;
    Some(format!(
        "{} cards have the number of another member's phone, such as that of line {}: where it is given bare, the clerk \
         is asked whose it is",
        both.count() + 1,
        first.line
    ))
}

fn folded(no: &str) -> Option<String> {
    CardNo::parse(no).ok().map(|card| card.folded().to_owned())
}

/// Products of a file that are sold under a bar code which another one has that is sold.
pub fn barcodes<'a>(
    new: &'a [NewProduct],
    lines: impl Fn(usize) -> Option<usize>,
    existing: &'a HashMap<String, KnownProduct>,
) -> Option<String> {
    let mut by_code: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    let of_file = new.iter().map(|n| {
        let p = &n.product;
        (p.sku.as_str(), p.barcode.as_deref(), p.active)
    });
    let there = existing
        .iter()
        .map(|(sku, p)| (sku.as_str(), p.barcode.as_deref(), p.active));
    for (sku, barcode, active) in of_file.chain(there) {
        let key = barcode.map(Barcode::key_of).unwrap_or_default();
        if active && !key.is_empty() {
            by_code.entry(key).or_default().insert(sku);
        }
    }
    let own: BTreeSet<&str> = new.iter().map(|n| n.product.sku.as_str()).collect();
    let groups = by_code
        .values()
        .filter(|skus| skus.len() > 1 && skus.iter().any(|sku| own.contains(sku)));
    let line = |sku: &str| {
        new.iter()
            .find(|n| n.product.sku == sku)
            .and_then(|n| lines(n.row))
    };
    told(groups, line, |many, first| {
        format!(
            "{many} bar codes are those of several products that are sold, such as of {first}: at a scan, the clerk is \
             asked which it is"
        )
    })
}

/// How many groups there are, and the first of them with its lines.
fn told<'a>(
    groups: impl Iterator<Item = &'a BTreeSet<&'a str>>,
    line: impl Fn(&str) -> Option<usize>,
    words: impl Fn(usize, &str) -> String,
) -> Option<String> {
    let groups: Vec<&BTreeSet<&str>> = groups.collect();
    let first: Vec<String> = groups
        .first()?
        .iter()
        .map(|name| match line(name) {
            Some(line) => format!("{name:?} (line {line})"),
            None => format!("{name:?}"),
        })
        .collect();
    Some(words(groups.len(), &first.join(" and ")))
}
