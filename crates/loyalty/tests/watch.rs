//! What stands out in what counters recorded, rule by rule, and what does not.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use chrono::{DateTime, Duration, Utc};
use common::{at, money, program};
use loyalty::watch::{Facts, Finding, LineFact, Listed, ReturnFact, SaleFact, Suspicion, find};
use loyalty::{Points, Program, RecorderId};

fn sale(n: usize, when: DateTime<Utc>, net: &str) -> SaleFact {
    SaleFact {
        id: format!("S{n}").as_str().into(),
        number: n.to_string(),
        at: when,
        store: "101".into(),
        named_store: Some("101".into()),
        clerk: RecorderId::from("C1"),
        member: format!("M{n}"),
        net: money(net),
        lines: vec![LineFact {
            sku: "A".into(),
            qty: 2,
            amount: money(net),
            listed: Listed::Unpriced,
        }],
        unconfirmed: false,
        till: None,
        till_differs: false,
        waiting: Points::ZERO,
        own: false,
    }
}

/// So many sales, minutes apart, from noon on.
fn sales(n: usize, minutes: i64, net: &str) -> Vec<SaleFact> {
    let noon = at("2026-01-10");
    let nth = |i: usize| noon + Duration::minutes(minutes * i64::try_from(i).unwrap());
    (0..n).map(|i| sale(i, nth(i), net)).collect()
}

fn found(program: &Program, sales: Vec<SaleFact>) -> Vec<Finding> {
    let facts = Facts {
        sales,
        returns: Vec::new(),
    };
    find(program, &facts, at("2026-01-20"))
}

fn rules_of(sales: Vec<SaleFact>) -> Vec<(Suspicion, u32)> {
    let all = found(&Program::default(), sales);
    all.iter().map(|f| (f.rule, f.count)).collect()
}

#[test]
fn many_sales_within_minutes() {
    assert_eq!(rules_of(sales(5, 1, "31.50")), []);
    assert_eq!(rules_of(sales(6, 1, "31.50")), [(Suspicion::Velocity, 6)]);
    assert_eq!(
        rules_of(sales(6, 3, "31.50")),
        [],
        "within a quarter of an hour"
    );
    // two runs are two findings
    let mut two = sales(14, 1, "31.50");
    for late in &mut two[7..] {
        late.at += Duration::hours(3);
    }
    assert_eq!(
        rules_of(two),
        [(Suspicion::Velocity, 7), (Suspicion::Velocity, 7)]
    );
    // of two clerks each has half
    let mut shared = sales(10, 1, "31.50");
    for (i, one) in shared.iter_mut().enumerate() {
        one.clerk = RecorderId::from(if i % 2 == 0 { "C1" } else { "C2" });
    }
    assert_eq!(rules_of(shared), []);
}

#[test]
fn round_sums_where_they_are_most_of_a_day() {
    assert_eq!(
        rules_of(sales(5, 30, "300.00")),
        [(Suspicion::RoundSums, 5)]
    );
    assert_eq!(rules_of(sales(4, 30, "300.00")), []);
    assert_eq!(rules_of(sales(9, 30, "310.00")), []);
    let mut mixed = sales(9, 30, "300.00");
    for odd in &mut mixed[..3] {
        odd.net = money("288.00");
    }
    assert_eq!(rules_of(mixed), [], "a third of the day is not round");
}

#[test]
fn one_clerk_many_members_and_one_member_many_times() {
    assert_eq!(rules_of(sales(39, 12, "31.50")), []);
    assert_eq!(
        rules_of(sales(40, 12, "31.50")),
        [(Suspicion::ManyMembers, 40)]
    );
    let hers = |n, minutes| {
        let mut all = sales(n, minutes, "31.50");
        for one in &mut all {
            one.member = "M".into();
        }
        all
    };
    assert_eq!(rules_of(hers(4, 60)), []);
    assert_eq!(rules_of(hers(5, 60)), [(Suspicion::SameMember, 5)]);
    // a day apart they are eight in a week, or not
    assert_eq!(rules_of(hers(8, 20 * 60)), [(Suspicion::SameMember, 8)]);
    assert_eq!(rules_of(hers(8, 30 * 60)), []);
}

