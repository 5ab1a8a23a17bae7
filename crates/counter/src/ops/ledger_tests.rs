//! The ledger of points and the coupons on her page, as the centre tells them and with what was done here since.

use crate::scripted::{Shop, member};
use crate::view::{MovementWhat, PointsLedger};
use chrono::{DateTime, Duration, Utc};
use loyalty::Points;
use protocol::entity::EntityKind;
use serde_json::{Value, json};

fn at(days_ago: i64) -> DateTime<Utc> {
    Utc::now() - Duration::days(days_ago)
}

fn day(ahead: i64) -> String {
    (Utc::now() + Duration::days(ahead))
        .date_naive()
        .to_string()
}

/// A member with 1,000 points in two lots, and all that brought and took them.
fn shop(movements: bool) -> Shop {
    let shop = Shop::open();
    let mut her = member("M1", "13800000001");
    her["lots"] = json!([
        {"points": 300, "expires": day(10), "n": 1, "earned": day(-400)},
        {"points": 700, "expires": day(300), "n": 2, "earned": day(-60)},
    ]);
    shop.centre
        .publish("store:S1", EntityKind::Member.name(), "M1", &her);
    let put =
        |kind: &str, key: &str, body: &Value| shop.centre.publish("store:S1", kind, key, body);
    let receipt = |no: &str, days: i64, earned: i64, paid: i64| {
        json!({
            "no": no, "member": "M1", "store": "S1", "at": at(days), "pay": "10.00", "earned": earned, "points_paid": paid,
            "lines": [{"sku": "P1", "name": "精华", "qty": 2, "amount": "10.00"}],
        })
    };
    put(
        EntityKind::Receipt.name(),
        "S1/T1",
        &receipt("T1", 400, 600, 0),
    );
    put(
        EntityKind::Receipt.name(),
        "S1/T2",
        &receipt("T2", 60, 900, 100),
    );
    let redemption = |id: &str, reversed: Option<DateTime<Utc>>| {
        json!({
            "id": id, "member": "M1", "store": "S1", "at": at(50), "points": 200, "hers": 200, "reversed": reversed,
            "what": {"for": "reward", "reward": "R1", "name": "小样", "qty": 1},
        })
    };
    put(
        EntityKind::Redemption.name(),
        "R-1",
        &redemption("R-1", None),
    );
    put(
        EntityKind::Redemption.name(),
        "R-2",
        &redemption("R-2", Some(at(49))),
    );
    if movements {
        let told = json!({"member": "M1", "movements": [
            {"op": "u1", "at": at(49), "points": 200, "kind": "reversal", "store": "S1", "of": "R-2"},
            {"op": "b1", "at": at(40), "points": 50, "kind": "behaviour", "behaviour": "check_in", "store": "S1"},
            {"op": "x", "at": at(30), "points": -150, "kind": "expired"},
            {"op": "r1", "at": at(20), "points": -100, "kind": "return", "store": "S1", "receipt": "T2"},
            {"op": "z", "at": at(10), "points": 0, "kind": "of tomorrow"},
        ]});
        put(EntityKind::Movements.name(), "M1", &told);
    }
    shop.engine.sync_now().unwrap();
    shop
}

fn ledger(shop: &Shop) -> PointsLedger {
    shop.engine.points_ledger("M1").unwrap()
}

fn told(ledger: &PointsLedger) -> Vec<i64> {
    ledger.movements.iter().map(|m| m.points.0).collect()
}

#[test]
fn what_came_and_went_adds_up_to_what_she_has() {
    let ledger = ledger(&shop(true));
    assert_eq!(ledger.confirmed, Points(1_000));
    assert_eq!(told(&ledger), [-100, -150, 50, 200, -200, -200, 800, 600]);
    assert_eq!(ledger.untold, Points(0));
    assert_eq!(ledger.pending, Points(0));
    let lots: Vec<(i64, bool)> = ledger
        .lots
        .iter()
        .map(|l| (l.points.0, l.pending.is_zero()))
        .collect();
    assert_eq!(lots, [(300, true), (700, true)]);
    assert_eq!(ledger.lots[0].expires.as_deref(), Some(day(10).as_str()));
    let back = &ledger.movements[0];
    assert_eq!(back.what, MovementWhat::Return);
    assert_eq!(back.receipt.as_deref(), Some("T2"));
    assert!(back.here && !back.pending);
    let undone = ledger
        .movements
        .iter()
        .filter(|m| matches!(m.what, MovementWhat::Redemption { undone: true, .. }));
    assert_eq!(undone.count(), 1);
}

#[test]
fn an_older_centre_tells_less_and_that_is_said() {
    let ledger = ledger(&shop(false));
    assert_eq!(
        told(&ledger),
        [200, -200, -200, 800, 600],
        "what was undone is told by itself"
    );
    assert_eq!(
        ledger.untold,
        Points(-200),
        "check-in, expiry and return are not told"
    );
}

