//! Whether two contents of an entity say the same, though builds of different age wrote them.

use std::collections::BTreeSet;

use protocol::entity as wire;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Fields that older builds did not write, and that are not left out by this one for what they hold.
const LATER: [(&str, &str); 4] = [
    (wire::RECEIPT, "id"),
    (wire::REDEMPTION, "portions"),
    (wire::BEHAVED, "moments"),
    (wire::BEHAVED, "since"),
];

/// Whether a content of the feed is what would be written now. Another order of fields, or a field that the
/// build which wrote it did not have, makes no difference.
pub(super) fn same(entity: &str, stored: &str, now: &str) -> bool {
    stored == now || equal_as(entity, stored, now) || {
        let now = as_an_older_build(entity, stored, now);
        now.is_some_and(|now| equal_as(entity, stored, &now))
    }
}

/// The content of now without fields that the stored one has not got; none where it has all.
fn as_an_older_build(entity: &str, stored: &str, now: &str) -> Option<String> {
    let stored: Value = serde_json::from_str(stored).ok()?;
    let mut now: Value = serde_json::from_str(now).ok()?;
    let mut left_out = false;
    for (_, field) in LATER.iter().filter(|(of, _)| *of == entity) {
        if stored.get(field).is_none() {
            left_out |= now.as_object_mut()?.remove(*field).is_some();
        }
    }
    left_out.then(|| now.to_string())
}

fn equal_as(entity: &str, stored: &str, now: &str) -> bool {
    match entity {
        wire::MEMBER => equal::<wire::Member>(stored, now),
        wire::RECEIPT => equal::<wire::Receipt>(stored, now),
        wire::CLERK => equal::<wire::Clerk>(stored, now),
        wire::PRODUCT => equal::<wire::Product>(stored, now),
        wire::REWARD => equal::<wire::Reward>(stored, now),
        wire::STORE => equal::<wire::Store>(stored, now),
        wire::BRAND => equal::<wire::Brand>(stored, now),
        wire::COUPON => equal::<wire::Coupon>(stored, now),
        wire::REDEMPTION => equal::<wire::Redemption>(stored, now),
        wire::BEHAVED => equal::<wire::Behaved>(stored, now),
        wire::DEVICE => equal::<wire::DeviceStatus>(stored, now),
        wire::RECALL => equal::<wire::Recall>(stored, now),
        _ => equal::<Value>(stored, now),
    }
}

fn equal<T: DeserializeOwned + PartialEq>(a: &str, b: &str) -> bool {
    match (serde_json::from_str::<T>(a), serde_json::from_str::<T>(b)) {
        (Ok(a), Ok(b)) => a == b,
        _ => false,
    }
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
        assert!(same(wire::BRAND, old, new));
        assert!(!same(wire::BRAND, r#"{"name":"别家","demo":true}"#, new));
        assert!(!same(wire::BRAND, "nothing", new));
    }

    #[test]
    fn nor_does_one_that_is_never_empty_now() {
        let older = r#"{"member":"m1","behaviour":"check_in","on":"2026-03-01","times":1}"#;
        let newer = r#"{"member":"m1","behaviour":"check_in","on":"2026-03-01","times":1,
            "moments":["2026-03-01T02:00:00Z"],"since":"2024-01-01T00:00:00Z"}"#;
        assert!(same(wire::BEHAVED, older, newer));
        let twice = newer.replace("\"times\":1", "\"times\":2");
        assert!(!same(wire::BEHAVED, older, &twice));
        let earlier = newer.replace("T02", "T01");
        assert!(!same(wire::BEHAVED, newer, &earlier));
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
