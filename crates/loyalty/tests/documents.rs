//! Programs and scenario files that cannot be read say where.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use loyalty::program::ExpiryAt;
use loyalty::{Points, Program, scenario};

#[test]
fn an_empty_program_is_the_default_in_both_languages() {
    assert_eq!(Program::from_json("{}").unwrap(), Program::default());
    assert_eq!(Program::from_toml("").unwrap(), Program::default());
    let doc = Program::default().doc().clone();
    assert_eq!(
        (doc.version, doc.grace_days, doc.tier_window_months),
        (1, 30, 12)
    );
    assert_eq!(doc.redeem.yuan_per_point.to_string(), "0.05");
    assert_eq!(doc.expiry.at, ExpiryAt::MonthEnd);
    assert_eq!(
        (
            doc.allowance.store_share.to_string().as_str(),
            doc.allowance.lease_hours
        ),
        ("0.3", 168)
    );
    assert_eq!(
        (doc.allowance.device_cap, doc.allowance.member_cap),
        (Points(20_000), Points(5_000))
    );
}

#[test]
fn a_program_reads_the_same_from_json_and_toml_and_back() {
    let json = Program::from_json(
        r#"{"version": 3, "name": "柜伴", "earn": {"points_per_yuan": 2}, "expiry": {"at": "never"},
            "tiers": [{"id": "银卡"}, {"id": "金卡", "from": "3000", "multiplier": "1.2", "label": {"zh": "金卡", "en": "Gold"}}],
            "factors": [{"factor": "2", "day_of_month": 18, "category": "skin"}],
            "behaviours": {"check_in": {"points": 5, "per_day": 1}}}"#,
    )
    .unwrap();
    let toml = Program::from_toml(
        r#"
        version = 3
        name = "柜伴"
        earn.points_per_yuan = "2"
        expiry.at = "never"
        behaviours.check_in = { points = 5, per_day = 1 }
        [[tiers]]
        id = "银卡"
        [[tiers]]
        id = "金卡"
        from = "3000.00"
        multiplier = "1.20"
        label = { zh = "金卡", en = "Gold" }
        [[factors]]
        factor = 2
        day_of_month = 18
        category = "skin"
        "#,
    )
    .unwrap();
    assert_eq!(json, toml);
    let text = serde_json::to_string(&json).unwrap();
    assert_eq!(Program::from_json(&text).unwrap(), json);
    assert_eq!(serde_json::from_str::<Program>(&text).unwrap(), json);
}

