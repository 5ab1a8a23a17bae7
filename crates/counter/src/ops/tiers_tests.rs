//! Tiers by growth value with no network: all that counts is known here, or what the centre said goes on.

use crate::scripted::{Shop, member, now};
use crate::view::{Act, ActRequest, TierView};
use chrono::Duration;
use protocol::entity::EntityKind;
use serde_json::{Value, json};

fn shop(window: u32, account: Option<Value>, behaved: &Value) -> Shop {
    let shop = Shop::open();
    let rules = json!({"version": 7, "tier_basis": "growth", "growth": {"per_yuan": "2"},
        "tier_window_months": window,
        "tiers": [{"id": "silver"}, {"id": "gold", "from": "1000"}],
        "behaviours": {"empty_bottle": {"points": 5, "growth": "300", "per_day": 5}}});
    shop.centre
        .publish("brand", EntityKind::Program.name(), "7", &rules);
    let mut her = member("M2", "13800005679");
    her["tier"] = "silver".into();
    her["qualifying"] = "600.00".into();
    if let Some(account) = account {
        her["account"] = account;
    }
    shop.centre
        .publish("store:S1", EntityKind::Member.name(), "M2", &her);
    shop.centre.publish(
        "store:S1",
        EntityKind::Behaved.name(),
        "M2/empty_bottle",
        behaved,
    );
    shop.engine.sync_now().unwrap();
    shop.centre
        .script()
        .instead
        .insert("offline".into(), Ok(Value::Null));
    shop
}

/// Two behaviours of the last months, and one that no window of a year counts.
fn behaved() -> Value {
    let ago = |days| now() - Duration::days(days);
    json!({"member": "M2", "behaviour": "empty_bottle", "on": ago(10).date_naive(), "times": 1,
        "moments": [ago(500), ago(100), ago(10)], "since": ago(810)})
}

impl Shop {
    fn tier(&self) -> TierView {
        self.engine.member_page("M2").unwrap().tier
    }

    fn empty_bottle(&self) {
        let request = ActRequest {
            member_id: "M2".into(),
            act: Act::Behaviour {
                behaviour: "empty_bottle".into(),
            },
            reason: String::new(),
            approver: None,
        };
        self.engine.record_act(&self.clerk(), &request).unwrap();
    }
}

/// The tier, and the yuan to the next one.
fn seen(shop: &Shop) -> (String, Option<String>) {
    let tier = shop.tier();
    let gap = tier.next.and_then(|n| n.gap).map(|gap| gap.to_string());
    (tier.id, gap)
}

fn silver(gap: &str) -> (String, Option<String>) {
    ("silver".to_owned(), Some(gap.to_owned()))
}

#[test]
fn behaviours_of_the_window_count_and_upgrade_at_once() {
    let shop = shop(12, Some(json!({"program": 7})), &behaved());
    // 600 of growth value: 400 are missing, which are 200 yuan
    assert_eq!(seen(&shop), silver("200.00"));
    shop.empty_bottle();
    assert_eq!(seen(&shop), silver("50.00"));
    shop.empty_bottle();
    assert_eq!(seen(&shop), ("gold".to_owned(), None));
}

#[test]
fn where_not_all_is_known_the_centres_figure_goes_on() {
    let untold =
        json!({"member": "M2", "behaviour": "empty_bottle", "on": "2026-01-01", "times": 1});
    let gold = || ("gold".to_owned(), None);
    for (window, account, behaved, then) in [
        // from a centre that does not tell when: the upgrade is its to say
        (
            12,
            Some(json!({"program": 7})),
            untold,
            [silver("50.00"), silver("0.00")],
        ),
        // what is known is enough, from one that does not tell her account
        (12, None, behaved(), [silver("50.00"), gold()]),
        // and where the window goes further back than is told
        (36, Some(json!({"program": 7})), behaved(), [gold(), gold()]),
    ] {
        let shop = shop(window, account, &behaved);
        assert_eq!(seen(&shop), silver("200.00"), "{window}");
        for then in then {
            shop.empty_bottle();
            assert_eq!(seen(&shop), then, "{window}");
        }
    }
}
