//! Tiers by growth value: spend and valued behaviour, in one window.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{at, buy, money, program};
use loyalty::{
    Account, ReturnOf, Standing, TierCause, advance, behave, next_tier, qualifying, return_goods,
    shown_tier,
};

const GROWTH: &str = r#"{
    "tier_basis": "growth", "growth": {"per_yuan": "0.5"},
    "tiers": [{"id": "silver"}, {"id": "gold", "from": "1000"}, {"id": "diamond", "from": "5000"}],
    "behaviours": {"review": {"points": 30, "growth": "120"}, "check_in": {"points": 5}}
}"#;

fn review(program: &loyalty::Program, account: &mut Account, day: &str) -> loyalty::Outcome {
    let now = advance(program, account, at(day)).now;
    behave(
        program,
        account,
        &now,
        &"review".into(),
        0,
        Standing::Proposed,
    )
    .unwrap()
}

#[test]
fn spend_and_behaviour_count_together_and_upgrade_at_once() {
    let program = program(GROWTH);
    let mut account = Account::default();
    // 1,761.01 × 0.5 = 880.505, floored to two decimals
    buy(&program, &mut account, "2026-01-10", "R1", "1761.01");
    assert_eq!(
        qualifying(&program, &account, at("2026-01-10")),
        money("880.50")
    );
    assert_eq!(shown_tier(&program, &account).as_str(), "silver");
    let out = review(&program, &mut account, "2026-02-01");
    assert_eq!(out.tiers[0].cause, TierCause::Upgrade);
    assert_eq!(shown_tier(&program, &account).as_str(), "gold");
    assert_eq!(
        qualifying(&program, &account, at("2026-02-01")),
        money("1000.50")
    );
    // a behaviour that brings none
    let now = advance(&program, &mut account, at("2026-02-02")).now;
    behave(
        &program,
        &mut account,
        &now,
        &"check_in".into(),
        0,
        Standing::Proposed,
    )
    .unwrap();
    assert_eq!(
        qualifying(&program, &account, at("2026-02-02")),
        money("1000.50")
    );
}

#[test]
fn behaviour_leaves_the_window_like_spend_does() {
    let program = program(GROWTH);
    let mut account = Account::default();
    for month in 1..=9 {
        review(&program, &mut account, &format!("2026-{month:02}-05"));
    }
    assert_eq!(shown_tier(&program, &account).as_str(), "gold");
    // a year after it was reached in September, the value of that moment decides: one review is in the window
    let passed = advance(&program, &mut account, at("2027-09-06"));
    assert_eq!(passed.outcome.tiers[0].cause, TierCause::Review);
    assert_eq!(qualifying(&program, &account, at("2027-09-06")), money("0"));
}

#[test]
fn a_return_that_undoes_the_growth_drops_the_tier() {
    let program = program(GROWTH);
    let mut account = Account::default();
    review(&program, &mut account, "2026-01-01");
    let (mut receipt, _) = buy(&program, &mut account, "2026-01-10", "R1", "1760.00");
    assert_eq!(shown_tier(&program, &account).as_str(), "gold");
    let now = advance(&program, &mut account, at("2026-01-12")).now;
    let back = return_goods(
        &program,
        &mut account,
        &now,
        &mut receipt,
        &ReturnOf::All,
        Standing::Proposed,
    )
    .unwrap();
    assert_eq!(back.outcome.tiers[0].cause, TierCause::Return);
    assert_eq!(shown_tier(&program, &account).as_str(), "silver");
}

#[test]
fn the_way_to_the_next_tier_is_said_in_yuan() {
    let growth = program(GROWTH);
    let next = next_tier(&growth, &"silver".into(), money("880.50")).unwrap();
    assert_eq!(next.tier.id.as_str(), "gold");
    assert_eq!(next.missing, money("119.50"));
    assert_eq!(next.spend, Some(money("239.00")));
    let next = next_tier(&growth, &"gold".into(), money("6000")).unwrap();
    assert_eq!((next.missing, next.spend), (money("0"), Some(money("0"))));
    assert_eq!(next_tier(&growth, &"diamond".into(), money("1")), None);
    assert_eq!(next_tier(&growth, &"nowhere".into(), money("1")), None);
    // growth by behaviour alone: no spend brings it
    let none = program(
        r#"{"tier_basis": "growth", "growth": {"per_yuan": "0"},
            "tiers": [{"id": "a"}, {"id": "b", "from": "10"}]}"#,
    );
    assert_eq!(
        next_tier(&none, &"a".into(), money("1")).unwrap().spend,
        None
    );
    // rounded up to the fen, so that the spend said is enough
    let third = program(
        r#"{"tier_basis": "growth", "growth": {"per_yuan": "0.3"},
            "tiers": [{"id": "a"}, {"id": "b", "from": "10"}]}"#,
    );
    let spend = next_tier(&third, &"a".into(), money("0")).unwrap().spend;
    assert_eq!(spend, Some(money("33.34")));
    // by spend, it is what is missing
    let spend = program(r#"{"tiers": [{"id": "a"}, {"id": "b", "from": "3000"}]}"#);
    let next = next_tier(&spend, &"a".into(), money("2500.01")).unwrap();
    assert_eq!(next.spend, Some(money("499.99")));
}

#[test]
fn one_schema_in_toml_and_json() {
    let toml = loyalty::Program::from_toml(
        r#"
tier_basis = "growth"
growth = { per_yuan = "0.5" }
[[tiers]]
id = "silver"
[[tiers]]
id = "gold"
from = "1000"
[[tiers]]
id = "diamond"
from = "5000"
[behaviours]
review = { points = 30, growth = "120" }
check_in = { points = 5 }
"#,
    )
    .unwrap();
    assert_eq!(toml, program(GROWTH));
    let again = toml::to_string(toml.doc()).unwrap();
    assert_eq!(loyalty::Program::from_toml(&again).unwrap(), toml);
}

#[test]
fn a_bad_growth_or_benefit_is_refused_with_its_place() {
    let bad = |text: &str| loyalty::Program::from_json(text).unwrap_err().to_string();
    assert!(
        bad(r#"{"behaviours": {"x": {"points": 1, "growth": "-1"}}}"#)
            .starts_with("behaviours.x.growth")
    );
    assert!(
        bad(r#"{"tiers": [{"id": "a", "benefits": [{"zh": " "}]}]}"#)
            .starts_with("tiers[0].benefits[0]")
    );
    assert!(bad(r#"{"tier_basis": "mood"}"#).starts_with("tier_basis"));
    assert!(bad(r#"{"growth": {"per_yuan": "-1"}}"#).starts_with("growth.per_yuan"));
}

#[test]
fn the_window_is_half_open_for_behaviour_too() {
    let program = program(GROWTH);
    let mut account = Account::default();
    review(&program, &mut account, "2026-01-05");
    let year = at("2027-01-05");
    let before = year - chrono::Duration::seconds(1);
    assert_eq!(qualifying(&program, &account, before), money("120"));
    assert_eq!(qualifying(&program, &account, year), money("0"));
}