#[test]
fn a_fault_of_a_program_has_its_place() {
    for (text, place, reason) in [
        (
            r#"{"earn": {"points_per_yaun": "1"}}"#,
            "earn.points_per_yaun",
            "unknown field",
        ),
        (
            r#"{"tiers": [{"id": "a"}, {"id": "b", "from": "1.005"}]}"#,
            "tiers[1].from",
            "more than two decimals",
        ),
        (
            r#"{"tiers": [{"id": "a"}, {"id": "b", "multiplier": "-1"}]}"#,
            "tiers[1].multiplier",
            "0 to 1000000",
        ),
        (
            r#"{"tiers": [{"id": "a"}, {"id": "a", "from": "1"}]}"#,
            "tiers[1].id",
            "another tier",
        ),
        (
            r#"{"tiers": [{"id": "a"}, {"id": "b"}]}"#,
            "tiers[1].from",
            "another tier begins there",
        ),
        (r#"{"tiers": []}"#, "tiers", "at least one"),
        (
            r#"{"tiers": [{"id": "a", "from": "-1"}]}"#,
            "tiers[0].from",
            "below zero",
        ),
        (
            r#"{"timezone": "Asia/Peking"}"#,
            "timezone",
            "no such timezone",
        ),
        (r#"{"redeem": {"step": 0}}"#, "redeem.step", "1 to"),
        (r#"{"redeem": {"minimum": -1}}"#, "redeem.minimum", "0 to"),
        (
            r#"{"redeem": {"max_share": "1.01"}}"#,
            "redeem.max_share",
            "0 to 1",
        ),
        (r#"{"tier_window_months": 0}"#, "tier_window_months", "1 to"),
        (
            r#"{"factors": [{"factor": "2", "day_of_month": 32}]}"#,
            "factors[0].day_of_month",
            "1 to 31",
        ),
        (
            r#"{"factors": [{"factor": 2.5}]}"#,
            "factors[0].factor",
            "decimal as a string",
        ),
        (
            r#"{"expiry": {"at": "year_end"}}"#,
            "expiry.at",
            "unknown variant",
        ),
        (
            r#"{"behaviours": {"check_in": {"points": -5}}}"#,
            "behaviours.check_in.points",
            "0 to",
        ),
        (
            r#"{"allowance": {"lease_hours": 0}}"#,
            "allowance.lease_hours",
            "1 to",
        ),
    ] {
        let error = Program::from_json(text).unwrap_err();
        assert_eq!(error.faults[0].place, place, "{error}");
        assert!(error.faults[0].reason.contains(reason), "{error}");
    }
    let all = Program::from_json(r#"{"version": 0, "redeem": {"step": 0}}"#).unwrap_err();
    assert_eq!(all.faults.len(), 2);
    assert!(
        all.to_string()
            .starts_with("version: must be 1 or more; redeem.step: ")
    );
    let broken = Program::from_json("{").unwrap_err().to_string();
    assert!(broken.contains("line 1"), "{broken}");
    assert!(Program::from_json("{} x").is_err());
    let toml = Program::from_toml("[earn]\nrounding = \"up\"")
        .unwrap_err()
        .to_string();
    assert!(
        toml.contains("earn.rounding") && toml.contains("unknown variant"),
        "{toml}"
    );
    assert!(Program::from_toml("a = ").is_err());
}

fn wrong(step: &str) -> String {
    let text = format!(
        r#"[{{"name": "ok", "steps": []}}, {{"name": "bad", "steps": [
            {{"at": "2026-01-10T12:00:00+08:00", "do": "tick"}},
            {{"at": "2026-01-10T12:00:00+08:00", {step}}}]}}]"#
    );
    scenario::parse(&text).unwrap_err().to_string()
}

#[test]
fn a_scenario_that_cannot_be_read_says_where() {
    let buy = |line: &str| {
        format!(r#""do": "purchase", "receipt": "R1", "lines": [{{"sku": "A", {line}}}]"#)
    };
    for (step, place) in [
        (
            buy(r#""qty": 1, "amount": "1.001""#),
            "lines[0].amount: bad amount \"1.001\": more than two decimals",
        ),
        (
            buy(r#""qty": 1, "amount": "1000000000.01""#),
            "lines[0].amount: bad amount",
        ),
        (
            buy(r#""qty": 1, "amount": "-1.00""#),
            "lines[0].amount: must be",
        ),
        (
            buy(r#""qty": 1, "amount": 1"#),
            "lines[0].amount: invalid type",
        ),
        (
            buy(r#""qty": 0, "amount": "1.00""#),
            "lines[0].qty: must be 1 or more",
        ),
        (
            buy(r#""qty": -1, "amount": "1.00""#),
            "lines[0].qty: invalid value",
        ),
        (buy(r#""qty": 1"#), "lines[0]: missing field `amount`"),
        (
            buy(r#""qty": 1, "amount": "1.00", "colour": "red""#),
            "lines[0].colour: unknown field",
        ),
        (r#""do": "dance""#.into(), "do: unknown kind \"dance\""),
        (r#""id": "x""#.into(), "do: missing"),
        (r#""do": "tick", "pay": 1"#.into(), "pay: unknown field"),
        (
            r#""do": "redeem", "id": "x", "points": -1"#.into(),
            "points: must be",
        ),
        (
            r#""do": "redeem", "id": "x", "points": 1.5"#.into(),
            "points: invalid type",
        ),
        (
            r#""do": "behave", "id": "x", "kind": "sing""#.into(),
            "kind: the program has no behaviour \"sing\"",
        ),
        (
            r#""do": "set_tier", "id": "x", "tier": "gold""#.into(),
            "tier: the program has no tier \"gold\"",
        ),
        (
            r#""do": "set_tier", "id": "x""#.into(),
            "missing field `tier`",
        ),
        (
            r#""do": "return", "id": "x", "receipt": "R1", "lines": [{"sku": "A", "qty": 0}]"#
                .into(),
            "lines[0].qty",
        ),
        (
            r#""do": "return", "id": "x", "receipt": "R1", "lines": [], "all": true"#.into(),
            "all: beside lines",
        ),
        (
            r#""do": "give_coupon", "id": "x", "kind": "gift""#.into(),
            "kind: unknown kind \"gift\"",
        ),
        (
            r#""do": "give_coupon", "id": "x", "kind": "amount_off", "threshold": "0""#.into(),
            "amount: missing",
        ),
        (
            r#""do": "give_coupon", "id": "x", "kind": "amount_off", "amount": "-1""#.into(),
            "amount: must be",
        ),
        (
            r#""do": "give_coupon", "id": "x", "kind": "percent_off", "percent": "101""#.into(),
            "percent: must be 0 to 100",
        ),
        (
            r#""do": "give_coupon", "id": "x", "kind": "factor", "factor": "2", "cap": "1""#.into(),
            "cap: does not belong",
        ),
        (
            r#""do": "extend", "id": "x", "to": "2026-02-30""#.into(),
            "to: ",
        ),
        (
            r#""do": "tick", "expect": 1"#.into(),
            "expect: must be an object",
        ),
    ] {
        let said = wrong(&step);
        assert!(
            said.starts_with("scenario \"bad\": step 2: ") && said.contains(place),
            "{step}\n{said}"
        );
    }
}

#[test]
fn a_file_that_cannot_be_read_says_where() {
    let said = |text: &str| scenario::parse(text).unwrap_err().to_string();
    assert!(said("[{]").contains("line 1 column 3"));
    assert!(
        said(r#"{"name": "n", "step": []}"#).starts_with("scenario \"n\": step: unknown field")
    );
    assert!(
        said(r#"[{"steps": []}, {"program": {"grace": 1}, "steps": []}]"#)
            .starts_with("scenario \"#2\": program.grace: ")
    );
    assert!(
        said(r#"{"name": "n", "program": {"tiers": []}, "steps": []}"#)
            .contains("program: tiers: at least one")
    );
    let back = r#"{"name": "n", "steps": [{"at": "2026-01-10T12:00:00+08:00", "do": "tick"}, {"at": "2026-01-10T03:59:59Z", "do": "tick"}]}"#;
    assert_eq!(
        said(back),
        "scenario \"n\": step 2: at: before the step before it"
    );
    assert!(
        said(r#"{"name": "n", "steps": [{"at": "yesterday", "do": "tick"}]}"#)
            .contains("step 1: at: \"yesterday\"")
    );
}

#[test]
fn an_expectation_that_does_not_hold_is_told_with_both_sides() {
    let text = r#"{"name": "n", "steps": [
        {"at": "2026-01-10T12:00:00+08:00", "do": "adjust", "id": "a", "points": 5, "expires": null,
         "expect": {"balance": 6, "lots": [{"points": 4}], "nonsense": 1, "refused": null}},
        {"at": "2026-01-10T12:00:00+08:00", "do": "tick", "expect": {"lots": []}}]}"#;
    let all = scenario::parse(text).unwrap();
    let states = scenario::run(&all[0]).unwrap();
    let said: Vec<String> = scenario::check(&all[0], &states)
        .iter()
        .map(ToString::to_string)
        .collect();
    let (last, first) = said.split_last().unwrap();
    assert_eq!(
        first,
        [
            r#"scenario "n": step 1: balance: expected 6, found 5"#,
            r#"scenario "n": step 1: lots[0].points: expected 4, found 5"#,
            r#"scenario "n": step 1: nonsense: expected 1, found nothing"#,
        ]
    );
    // the order of the fields depends on how serde_json was built
    let found = last
        .strip_prefix(r#"scenario "n": step 2: lots: expected [], found "#)
        .unwrap();
    let found: serde_json::Value = serde_json::from_str(found).unwrap();
    assert_eq!(found, serde_json::json!([{"expires": null, "points": 5}]));
}

#[test]
fn the_state_is_one_line_of_json() {
    let text = r#"{"name": "n", "steps": [{"at": "2026-01-10T12:00:00+08:00", "do": "purchase", "receipt": "R1",
        "lines": [{"sku": "A", "qty": 1, "amount": "70"}]}]}"#;
    let all = scenario::parse(text).unwrap();
    let states = scenario::run(&all[0]).unwrap();
    assert_eq!(
        serde_json::to_string(&states[0]).unwrap(),
        concat!(
            r#"{"scenario":"n","step":1,"ok":true,"exists":false,"earned":70,"spent":0,"taken_back":0,"given_back":0,"#,
            r#""expired":0,"pay":"70.00","discounts":[{"sku":"A","amount":"0.00"}],"balance":70,"debt":0,"#,
            r#""lots":[{"points":70,"expires":"2027-01-31"}],"tier":"member","qualifying":"70.00"}"#
        )
    );
}

#[test]
fn an_amount_and_a_rate_of_another_type_say_what_is_wanted() {
    for (text, wanted) in [
        (
            r#"{"tiers": [{"id": "a", "from": 12}]}"#,
            "an amount of money as a string",
        ),
        (
            r#"{"earn": {"points_per_yuan": true}}"#,
            "a decimal as a string",
        ),
    ] {
        let error = Program::from_json(text).unwrap_err().to_string();
        assert!(error.contains(wanted), "{error}");
    }
}

#[test]
fn an_array_is_no_object() {
    for (text, place) in [
        ("[]", ""),
        (r#"{"earn": ["2"]}"#, "earn"),
        (
            r#"{"behaviours": {"check_in": [5]}}"#,
            "behaviours.check_in",
        ),
    ] {
        let error = Program::from_json(text).unwrap_err();
        assert_eq!(error.faults[0].place, place);
    }
    let error = Program::from_toml("earn = [\"2\"]").unwrap_err();
    assert_eq!(error.faults[0].place, "earn");
    for (text, place) in [
        (r#"[["x", {}, null, []]]"#, "must be an object"),
        (r#"{"member": ["1990-05-01"], "steps": []}"#, "member"),
        (
            r#"{"program": {"redeem": ["1"]}, "steps": []}"#,
            "program.redeem",
        ),
        (
            r#"{"steps": [{"at": "2026-01-10T12:00:00Z", "do": "purchase", "receipt": "R",
                "lines": [["A", null, 1, "10.00"]]}]}"#,
            "lines[0]",
        ),
        (
            r#"{"member": {"birthday": "1990-5-1"}, "steps": []}"#,
            "member.birthday",
        ),
    ] {
        let error = scenario::parse(text).unwrap_err().to_string();
        assert!(error.contains(place), "{text}: {error}");
    }
}

#[test]
fn a_rank_of_another_program_is_capped() {
    let three = Program::from_json(
        r#"{"tiers": [{"id": "a"}, {"id": "b", "from": "1"}, {"id": "c", "from": "2"}]}"#,
    )
    .unwrap();
    let top = three.rank_of(&"c".into()).unwrap();
    assert_eq!(three.tier(top).id.as_str(), "c");
    assert_eq!(Program::default().tier(top).id.as_str(), "member");
}

#[test]
fn points_are_worth_what_the_program_says_floored_to_the_fen() {
    let program = Program::from_json(r#"{"redeem": {"yuan_per_point": "0.003"}}"#).unwrap();
    assert_eq!(program.worth(Points(1_005)).to_string(), "3.01");
    assert_eq!(program.worth(Points(-5)).to_string(), "0.00");
}

#[test]
fn a_benefit_needs_words_in_one_language() {
    let with = |label: &str| {
        Program::from_json(&format!(
            r#"{{"tiers": [{{"id": "a", "benefits": [{label}]}}]}}"#
        ))
    };
    assert!(with(r#"{"zh": "生日礼"}"#).is_ok());
    assert!(with(r#"{"en": "Birthday gift"}"#).is_ok());
    let error = with(r#"{"zh": " ", "en": ""}"#).unwrap_err();
    assert_eq!(error.faults[0].place, "tiers[0].benefits[0]");
}

#[test]
fn growth_of_nothing_is_not_written_down() {
    let program = Program::from_json(
        r#"{"behaviours": {"a": {"points": 5}, "b": {"points": 5, "growth": "2"}}}"#,
    );
    let text = serde_json::to_value(program.unwrap()).unwrap();
    assert!(text["behaviours"]["a"].get("growth").is_none());
    assert_eq!(text["behaviours"]["b"]["growth"], "2.00");
}