#[test]
fn a_night_where_a_store_hardly_sells_by_night() {
    let mut all = sales(120, 24 * 60, "31.50");
    for (i, one) in all.iter_mut().enumerate() {
        one.member = format!("M{i}");
    }
    all[7].at = at("2026-01-17T02:30:00+08:00");
    assert_eq!(rules_of(all.clone()), [(Suspicion::Night, 1)]);
    // a store that sells by night
    for one in all.iter_mut().step_by(10) {
        one.at -= Duration::hours(9);
    }
    assert_eq!(rules_of(all), []);
}

#[test]
fn unmatched_only_where_the_till_confirms_the_others() {
    let mut all = sales(20, 60, "31.50");
    for (i, one) in all.iter_mut().enumerate() {
        if i < 5 {
            (one.unconfirmed, one.clerk) = (true, RecorderId::from("C2"));
        } else {
            one.till = Some(one.net);
        }
    }
    assert_eq!(rules_of(all.clone()), [(Suspicion::Unmatched, 5)]);
    // a till that exports nothing confirms nobody's
    for one in &mut all {
        (one.unconfirmed, one.till) = (true, None);
    }
    assert_eq!(rules_of(all), []);
}

#[test]
fn returns_of_whole_receipts() {
    let back = |i: i64| ReturnFact {
        id: format!("R{i}").as_str().into(),
        at: at("2026-01-10") + Duration::minutes(20 * i),
        store: "101".into(),
        clerk: RecorderId::from("C1"),
        member: format!("M{i}"),
        refund: money("100.00"),
    };
    let of = |n| Facts {
        sales: Vec::new(),
        returns: (0..n).map(back).collect(),
    };
    let program = Program::default();
    assert_eq!(find(&program, &of(5), at("2026-01-20")), []);
    let six = find(&program, &of(6), at("2026-01-20"));
    assert_eq!(
        (six[0].rule, six[0].count, six[0].amount),
        (Suspicion::Returns, 6, money("600.00"))
    );
}

#[test]
fn what_stands_out_in_one_sale() {
    let one = |change: &dyn Fn(&mut SaleFact)| {
        let mut all = sales(1, 0, "100.00");
        change(&mut all[0]);
        rules_of(all)
    };
    assert_eq!(one(&|_| ()), []);
    assert_eq!(one(&|s| s.own = true), [(Suspicion::OwnPurchase, 1)]);
    assert_eq!(
        one(&|s| s.named_store = Some("102".into())),
        [(Suspicion::OtherStore, 1)]
    );
    assert_eq!(
        one(&|s| s.waiting = Points(1)),
        [(Suspicion::OverCeiling, 1)]
    );
    assert_eq!(
        one(&|s| s.till_differs = true),
        [(Suspicion::TillDiffers, 1)]
    );
    let listed = |listed| one(&|s: &mut SaleFact| s.lines[0].listed = listed);
    assert_eq!(listed(Listed::Unknown), [(Suspicion::UnknownProduct, 1)]);
    // two pieces came to 100.00
    for (price, odd) in [
        ("50.00", false),
        ("30.00", false),
        ("29.00", true),
        ("166.00", false),
        ("167.00", true),
    ] {
        let found = listed(Listed::At(money(price)));
        assert_eq!(!found.is_empty(), odd, "{price}");
    }
}

#[test]
fn zero_turns_a_rule_off_and_thresholds_are_the_programs() {
    let off = program(r#"{"watch": {"velocity_sales": 0, "round_sums": 0}}"#);
    assert_eq!(found(&off, sales(30, 1, "300.00")), []);
    let strict =
        program(r#"{"watch": {"velocity_sales": 2, "velocity_minutes": 60, "round_sums": 0}}"#);
    let all = found(&strict, sales(3, 30, "300.00"));
    assert_eq!(
        (all[0].count, all[0].limit, all[0].amount),
        (3, 2, money("900.00"))
    );
    assert_eq!(all[0].ops.len(), 3);
    assert_eq!(all[0].receipts, ["0", "1", "2"]);
}

#[test]
fn a_rule_of_a_later_build_is_read() {
    let text = r#"{"rule": "quantum", "store": "1", "clerk": "C", "day": "2026-01-10", "count": 1, "amount": "1.00", "ops": []}"#;
    let finding: Finding = serde_json::from_str(text).unwrap();
    assert_eq!(finding.rule, Suspicion::Other);
    for rule in Suspicion::ALL {
        let text = serde_json::to_string(&rule).unwrap();
        assert_eq!(text, format!("\"{}\"", rule.code()));
    }
}
