//! Whether two contents of an entity say the same, though builds of different age wrote them.

use std::collections::BTreeSet;

use protocol::entity::EntityKind;
use serde_json::Value;

use crate::feed;

/// Whether a content of the feed is what would be written now. Another order of fields, or a field that the
/// build which wrote it did not have, makes no difference.
pub(super) fn same(kind: EntityKind, stored: &str, now: &str) -> bool {
    stored == now || feed::same(kind, stored, now) || {
        let now = as_an_older_build(kind, stored, now);
        now.is_some_and(|now| feed::same(kind, stored, &now))
    }
}

/// The content of now without fields that the stored one has not got; none where it has all.
fn as_an_older_build(kind: EntityKind, stored: &str, now: &str) -> Option<String> {
    let stored: Value = serde_json::from_str(stored).ok()?;
    let mut now: Value = serde_json::from_str(now).ok()?;
    let mut left_out = false;
    for field in feed::later(kind) {
        if stored.get(field).is_none() {
            left_out |= now.as_object_mut()?.remove(*field).is_some();
        }
    }
    left_out.then(|| now.to_string())
}

/// Names of the fields that differ; never what they hold.
pub(super) fn differing(stored: &str, now: &str) -> String {
    let fields = |text: &str| match serde_json::from_str(text) {
        Ok(Value::Object(fields)) => Some(fields),
        _ => None,
    };
    let (Some(stored), Some(now)) = (fields(stored), fields(now)) else {
        return "no content that can be read".to_owned();
    };
    let names: BTreeSet<&String> = stored.keys().chain(now.keys()).collect();
    let differ: Vec<&str> = names
        .into_iter()
        .filter(|name| stored.get(*name) != now.get(*name))
        .map(String::as_str)
        .collect();
    format!("other {}", differ.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_that_came_later_makes_no_difference() {
        let old = r#"{"name":"花间","demo":true}"#;
        let new = r#"{"name":"花间","demo":true,"welcome_gift":"","phone_base":""}"#;
        assert!(same(EntityKind::Brand, old, new));
        assert!(!same(
            EntityKind::Brand,
            r#"{"name":"别家","demo":true}"#,
            new
        ));
        assert!(!same(EntityKind::Brand, "nothing", new));
    }

    #[test]
    fn nor_does_one_that_is_never_empty_now() {
        let older = r#"{"member":"m1","behaviour":"check_in","on":"2026-03-01","times":1}"#;
        let newer = r#"{"member":"m1","behaviour":"check_in","on":"2026-03-01","times":1,
            "moments":["2026-03-01T02:00:00Z"],"since":"2024-01-01T00:00:00Z"}"#;
        assert!(same(EntityKind::Behaved, older, newer));
        let twice = newer.replace("\"times\":1", "\"times\":2");
        assert!(!same(EntityKind::Behaved, older, &twice));
        let earlier = newer.replace("T02", "T01");
        assert!(!same(EntityKind::Behaved, newer, &earlier));
    }

    #[test]
    fn only_names_of_fields_are_told() {
        let told = differing(
            r#"{"phone":"13800005678","a":1}"#,
            r#"{"phone":"13900005678","a":1}"#,
        );
        assert_eq!(told, "other phone");
    }
}
