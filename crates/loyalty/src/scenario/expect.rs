//! Comparing the state after a step with what the step expects of it.

use std::fmt;

use serde_json::Value;

use super::{Scenario, StepState};

/// One expectation that did not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The scenario's name.
    pub scenario: String,
    /// The step, from 1.
    pub step: usize,
    /// The field of the state, such as `lots[0].points`.
    pub field: String,
    /// What was expected, as JSON.
    pub expected: String,
    /// What was found, as JSON; `nothing` where the state has no such field.
    pub found: String,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            scenario,
            step,
            field,
            expected,
            found,
        } = self;
        write!(
            f,
            "scenario {scenario:?}: step {step}: {field}: expected {expected}, found {found}"
        )
    }
}

/// Every expectation of a scenario that does not hold in the states that [`run`](super::run) gave, in order.
///
/// An expectation is any subset of the state: objects may name fewer fields, lists are of the same length.
#[must_use]
pub fn check(scenario: &Scenario, states: &[StepState]) -> Vec<Mismatch> {
    let mut all = Vec::new();
    for (step, state) in scenario.steps.iter().zip(states) {
        let Some(expect) = &step.expect else { continue };
        let found = serde_json::to_value(state).unwrap_or(Value::Null);
        let mut wrong = Vec::new();
        compare(expect, Some(&found), String::new(), &mut wrong);
        all.extend(wrong.into_iter().map(|(field, expected, found)| Mismatch {
            scenario: scenario.name.clone(),
            step: state.step,
            field,
            expected,
            found,
        }));
    }
    all
}

fn compare(
    expect: &Value,
    found: Option<&Value>,
    field: String,
    wrong: &mut Vec<(String, String, String)>,
) {
    match (expect, found) {
        (Value::Null, None) => {}
        (Value::Object(fields), Some(Value::Object(there))) => {
            for (name, expect) in fields {
                let path = if field.is_empty() {
                    name.clone()
                } else {
                    format!("{field}.{name}")
                };
                compare(expect, there.get(name), path, wrong);
            }
        }
        (Value::Array(items), Some(Value::Array(there))) if items.len() == there.len() => {
            for (i, (expect, found)) in items.iter().zip(there).enumerate() {
                compare(expect, Some(found), format!("{field}[{i}]"), wrong);
            }
        }
        (expect, Some(found)) if expect == found => {}
        (expect, found) => {
            let found = found.map_or_else(|| "nothing".to_owned(), Value::to_string);
            wrong.push((field, expect.to_string(), found));
        }
    }
}
