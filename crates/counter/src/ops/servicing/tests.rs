//! Acts and approvals, at a scripted centre.

use crate::error::Error;
use crate::scripted::Shop;
use crate::view::{
    Act, ActDone, ActRequest, Approver, ReceiptState, ReturnLineRequest, ReturnRequest,
};
use loyalty::{Money, Points, Refusal};
use protocol::ClerkId;
use protocol::entity::EntityKind;
use protocol::operation::{Body, Operation};
use serde_json::{Value, json};

fn shop() -> Shop {
    let shop = Shop::open();
    let rules = json!({"version": 7, "behaviours": {
        "join": {"points": 50}, "check_in": {"points": 5, "per_day": 1}, "referral": {"points": 100, "per_day": 5}}});
    shop.centre
        .publish("brand", EntityKind::Program.name(), "7", &rules);
    let mut advisor = crate::scripted::clerk();
    advisor["id"] = json!("C2");
    advisor["role"] = json!("advisor");
    shop.centre
        .publish("store:S1", EntityKind::Clerk.name(), "C2", &advisor);
    shop.engine.sync_now().unwrap();
    shop
}

fn by(manager: &str, pin: &str) -> Option<Approver> {
    Some(Approver {
        manager: manager.into(),
        pin: pin.into(),
    })
}

fn request(act: Act, approver: Option<Approver>) -> ActRequest {
    ActRequest {
        member_id: "M1".into(),
        act,
        reason: "asked".into(),
        approver,
    }
}

impl Shop {
    fn advisor(&self) -> crate::ops::SignedIn {
        self.engine.sign_in("C2", "1234").unwrap()
    }

    fn act(&self, act: Act, approver: Option<Approver>) -> crate::error::Result<ActDone> {
        self.engine
            .record_act(&self.advisor(), &request(act, approver))
    }

    fn offline(&self) {
        self.centre
            .script()
            .instead
            .insert("offline".into(), Ok(Value::Null));
    }

    fn sent(&self) -> Vec<Operation> {
        self.centre.script().instead.remove("offline");
        self.engine.sync_now().unwrap();
        self.centre.script().ops.clone()
    }
}

fn behaviour(name: &str) -> Act {
    Act::Behaviour {
        behaviour: name.into(),
    }
}

#[test]
fn a_behaviour_counts_once_a_day_here_and_as_the_centre_says_elsewhere() {
    let shop = shop();
    shop.offline();
    let done = shop.act(behaviour("check_in"), None).unwrap();
    assert_eq!(
        (done.points, done.balance_after),
        (Points(5), Points(1_005))
    );
    let again = shop.act(behaviour("check_in"), None).unwrap_err();
    assert_eq!(again.code().0, "limit_reached");
    // one that may count oftener goes on
    shop.act(behaviour("referral"), None).unwrap();
    shop.act(behaviour("referral"), None).unwrap();
    let acts = shop.engine.member_acts("M1").unwrap();
    let seen: Vec<_> = acts
        .behaviours
        .iter()
        .map(|b| (b.behaviour.as_str(), b.today, b.possible))
        .collect();
    assert_eq!(seen, [("check_in", 1, false), ("referral", 2, true)]);
    assert_eq!(acts.balance, Points(1_205));
    let points = shop.engine.member_page("M1").unwrap().points;
    assert_eq!(
        (points.confirmed, points.pending_earned),
        (Points(1_000), Points(205))
    );
    for none in ["join", "sing", ""] {
        let refused = shop.act(behaviour(none), None).unwrap_err();
        assert!(matches!(refused, Error::BehaviourUnknown), "{none}");
    }
    let ops = shop.sent();
    assert_eq!(ops.len(), 3);

    // another counter's, of today and of another day
    let shop = self::shop();
    let today = shop.engine.member_acts("M1").unwrap().today;
    for (on, possible) in [("2020-01-01", true), (today.as_str(), false)] {
        let said = json!({"member": "M1", "behaviour": "check_in", "on": on, "times": 1});
        shop.centre
            .publish("store:S1", EntityKind::Behaved.name(), "M1/check_in", &said);
        shop.engine.sync_now().unwrap();
        let acts = shop.engine.member_acts("M1").unwrap();
        assert_eq!(acts.behaviours[0].possible, possible, "{on}");
    }
}

