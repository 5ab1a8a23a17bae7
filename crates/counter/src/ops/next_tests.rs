//! What to say next: reminded before, never nagged after; never missed right after she was here.

use crate::scripted::{Shop, member};
use crate::view::NextStep;
use chrono::{DateTime, Duration, Utc};
use protocol::entity::EntityKind;
use serde_json::{Value, json};

fn ago(days: i64) -> DateTime<Utc> {
    Utc::now() - Duration::days(days)
}

/// A member who bought so many pieces of what lasts so long, so many days ago.
fn bought(lasts: u32, qty: u32, days: &[i64]) -> Shop {
    let shop = Shop::open();
    let product = json!({
        "sku": "P1", "name": "精华", "price": "500.00", "category": "serum", "lasts_days": lasts,
    });
    shop.centre
        .publish("brand", EntityKind::Product.name(), "P1", &product);
    for (n, days) in days.iter().enumerate() {
        receipt(&shop, &format!("T{n}"), *days, qty);
    }
    let mut her = member("M1", "13800000001");
    her["last_purchase"] = days.iter().min().map_or(Value::Null, |d| json!(ago(*d)));
    shop.centre
        .publish("store:S1", EntityKind::Member.name(), "M1", &her);
    shop.engine.sync_now().unwrap();
    shop
}

fn receipt(shop: &Shop, no: &str, days: i64, qty: u32) {
    let r = json!({
        "no": no, "member": "M1", "store": "S1", "at": ago(days), "pay": "500.00", "earned": 500,
        "lines": [{"sku": "P1", "name": "精华", "qty": qty, "amount": "500.00"}],
    });
    shop.centre.publish(
        "store:S1",
        EntityKind::Receipt.name(),
        &format!("S1/{no}"),
        &r,
    );
}

fn runs_out(shop: &Shop) -> bool {
    let next = shop.engine.member_page("M1").unwrap().next;
    next.iter()
        .any(|s| matches!(s, NextStep::RunningOut { .. }))
}

fn missed(shop: &Shop) -> bool {
    let next = shop.engine.member_page("M1").unwrap().next;
    next.iter().any(|s| matches!(s, NextStep::Dormant { .. }))
}

#[test]
fn running_out_is_said_shortly_before_and_after_and_then_no_more() {
    // `loyalty::replenishment` has all cases
    for (lasts, qty, days, says) in [
        (75, 1, 50, false),
        (75, 1, 75, true),
        (75, 1, 100, false),
        (75, 2, 140, true),
        (0, 1, 30, false),
    ] {
        let shop = bought(lasts, qty, &[days]);
        assert_eq!(
            runs_out(&shop),
            says,
            "{qty} of {lasts} days, {days} days ago"
        );
    }
    // by her own rhythm: every 30 days, whatever the product's usual
    assert!(runs_out(&bought(200, 1, &[90, 60, 30])));
    assert!(!runs_out(&bought(200, 1, &[200, 170, 140])));
}

#[test]
fn she_is_not_missed_right_after_a_purchase_or_a_visit() {
    assert!(missed(&bought(0, 1, &[120])));
    assert!(!missed(&bought(0, 1, &[20])));
    assert!(
        !missed(&bought(0, 1, &[])),
        "who never bought is not missed"
    );
    let offline = |shop: &Shop| {
        shop.centre
            .script()
            .silent
            .extend(["/v1/push".into(), "/v1/pull".into()])
    };
    let sold = bought(0, 1, &[120]);
    offline(&sold);
    sold.engine
        .record_sale(&sold.clerk(), &sold.sale("T9", &[]))
        .unwrap();
    assert!(!missed(&sold), "she has just bought");
    let redeemed = bought(0, 1, &[120]);
    let r = json!({
        "id": "R-1", "member": "M1", "store": "S1", "at": ago(2), "points": 100, "hers": 100,
        "what": {"for": "reward", "reward": "R1", "name": "小样", "qty": 1},
    });
    redeemed
        .centre
        .publish("store:S1", EntityKind::Redemption.name(), "R-1", &r);
    redeemed.engine.sync_now().unwrap();
    assert!(!missed(&redeemed), "she redeemed two days ago");
    let checked_in = bought(0, 1, &[120]);
    let b = json!({"member": "M1", "behaviour": "check_in", "on": ago(5).date_naive(), "times": 1, "moments": [ago(5)]});
    checked_in
        .centre
        .publish("store:S1", EntityKind::Behaved.name(), "M1/check_in", &b);
    checked_in.engine.sync_now().unwrap();
    assert!(!missed(&checked_in));
    let given = bought(0, 1, &[120]);
    let sample = json!({
        "id": "G-1", "member": "M1", "store": "S1", "clerk": "C1", "at": ago(5), "name": "小样", "qty": 1,
        "reason": "care",
    });
    given
        .centre
        .publish("store:S1", EntityKind::Sample.name(), "G-1", &sample);
    given.engine.sync_now().unwrap();
    assert!(!missed(&given), "she was given a sample five days ago");
    // a look at her number is no visit
    let looked = bought(0, 1, &[120]);
    offline(&looked);
    looked.engine.reveal(&looked.clerk(), "M1").unwrap();
    assert!(missed(&looked));
}
