//! What may be meant, in words for the log and the command line.

use crate::view::{LineChoice, MemberBy, MemberChoice, ProductChoice, SoldView};

pub(super) fn cards(members: &[MemberChoice]) -> String {
    let all: Vec<String> = members
        .iter()
        .map(|m| match m.by {
            MemberBy::Card => format!("card {}", m.no),
            MemberBy::Phone => format!("the phone number of card {}", m.no),
        })
        .collect();
    all.join("; ")
}

pub(super) fn skus(products: &[ProductChoice]) -> String {
    let all: Vec<&str> = products.iter().map(|p| p.sku.as_str()).collect();
    all.join(", ")
}

/// An earlier sale in words.
pub(super) fn said(earlier: &Option<Box<SoldView>>) -> String {
    let sold = earlier.as_deref();
    sold.map_or_else(String::new, |sold| format!(": {}", in_words(sold)))
}

fn in_words(sold: &SoldView) -> String {
    let SoldView {
        no,
        date,
        store,
        pay,
        ..
    } = sold;
    format!("{no} of {date} in {}, {pay} yuan", store.id)
}

pub(super) fn listed(sales: &[SoldView]) -> String {
    let words: Vec<String> = sales.iter().map(in_words).collect();
    words.join("; ")
}

pub(super) fn lines_listed(lines: &[LineChoice]) -> String {
    let word = |l: &LineChoice| format!("#{} at {} yuan, {} left", l.line, l.amount, l.left);
    let words: Vec<String> = lines.iter().map(word).collect();
    words.join("; ")
}