#[test]
fn a_freeze_needs_a_manager_and_stops_spending_here_at_once() {
    let shop = shop();
    shop.centre.script().points = 500;
    shop.redeem("M1", 100).unwrap();
    shop.offline();
    let unapproved = shop.act(Act::Freeze, None).unwrap_err();
    assert!(matches!(unapproved, Error::ApprovalNeeded));
    for (who, pin, code) in [
        ("C2", "1234", "not_allowed"),
        ("C9", "1234", "not_allowed"),
        ("C1", "0000", "pin_wrong"),
    ] {
        let refused = shop.act(Act::Freeze, by(who, pin)).unwrap_err();
        assert_eq!(refused.code().0, code);
    }
    let quote = shop
        .engine
        .quote_act(&shop.advisor(), &request(Act::Freeze, None))
        .unwrap();
    assert_eq!(quote.needs_manager.as_deref(), Some("always"));
    assert_eq!(quote.balance_before, quote.balance_after);
    let done = shop.act(Act::Freeze, by("C1", "1234")).unwrap();
    assert!(!done.exists);
    // once more: known, without a PIN, and nothing is appended
    let again = shop.act(Act::Freeze, None).unwrap();
    assert_eq!((again.exists, &again.op_id), (true, &done.op_id));
    let refused = shop.redeem("M1", 10).unwrap_err();
    assert_eq!(refused.code().0, Refusal::Frozen.code());
    let mut sale = shop.sale("T1", &[]);
    sale.pay_points = Points(10);
    let refused = shop.engine.record_sale(&shop.clerk(), &sale).unwrap_err();
    assert_eq!(refused.code().0, Refusal::Frozen.code());
    assert!(shop.engine.member_page("M1").unwrap().points.frozen);
    let options = shop.engine.redeem_options("M1").unwrap();
    assert_eq!(options.limit.as_deref(), Some("frozen"));
    assert_eq!(options.possible_now, Points::ZERO);
    // it outlives the process, and is over with the next act
    let shop = shop.again();
    assert!(shop.engine.member_acts("M1").unwrap().frozen);
    shop.act(Act::Unfreeze, by("C1", "1234")).unwrap();
    assert!(!shop.engine.member_acts("M1").unwrap().frozen);
    let options = shop.engine.redeem_options("M1").unwrap();
    assert_ne!(options.limit.as_deref(), Some("frozen"));
    let ops = shop.sent();
    let freeze = ops.iter().find(|op| op.kind == "freeze").unwrap();
    assert_eq!(freeze.clerk, ClerkId::new("C2"));
    let Some(Body::Freeze(body)) = freeze.body().unwrap() else {
        panic!("{freeze:?}")
    };
    let approval = body.approval.unwrap();
    assert_eq!(
        (approval.manager.as_str(), approval.reason.as_str()),
        ("C1", "asked")
    );
    assert_eq!(ops.iter().filter(|op| op.kind == "freeze").count(), 1);
    assert!(
        !freeze.body.get().contains("1234"),
        "no PIN leaves the counter"
    );
}

#[test]
fn wrong_pins_of_an_approval_lock_the_manager_everywhere_here() {
    let shop = shop();
    for tries_left in [4, 3, 2, 1] {
        let refused = shop.act(Act::Freeze, by("C1", "0000")).unwrap_err();
        assert_eq!(refused.problem().tries_left, Some(tries_left));
    }
    let locked = shop.act(Act::Freeze, by("C1", "0000")).unwrap_err();
    assert!(matches!(locked, Error::PinLocked { .. }));
    let right = shop.act(Act::Freeze, by("C1", "1234")).unwrap_err();
    assert!(matches!(right, Error::PinLocked { .. }));
    let sign_in = shop.engine.sign_in("C1", "1234").unwrap_err();
    assert!(matches!(sign_in, Error::PinLocked { .. }));
    assert!(shop.sent().is_empty());
}

