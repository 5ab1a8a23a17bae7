//! What moves a tier, and what does not: purchases, returns, time and new rules.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{GOLD, at, buy, line, money, program, sale};
use loyalty::{
    Account, Program, ReturnOf, Standing, TierCause, advance, purchase, qualifying, return_goods,
    set_tier, shown_tier,
};

#[test]
fn a_new_program_with_lower_thresholds_upgrades_when_time_passes_under_it() {
    let mut account = Account::default();
    let old = program(GOLD);
    buy(&old, &mut account, "2026-01-01", "R1", "2000.00");
    assert_eq!(shown_tier(&old, &account).as_str(), "silver");
    let rules = r#"{"version": 2, "tiers": [{"id": "silver"}, {"id": "gold", "from": "2000"}]}"#;
    let new = program(rules);
    let passed = advance(&new, &mut account, at("2026-02-01"));
    let tiers = passed.outcome.tiers;
    assert_eq!(
        (tiers[0].from.as_str(), tiers[0].to.as_str()),
        ("silver", "gold")
    );
    let again = advance(&new, &mut account, at("2026-02-01"));
    assert_eq!(again.outcome.tiers.len(), 0);
    // higher thresholds wait for the review, a year after the tier was reached
    let dear =
        program(r#"{"version": 3, "tiers": [{"id": "silver"}, {"id": "gold", "from": "9000"}]}"#);
    let passed = advance(&dear, &mut account, at("2027-01-31"));
    assert_eq!(passed.outcome.tiers.len(), 0);
    let passed = advance(&dear, &mut account, at("2027-02-02"));
    assert_eq!(passed.outcome.tiers[0].cause, TierCause::Review);
    assert_eq!(shown_tier(&dear, &account).as_str(), "silver");
    // a tier that is no more counts as the lowest
    let none = Program::default();
    assert_eq!(shown_tier(&none, &account).as_str(), "member");
    assert!(set_tier(&none, &mut account, Some("gold".into())).is_err());
}

#[test]
fn purchases_of_one_instant_count_and_come_back_together() {
    for (first, second) in [("100.00", "2900.00"), ("2900.00", "100.00")] {
        for back_first in [true, false] {
            let program = program(GOLD);
            let mut account = Account::default();
            let (mut one, _) = buy(&program, &mut account, "2026-01-10", "R1", first);
            let (mut two, _) = buy(&program, &mut account, "2026-01-10", "R2", second);
            let when = at("2026-01-10");
            assert_eq!(qualifying(&program, &account, when), money("3000.00"));
            let now = advance(&program, &mut account, when).now;
            let (back, left) = if back_first {
                (&mut one, second)
            } else {
                (&mut two, first)
            };
            return_goods(
                &program,
                &mut account,
                &now,
                back,
                &ReturnOf::All,
                Standing::Proposed,
            )
            .unwrap();
            assert_eq!(qualifying(&program, &account, when), money(left));
            assert_eq!(account.rows().paid.len(), 1);
        }
    }
}

#[test]
fn purchases_that_arrive_late_count_on_their_own_day() {
    let program = program(GOLD);
    let mut account = Account::default();
    for (day, no, amount) in [
        ("2026-01-10", "R1", "100.00"),
        ("2026-01-20", "R2", "20.00"),
        ("2026-01-10", "R3", "3.00"),
        ("2026-01-15", "R4", "0.40"),
    ] {
        buy(&program, &mut account, day, no, amount);
    }
    let paid = &account.rows().paid;
    assert_eq!(paid.len(), 3);
    assert!(paid.is_sorted_by_key(|p| p.at));
    for (day, value) in [
        ("2026-01-12", "103.00"),
        ("2026-01-16", "103.40"),
        ("2026-01-21", "123.40"),
    ] {
        assert_eq!(qualifying(&program, &account, at(day)), money(value));
    }
}

#[test]
fn spending_on_within_a_tier_does_not_put_its_review_off() {
    let program = program(
        r#"{"tiers": [{"id": "silver"}, {"id": "gold", "from": "3000"}, {"id": "black", "from": "9000"}]}"#,
    );
    let mut account = Account::default();
    buy(&program, &mut account, "2026-01-10", "R1", "3000.00");
    let reached = account.rows().tier.clone();
    assert_eq!(reached.review, Some(at("2027-01-10")));
    buy(&program, &mut account, "2026-02-10", "R2", "500.00");
    assert_eq!(account.rows().tier, reached);
}

#[test]
fn only_a_purchase_that_made_the_tier_can_undo_it() {
    let rules = program(GOLD);
    let dearer =
        program(r#"{"version": 2, "tiers": [{"id": "silver"}, {"id": "gold", "from": "5000"}]}"#);
    let give_back = |program: &Program, account: &mut Account, receipt: &mut loyalty::Receipt| {
        let now = advance(program, account, at("2026-04-01")).now;
        let all = ReturnOf::All;
        return_goods(program, account, &now, receipt, &all, Standing::Proposed).unwrap();
        shown_tier(program, account).to_string()
    };
    let mut account = Account::default();
    let (mut before, _) = buy(&rules, &mut account, "2026-01-10", "R1", "1000.00");
    buy(&rules, &mut account, "2026-02-10", "R2", "2000.00");
    let (mut after, _) = buy(&rules, &mut account, "2026-03-10", "R3", "50.00");
    // a threshold that was raised since drops nobody through what came after
    assert_eq!(give_back(&dearer, &mut account.clone(), &mut after), "gold");
    assert_eq!(give_back(&rules, &mut account, &mut before), "silver");
}

#[test]
fn a_return_that_leaves_exactly_the_threshold_leaves_the_tier() {
    let program = program(GOLD);
    let mut account = Account::default();
    buy(&program, &mut account, "2026-01-10", "R1", "1000.00");
    let (mut small, _) = buy(&program, &mut account, "2026-01-20", "R2", "100.00");
    buy(&program, &mut account, "2026-02-10", "R3", "2000.00");
    let reached = account.rows().tier.clone();
    let now = advance(&program, &mut account, at("2026-03-01")).now;
    let all = ReturnOf::All;
    return_goods(
        &program,
        &mut account,
        &now,
        &mut small,
        &all,
        Standing::Proposed,
    )
    .unwrap();
    assert_eq!(shown_tier(&program, &account).as_str(), "gold");
    assert_eq!(account.rows().tier, reached, "nor is it reached anew");
}

#[test]
fn time_alone_never_upgrades_and_the_next_purchase_does_whatever_it_pays() {
    let program = program(
        r#"{"tier_window_months": 1, "tiers": [{"id": "silver"}, {"id": "gold", "from": "50"}]}"#,
    );
    let mut account = Account::default();
    buy(
        &program,
        &mut account,
        "2025-09-30T20:00:00+08:00",
        "R1",
        "100.00",
    );
    // the review a month later finds nothing in the window, and a day later, from the clamped 30th on, the
    // window begins where it did
    let later = at("2025-10-31T10:00:00+08:00");
    let now = advance(&program, &mut account, later).now;
    assert_eq!(qualifying(&program, &account, later), money("100.00"));
    assert_eq!(shown_tier(&program, &account).as_str(), "silver");
    let nothing = sale("R2", vec![line("A", 1, "0.00")]);
    purchase(&program, &mut account, &now, nothing, Standing::Proposed).unwrap();
    assert_eq!(shown_tier(&program, &account).as_str(), "gold");
}
