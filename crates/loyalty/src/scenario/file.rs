//! Reading a scenario file, and proving it before anything runs.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::fields::Day;
use super::{Operation, Scenario, ScenarioError, Step};
use crate::calendar;
use crate::program::{self, Program, ProgramDoc};
use crate::refusal::Malformed;
use crate::shape;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawScenario {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    program: Option<ProgramDoc>,
    #[serde(default)]
    member: Option<RawMember>,
    steps: Vec<Map<String, Value>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMember {
    birthday: Option<Day>,
}

/// Reads a file of one scenario or an array of them.
///
/// # Errors
/// The first thing that is wrong, with its scenario, step and field: what is not JSON or not in the format,
/// an unsound program, amounts that cannot be, unknown kinds, behaviours and tiers, time that goes back.
pub fn parse(text: &str) -> Result<Vec<Scenario>, ScenarioError> {
    let value: Value = serde_json::from_str(text).map_err(|error| ScenarioError {
        scenario: None,
        step: None,
        place: String::new(),
        reason: format!("not JSON: {error}"),
    })?;
    match value {
        Value::Array(all) => all
            .into_iter()
            .enumerate()
            .map(|(i, one)| scenario(one, i + 1))
            .collect(),
        one => Ok(vec![scenario(one, 1)?]),
    }
}

fn scenario(value: Value, number: usize) -> Result<Scenario, ScenarioError> {
    let called = value
        .get("name")
        .and_then(Value::as_str)
        .map_or_else(|| format!("#{number}"), str::to_owned);
    let wrong = |place: String, reason: String| ScenarioError {
        scenario: Some(called.clone()),
        step: None,
        place: if place == "." { String::new() } else { place },
        reason,
    };
    shape::objects(&value, &["", "member"])
        .and_then(|()| match value.get("program") {
            Some(program) => program::objects(program)
                .map_err(|e| Malformed::new(format!("program.{}", e.place), e.reason)),
            None => Ok(()),
        })
        .map_err(|error| wrong(error.place, error.reason))?;
    let raw: RawScenario = serde_path_to_error::deserialize(value)
        .map_err(|error| wrong(error.path().to_string(), error.inner().to_string()))?;
    let program = Program::new(raw.program.unwrap_or_default()).map_err(|error| {
        let all: Vec<String> = error.faults.iter().map(ToString::to_string).collect();
        wrong("program".to_owned(), all.join("; "))
    })?;
    let mut steps: Vec<Step> = Vec::with_capacity(raw.steps.len());
    for (i, fields) in raw.steps.into_iter().enumerate() {
        let after = steps.last().map(|step| step.at);
        let step = read_step(fields, &program, after).map_err(|error| ScenarioError {
            scenario: Some(called.clone()),
            step: Some(i + 1),
            place: error.place,
            reason: error.reason,
        })?;
        steps.push(step);
    }
    Ok(Scenario {
        name: raw.name.unwrap_or_default(),
        program,
        birthday: raw
            .member
            .and_then(|member| member.birthday)
            .map(|day| day.0),
        steps,
    })
}

fn read_step(
    mut fields: Map<String, Value>,
    program: &Program,
    after: Option<DateTime<Utc>>,
) -> Result<Step, Malformed> {
    let text = |value: Option<Value>, place: &str| match value {
        Some(Value::String(text)) => Ok(text),
        Some(_) => Err(Malformed::new(place, "must be a string")),
        None => Err(Malformed::new(place, "missing")),
    };
    let at = text(fields.remove("at"), "at")?;
    let at = calendar::read_instant(&at)
        .ok_or_else(|| Malformed::new("at", format!("{at:?} is no RFC 3339 time")))?;
    if after.is_some_and(|after| at < after) {
        return Err(Malformed::new("at", "before the step before it"));
    }
    let kind = text(fields.remove("do"), "do")?;
    let expect = fields.remove("expect").filter(|expect| !expect.is_null());
    if expect.as_ref().is_some_and(|expect| !expect.is_object()) {
        return Err(Malformed::new("expect", "must be an object"));
    }
    let operation = Operation::read(&kind, fields)?;
    operation.validate(program)?;
    Ok(Step {
        at,
        operation,
        expect,
    })
}