#[test]
fn a_redemption_of_today_is_undone_here_and_others_need_a_manager() {
    let shop = shop();
    shop.centre.script().points = 500;
    let redeemed = shop.redeem("M1", 100).unwrap();
    let undo = |id: &str| Act::Reversal {
        redemption: id.to_owned(),
    };
    let own = &shop.engine.member_acts("M1").unwrap().redemptions[0];
    assert_eq!((own.here, own.state), (true, ReceiptState::Pending));
    assert_eq!(
        (own.hers, &own.needs_manager, own.undone),
        (Points(100), &None, None)
    );
    let quote = shop
        .engine
        .quote_act(&shop.advisor(), &request(undo(&redeemed.op_id), None))
        .unwrap();
    assert_eq!(
        (quote.points, quote.balance_before),
        (Points(100), Points(900))
    );
    assert_eq!(
        (quote.balance_after, quote.needs_manager),
        (Points(1_000), None)
    );
    let done = shop.act(undo(&redeemed.op_id), None).unwrap();
    assert_eq!(
        (done.points, done.balance_after),
        (Points(100), Points(1_000))
    );
    let again = shop.act(undo(&redeemed.op_id), None).unwrap();
    assert_eq!((again.exists, again.points), (true, Points(0)));
    assert_eq!(again.op_id, done.op_id);
    let shown = &shop.engine.member_acts("M1").unwrap().redemptions[0];
    assert_eq!(shown.undone, Some(ReceiptState::Pending));

    let said = |id: &str, device: Option<&str>, at: &str, reversed: Option<&str>| {
        let body = json!({"id": id, "member": "M1", "store": "S1", "device": device, "at": at,
            "points": 60, "hers": 50, "reversed": reversed,
            "what": {"for": "reward", "reward": "R1", "name": "小样", "qty": 1}});
        shop.centre
            .publish("store:S1", EntityKind::Redemption.name(), id, &body);
    };
    let me = shop.centre.device_scope();
    let me = me.trim_start_matches("device:").to_owned();
    let now = crate::scripted::now().to_rfc3339();
    said("old", Some(&me), "2024-01-01T00:00:00Z", None);
    said(
        "other",
        Some("00000000-0000-7000-8000-000000000000"),
        &now,
        None,
    );
    said("demo:1/reward", None, "2024-01-01T00:00:00Z", None);
    said("undone", Some(&me), &now, Some(&now));
    shop.engine.sync_now().unwrap();
    for (id, why) in [
        ("old", "other_day"),
        ("other", "other_counter"),
        ("demo:1/reward", "other_counter"),
    ] {
        let quote = shop
            .engine
            .quote_act(&shop.advisor(), &request(undo(id), None))
            .unwrap();
        assert_eq!(quote.needs_manager.as_deref(), Some(why), "{id}");
        assert_eq!(quote.points, Points(50), "what the store bore is not hers");
        let refused = shop.act(undo(id), None).unwrap_err();
        assert!(matches!(refused, Error::ApprovalNeeded), "{id}");
        shop.act(undo(id), by("C1", "1234")).unwrap();
    }
    let quote = shop
        .engine
        .quote_act(&shop.advisor(), &request(undo("other"), None))
        .unwrap();
    assert!(quote.exists);
    assert_eq!((quote.approved.by_clerk, quote.approved.in_all), (3, 3));
    for (id, code) in [
        ("undone", "already_reversed"),
        ("never", "unknown_redemption"),
    ] {
        let refused = shop.act(undo(id), by("C1", "1234")).unwrap_err();
        assert_eq!(refused.code().0, code);
    }
}