#[test]
fn what_was_done_here_since_stands_first_and_apart() {
    let shop = shop(true);
    shop.centre.script().points = 1_000;
    shop.centre
        .script()
        .silent
        .extend(["/v1/push".into(), "/v1/pull".into()]);
    let sold = shop
        .engine
        .record_sale(&shop.clerk(), &shop.sale("T3", &[]))
        .unwrap();
    let before = ledger(&shop);
    assert_eq!(
        before.confirmed,
        Points(1_000),
        "what the centre has on record stays"
    );
    assert_eq!(before.pending, sold.earned);
    assert_eq!(before.untold, Points(0));
    let first = &before.movements[0];
    assert!(first.pending && first.points == sold.earned);
    assert_eq!(first.receipt.as_deref(), Some("T3"));
    let coming: i64 = before.lots.iter().map(|l| l.pending.0).sum();
    assert_eq!(coming, sold.earned.0, "and its lot is hatched");
    let there: i64 = before.lots.iter().map(|l| l.points.0).sum();
    assert_eq!(there, 1_000);
    // it comes back: earned and taken back cancel out
    let back = crate::view::ReturnRequest {
        receipt: "T3".into(),
        sale: None,
        store: None,
        date: None,
        lines: Vec::new(),
        reason: "other".into(),
        refund: None,
        approver: None,
        reaction: None,
    };
    shop.engine.record_return(&shop.clerk(), &back).unwrap();
    let after = ledger(&shop);
    assert_eq!(after.pending, Points(0));
    let what: Vec<&MovementWhat> = after
        .movements
        .iter()
        .filter(|m| m.pending)
        .map(|m| &m.what)
        .collect();
    assert!(
        matches!(
            what[..],
            [MovementWhat::Return, MovementWhat::Purchase { .. }]
        ),
        "{what:?}"
    );
}

#[test]
fn points_whose_day_has_passed_are_gone_before_the_centre_says_so() {
    let shop = shop(true);
    let mut her = member("M1", "13800000001");
    her["as_of"] = json!(at(10));
    her["lots"] = json!([
        {"points": 300, "expires": day(-3), "n": 1, "earned": day(-400)},
        {"points": 700, "expires": day(300), "n": 2, "earned": day(-60)},
    ]);
    shop.centre
        .publish("store:S1", EntityKind::Member.name(), "M1", &her);
    shop.engine.sync_now().unwrap();
    let ledger = ledger(&shop);
    assert_eq!(ledger.confirmed, Points(700));
    assert_eq!(ledger.untold, Points(0));
    let expired = ledger
        .movements
        .iter()
        .find(|m| m.what == MovementWhat::Expired)
        .unwrap();
    assert_eq!(expired.points, Points(-300));
}

#[test]
fn coupons_stand_by_expiry_and_used_ones_with_their_receipt() {
    let shop = shop(false);
    let coupon = |id: &str, expires: Option<String>| {
        json!({"member": "M1", "coupon": {
            "id": id, "kind": "amount_off", "threshold": "300.00", "amount": "50.00", "expires": expires,
        }})
    };
    for (id, expires) in [("K1", None), ("K2", Some(day(40))), ("K3", Some(day(3)))] {
        shop.centre.publish(
            "store:S1",
            EntityKind::Coupon.name(),
            id,
            &coupon(id, expires),
        );
        shop.centre.script().coupons.push(id.to_owned());
    }
    let used = json!({
        "no": "T7", "member": "M1", "store": "S1", "at": at(5), "pay": "250.00", "earned": 250, "lines": [],
        "coupons": [{"off": "50.00", "coupon": {"id": "K9", "kind": "amount_off", "threshold": "300.00", "amount": "50.00"}}],
    });
    shop.centre
        .publish("store:S1", EntityKind::Receipt.name(), "S1/T7", &used);
    shop.engine.sync_now().unwrap();
    let hers = shop.engine.member_coupons("M1").unwrap();
    let open: Vec<(&str, bool)> = hers
        .open
        .iter()
        .map(|c| (c.coupon.id.as_str(), c.soon))
        .collect();
    assert_eq!(open, [("K3", true), ("K2", false), ("K1", false)]);
    assert_eq!(hers.open[2].days, None);
    assert_eq!(hers.used.len(), 1);
    assert_eq!(
        (hers.used[0].receipt.as_str(), hers.used[0].pending),
        ("T7", false)
    );
    assert_eq!(shop.engine.member_page("M1").unwrap().open_coupons, 3);
    shop.centre
        .script()
        .silent
        .extend(["/v1/push".into(), "/v1/pull".into()]);
    shop.engine
        .record_sale(&shop.clerk(), &shop.sale("T8", &["K3"]))
        .unwrap();
    let hers = shop.engine.member_coupons("M1").unwrap();
    assert_eq!(
        hers.open.len(),
        2,
        "used is used, whatever the centre shows yet"
    );
    assert_eq!(
        (hers.used[0].receipt.as_str(), hers.used[0].pending),
        ("T8", true)
    );
    assert_eq!(hers.used[0].off, loyalty::Money::from_fen(5_000));
}

#[test]
fn a_gift_is_called_by_its_name_and_not_by_its_number() {
    let shop = shop(false);
    for (id, gift) in [("K1", "P1"), ("K2", "unheard-of")] {
        let coupon = json!({"member": "M1", "coupon": {"id": id, "kind": "gift", "gift": gift, "stacks": true}});
        shop.centre
            .publish("store:S1", EntityKind::Coupon.name(), id, &coupon);
    }
    shop.engine.sync_now().unwrap();
    let mut names: Vec<String> = shop
        .engine
        .coupons("M1")
        .unwrap()
        .into_iter()
        .map(|c| c.gift.unwrap().name)
        .collect();
    names.sort();
    // what is not known here is better named by its number than not at all
    assert_eq!(names, ["unheard-of", "精华"]);
}
