//! Where a document must have objects: what is derived from a struct would take an array of its fields too.

use serde_json::Value;

use crate::refusal::Malformed;

/// Proves that every place named is an object, where it is there at all. A place is a path of fields from the
/// whole, which is `""`; `[]` after a field means each of its elements, `{}` each of its values.
pub(crate) fn objects(whole: &Value, places: &[&str]) -> Result<(), Malformed> {
    places.iter().try_for_each(|place| {
        let steps = place.split('.').filter(|step| !step.is_empty());
        walk(whole, &steps.collect::<Vec<_>>(), "")
    })
}

fn walk(value: &Value, steps: &[&str], path: &str) -> Result<(), Malformed> {
    let Some((step, rest)) = steps.split_first() else {
        return match value {
            Value::Array(_) => Err(Malformed::new(path, "must be an object, not an array")),
            // anything else that is no object is refused where it is read
            _ => Ok(()),
        };
    };
    let name = step.trim_end_matches("[]").trim_end_matches("{}");
    let Some(field) = value.get(name) else {
        return Ok(());
    };
    let path = if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    };
    match field {
        Value::Array(all) if step.ends_with("[]") => all
            .iter()
            .enumerate()
            .try_for_each(|(i, one)| walk(one, rest, &format!("{path}[{i}]"))),
        Value::Object(all) if step.ends_with("{}") => all
            .iter()
            .try_for_each(|(key, one)| walk(one, rest, &format!("{path}.{key}"))),
        one => walk(one, rest, &path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_array_in_place_of_an_object_is_named() {
        let places = ["", "earn", "tiers[]", "tiers[].label", "behaviours{}"];
        let found = |value: Value| objects(&value, &places).map_err(|e| e.place);
        assert_eq!(
            found(json!({"tiers": [{"label": {}}], "behaviours": {"a": {}}})),
            Ok(())
        );
        assert_eq!(found(json!({"earn": null, "tiers": 3})), Ok(()));
        for (wrong, place) in [
            (json!([]), ""),
            (json!({"earn": []}), "earn"),
            (json!({"tiers": [{}, ["a"]]}), "tiers[1]"),
            (json!({"tiers": [{"label": ["a"]}]}), "tiers[0].label"),
            (json!({"behaviours": {"a": [1]}}), "behaviours.a"),
        ] {
            assert_eq!(found(wrong), Err(place.to_owned()));
        }
    }
}