#[test]
fn an_extension_moves_what_expires_earlier_and_shows_at_once() {
    let shop = shop();
    let mut member = crate::scripted::member("M1", "13800000001");
    let today: chrono::NaiveDate = shop
        .engine
        .member_acts("M1")
        .unwrap()
        .today
        .parse()
        .unwrap();
    let day = |days: i64| (today + chrono::Duration::days(days)).to_string();
    member["lots"] = json!([
        {"points": 300, "expires": day(10)}, {"points": 200, "expires": day(40)},
        {"points": 500, "expires": null}]);
    shop.centre
        .publish("store:S1", EntityKind::Member.name(), "M1", &member);
    shop.engine.sync_now().unwrap();
    shop.offline();
    let extend = |to: &str| Act::Extension { to: to.to_owned() };
    let quote = shop
        .engine
        .quote_act(&shop.advisor(), &request(extend(&day(30)), None))
        .unwrap();
    assert_eq!((quote.moved, quote.points), (Points(300), Points(0)));
    shop.act(extend(&day(30)), by("C1", "1234")).unwrap();
    let next = shop
        .engine
        .member_page("M1")
        .unwrap()
        .points
        .expiring
        .unwrap();
    assert_eq!((next.points, next.date), (Points(300), day(30)));
    let nothing = shop.act(extend(&day(5)), by("C1", "1234")).unwrap_err();
    assert!(matches!(nothing, Error::NothingToExtend));
    for wrong in [&day(0), &day(-3), &day(9_999), "soon", "2026-13-45"] {
        let refused = shop.act(extend(wrong), by("C1", "1234")).unwrap_err();
        assert!(matches!(refused, Error::DateInvalid), "{wrong}");
    }
    assert_eq!(shop.sent().len(), 1);
}

#[test]
fn a_receipt_nobody_here_knows_goes_back_on_an_approval_once() {
    let shop = shop();
    shop.offline();
    let back = |sku: &str, refund: Option<i64>, approver| ReturnRequest {
        receipt: "T9".into(),
        sale: None,
        store: None,
        date: None,
        lines: vec![ReturnLineRequest {
            sku: sku.into(),
            qty: 1,
            line: None,
        }],
        reason: "damaged".into(),
        refund: refund.map(Money::from_fen),
        approver,
        reaction: None,
    };
    let record = |request: &ReturnRequest| shop.engine.record_return(&shop.advisor(), request);
    let manager = || by("C1", "1234");
    for (request, code) in [
        (back("P1", Some(50_000), None), "receipt_unknown"),
        (back("P9", Some(50_000), manager()), "product_unknown"),
        (back("P1", None, manager()), "amount_invalid"),
        (back("P1", Some(-1), manager()), "amount_invalid"),
        (back("P1", Some(50_000), by("C2", "1234")), "not_allowed"),
        (back("P1", Some(50_000), by("C1", "4321")), "pin_wrong"),
        (
            ReturnRequest {
                lines: Vec::new(),
                ..back("P1", Some(50_000), manager())
            },
            "no_lines",
        ),
    ] {
        assert_eq!(record(&request).unwrap_err().code().0, code);
    }
    let done = record(&back("P1", Some(50_000), manager())).unwrap();
    assert_eq!(
        (done.refund, done.unknown_receipt),
        (Money::from_fen(50_000), true)
    );
    let again = record(&back("P1", Some(50_000), manager())).unwrap();
    assert_eq!((again.exists, &again.op_id), (true, &done.op_id));
    // another amount is another return
    record(&back("P1", Some(40_000), manager())).unwrap();
    assert_eq!(
        shop.engine
            .approved_returns(&shop.advisor())
            .unwrap()
            .in_all,
        2
    );
    let ops = shop.sent();
    assert_eq!(ops.len(), 2);
    let Some(Body::Return(body)) = ops[0].body().unwrap() else {
        panic!("{ops:?}")
    };
    let approval = body.approval.unwrap();
    assert_eq!(
        (approval.manager.as_str(), approval.reason.as_str()),
        ("C1", "damaged")
    );
}
