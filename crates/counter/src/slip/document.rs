//! A receipt in words: parts, in the order in which they stand. The screen shows these; paper is set from them.

use super::model::{Copy, Slip, SlipBalance, SlipLine, SlipState};
use super::words::{Words, change, count, money};
use crate::view::{Part, SlipKind, SlipLanguage, Weight};
use chrono::NaiveDateTime;
use loyalty::{Money, Points};

/// The parts of a receipt.
pub(crate) fn document(slip: &Slip, language: SlipLanguage) -> Vec<Part> {
    let words = language.words();
    let mut parts = head(slip, language);
    parts.push(Part::Rule);
    parts.extend(slip.lines.iter().map(|l| goods(l, slip.kind, language)));
    let sums = sums(slip, language);
    if !slip.lines.is_empty() && !sums.is_empty() {
        parts.push(Part::Rule);
    }
    parts.extend(sums);
    parts.push(Part::Rule);
    parts.extend(points(slip, language));
    parts.push(Part::Rule);
    parts.push(Part::Code {
        data: slip.number.clone(),
    });
    if slip.kind == SlipKind::Sale {
        parts.push(middle(words.keep, Weight::Light));
    }
    parts
}

/// What is printed to see whether a printer does.
pub(crate) fn test_page(brand: &str, at: NaiveDateTime, language: SlipLanguage) -> Vec<Part> {
    let words = language.words();
    vec![
        Part::Brand {
            text: brand.to_owned(),
        },
        middle(words.test, Weight::Strong),
        Part::Rule,
        pair(words.time, &at.format("%Y-%m-%d %H:%M").to_string()),
        sum(words.total, money(Money::from_fen(123_456))),
        Part::Rule,
        note(words.test_detail, false),
        Part::Code {
            data: "TEST".to_owned(),
        },
    ]
}

/// A sign-up code as paper.
pub(crate) struct Invitation {
    pub(crate) brand: String,
    /// The brand's data is made up.
    pub(crate) demo: bool,
    pub(crate) store: String,
    /// What a new member is given, in the language of the paper; may be empty.
    pub(crate) gift: String,
    /// Where her phone goes.
    pub(crate) url: String,
    /// Last moment of it, in the business timezone.
    pub(crate) until: NaiveDateTime,
    /// Who is credited.
    pub(crate) clerk: String,
}

/// The parts of a sign-up code as paper.
pub(crate) fn invitation(it: &Invitation, language: SlipLanguage) -> Vec<Part> {
    let words = language.words();
    let mut parts = vec![
        Part::Brand {
            text: it.brand.clone(),
        },
        middle(&it.store, Weight::Plain),
        middle(words.invitation, Weight::Strong),
    ];
    if !it.gift.is_empty() {
        parts.push(middle(&language.joining_gift(&it.gift), Weight::Plain));
    }
    parts.push(Part::Scan {
        data: it.url.clone(),
    });
    parts.push(middle(words.scan_it, Weight::Light));
    parts.push(Part::Rule);
    let until = it.until.format("%Y-%m-%d %H:%M").to_string();
    parts.push(pair(words.valid_until, &until));
    if !it.clerk.is_empty() {
        parts.push(pair(words.credited_to, &it.clerk));
    }
    if it.demo {
        parts.push(Part::Mark {
            text: words.demo.to_owned(),
        });
    }
    parts
}

fn head(slip: &Slip, language: SlipLanguage) -> Vec<Part> {
    let words = language.words();
    let title = match slip.kind {
        SlipKind::Sale => words.sale,
        SlipKind::Return => words.giving_back,
        SlipKind::Redemption => words.redemption,
        SlipKind::Reversal => words.reversal,
    };
    let number = match slip.kind {
        SlipKind::Sale => words.number,
        SlipKind::Return => words.sold_under,
        SlipKind::Redemption | SlipKind::Reversal => words.slip_number,
    };
    let mut parts = vec![
        Part::Brand {
            text: slip.brand.clone(),
        },
        middle(&slip.store, Weight::Plain),
        middle(title, Weight::Strong),
    ];
    let mark = |text: &str| Part::Mark {
        text: text.to_owned(),
    };
    match slip.copy {
        Copy::Original => {}
        Copy::Reprint(n) => parts.push(mark(&language.reprint(n))),
        Copy::Electronic => parts.push(middle(words.electronic, Weight::Light)),
    }
    if slip.demo {
        parts.push(mark(words.demo));
    }
    parts.push(Part::Rule);
    parts.push(pair(number, &slip.number));
    parts.push(pair(
        words.time,
        &slip.at.format("%Y-%m-%d %H:%M").to_string(),
    ));
    if !slip.clerk.is_empty() {
        parts.push(pair(words.clerk, &slip.clerk));
    }
    if !slip.member.is_empty() {
        parts.push(pair(words.member, &slip.member.join(" ")));
    }
    parts
}

