//! The scenarios that say what the rules mean, run as a brand would run its own.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;

use loyalty::scenario;

fn hold(text: &str) -> usize {
    let scenarios = scenario::parse(text).unwrap_or_else(|error| panic!("{error}"));
    let mut wrong = Vec::new();
    for scenario in &scenarios {
        let states = scenario::run(scenario).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(states.len(), scenario.steps.len());
        wrong.extend(
            scenario::check(scenario, &states)
                .iter()
                .map(ToString::to_string),
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    scenarios.len()
}

#[test]
fn every_case_holds() {
    assert_eq!(hold(include_str!("cases.json")), 20);
}

#[test]
fn every_rule_that_the_page_spells_out_holds() {
    assert!(hold(include_str!("rules.json")) > 20);
}

/// Cases that lie beside the workspace, where there are any.
#[test]
fn cases_beside_the_workspace_hold() {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/cases/points/cases.json");
    match std::fs::read_to_string(&path) {
        Ok(text) => assert!(hold(&text) > 0),
        Err(_) => eprintln!("skipped: there are no cases beside the workspace"),
    }
}
