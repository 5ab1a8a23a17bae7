//! Two programs, field by field.

use std::collections::BTreeMap;

use loyalty::Program;
use serde::Serialize;
use serde_json::Value;

/// A field that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Which, as a path: tiers and behaviours by their ids, factors by their numbers.
    pub place: String,
    /// What the one says; none where it has no such field.
    pub before: Option<Value>,
    /// What the other says, likewise.
    pub after: Option<Value>,
}

/// What differs, in the order of the document; the version's number is not a rule.
///
/// # Errors
/// Never for a program; kept so that nothing is unwrapped.
pub fn differences(one: &Program, other: &Program) -> Result<Vec<Difference>, serde_json::Error> {
    let mut places: Vec<String> = Vec::new();
    let mut sides = [BTreeMap::new(), BTreeMap::new()];
    for (side, program) in sides.iter_mut().zip([one, other]) {
        let doc = serde_json::to_value(program.doc())?;
        flatten(String::new(), &doc, &mut |place, value| {
            if !places.contains(&place) {
                places.push(place.clone());
            }
            side.insert(place, value);
        });
    }
    let [mut before, mut after] = sides;
    Ok(places
        .into_iter()
        .filter(|place| place != "version")
        .map(|place| Difference {
            before: before.remove(&place),
            after: after.remove(&place),
            place,
        })
        .filter(|d| d.before != d.after)
        .collect())
}

fn flatten(place: String, value: &Value, found: &mut impl FnMut(String, Value)) {
    let inner = |name: &str| {
        if place.is_empty() {
            name.to_owned()
        } else {
            format!("{place}.{name}")
        }
    };
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                flatten(inner(name), value, found);
            }
        }
        Value::Array(items) if items.iter().any(|i| i.is_object()) => {
            for (i, item) in items.iter().enumerate() {
                let id = item.get("id").and_then(Value::as_str);
                flatten(
                    inner(&id.map_or_else(|| i.to_string(), str::to_owned)),
                    item,
                    found,
                );
            }
        }
        other => found(place, other.clone()),
    }
}