fn goods(line: &SlipLine, kind: SlipKind, language: SlipLanguage) -> Part {
    let in_english = language == SlipLanguage::En && !line.name_en.is_empty();
    let name = if in_english {
        &line.name_en
    } else {
        &line.name
    };
    let name = match (name.is_empty(), line.size.is_empty()) {
        (true, _) => language.words().rest_of_it.to_owned(),
        (false, true) => name.clone(),
        (false, false) => format!("{name} {}", line.size),
    };
    let mut detail = format!("× {}", line.qty);
    if line.returned > 0 && kind == SlipKind::Sale {
        detail = format!("{detail}  {}", language.returned(line.returned));
    }
    Part::Goods {
        name,
        detail,
        amount: line.amount.map(money).unwrap_or_default(),
    }
}

/// Money: what it comes to, what comes off, what was paid or given back.
fn sums(slip: &Slip, language: SlipLanguage) -> Vec<Part> {
    let words = language.words();
    let mut parts = Vec::new();
    if let Some(total) = slip.total {
        parts.push(pair(words.total, &money(total)));
    }
    if slip.coupons > 0 {
        let label = format!("{} × {}", words.coupons, slip.coupons);
        parts.push(pair(&label, &money(Money::ZERO - slip.coupons_off)));
    }
    if slip.points_paid.is_positive() {
        let label = format!("{} {}", words.by_points, language.points(slip.points_paid));
        parts.push(pair(&label, &money(Money::ZERO - slip.points_worth)));
    }
    if let Some((bill, worth)) = slip.off_bill {
        parts.push(pair(words.bill, &money(bill)));
        parts.push(sum(words.money_off, money(Money::ZERO - worth)));
    }
    if let Some(pay) = slip.pay {
        parts.push(sum(words.paid, money(pay)));
    }
    match (slip.kind, slip.refund) {
        (SlipKind::Return, Some(refund)) => parts.push(sum(words.refunded, money(refund))),
        (_, Some(refund)) => parts.push(pair(words.refunded_since, &money(refund))),
        (_, None) => {}
    }
    parts
}

/// What happened to her points, and where they stand.
fn points(slip: &Slip, language: SlipLanguage) -> Vec<Part> {
    let words = language.words();
    let waits = matches!(slip.state, SlipState::Pending | SlipState::Credited);
    let moved = |label: &str, n: Points| figure(label, change(n), Weight::Plain, waits);
    let none = Points::ZERO - slip.spent - slip.taken_back;
    let mut parts = Vec::new();
    if slip.earned.is_positive() || (slip.kind == SlipKind::Sale && none == Points::ZERO) {
        parts.push(moved(words.earned, slip.earned));
    }
    for (label, n) in [
        (words.spent, Points::ZERO - slip.spent),
        (words.given_back, slip.given_back),
        (words.taken_back, Points::ZERO - slip.taken_back),
    ] {
        if n != Points::ZERO {
            parts.push(moved(label, n));
        }
    }
    if let Some(balance) = &slip.balance {
        parts.extend(standing(balance, slip.now, words, language));
    }
    match slip.state {
        SlipState::Confirmed => {}
        SlipState::Pending => parts.push(note(words.this_pending, true)),
        SlipState::Credited => parts.push(note(words.this_credited, true)),
        SlipState::SetAside => parts.push(note(words.this_set_aside, true)),
    }
    parts
}

fn standing(
    balance: &SlipBalance,
    now: NaiveDateTime,
    words: &Words,
    language: SlipLanguage,
) -> Vec<Part> {
    let mut parts = vec![
        figure(
            words.balance,
            count(balance.confirmed),
            Weight::Strong,
            false,
        ),
        figure("", language.as_of(balance.as_of, now), Weight::Light, false),
    ];
    if balance.pending != Points::ZERO {
        let pending = change(balance.pending);
        parts.push(figure(words.pending, pending, Weight::Plain, true));
    }
    if let Some((n, day)) = balance.expiring {
        parts.push(pair(words.expiring, &language.points_on(n, day)));
    }
    parts
}

fn middle(text: &str, weight: Weight) -> Part {
    Part::Middle {
        text: text.to_owned(),
        weight,
    }
}

fn pair(label: &str, value: &str) -> Part {
    figure(label, value.to_owned(), Weight::Plain, false)
}

fn sum(label: &str, value: String) -> Part {
    figure(label, value, Weight::Total, false)
}

fn figure(label: &str, value: String, weight: Weight, pending: bool) -> Part {
    Part::Pair {
        label: label.to_owned(),
        value,
        weight,
        pending,
    }
}

fn note(text: &str, pending: bool) -> Part {
    Part::Note {
        text: text.to_owned(),
        pending,
    }
}
