//! What a clerk or manager does, at a scripted centre.

use crate::engine::Engine;
use crate::error::Error;
use crate::keys::KeyAccess;
use crate::scripted::{Shop, member};
use crate::view::{Act, ActRequest, CouponPlace, RedeemRequest, RedeemWhat, ReturnRequest};
use loyalty::Money;
use protocol::entity::EntityKind;
use protocol::manage::{ManageAction, ManageRequest};
use protocol::operation::{Body, Sale};
use protocol::{DeviceId, ErrorCode};
use serde_json::{Value, json};

fn coupon(id: &str, held_by: Option<DeviceId>) -> Value {
    json!({
        "member": "M1", "held_by": held_by,
        "coupon": {"id": id, "kind": "amount_off", "threshold": "300.00", "amount": "50.00", "stacks": true},
    })
}

fn with_coupons(ids: &[&str]) -> Shop {
    let shop = Shop::open();
    for id in ids {
        shop.centre
            .publish("store:S1", EntityKind::Coupon.name(), id, &coupon(id, None));
        shop.centre.script().coupons.push((*id).to_owned());
    }
    shop.engine.sync_now().unwrap();
    shop
}

fn places(shop: &Shop) -> Vec<(String, CouponPlace)> {
    let all = shop.engine.coupons("M1").unwrap();
    all.into_iter().map(|c| (c.id, c.place)).collect()
}

fn last_sale(shop: &Shop) -> Sale {
    shop.engine.sync_now().unwrap();
    let op = shop.centre.script().ops.last().unwrap().clone();
    match op.body().unwrap() {
        Some(Body::Sale(sale)) => sale,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_coupon_is_asked_for_taken_off_and_used_once() {
    let shop = with_coupons(&["K1"]);
    assert_eq!(places(&shop), [("K1".to_owned(), CouponPlace::Free)]);
    let request = shop.sale("T1", &["K1"]);
    let quote = shop.engine.quote_sale(&request).unwrap();
    assert_eq!(quote.coupons_off, Money::from_fen(5_000));
    assert_eq!(quote.pay, Money::from_fen(45_000));
    let done = shop.engine.record_sale(&shop.clerk(), &request).unwrap();
    assert_eq!(done.pay, Money::from_fen(45_000));
    assert!(
        places(&shop).is_empty(),
        "used here, whatever the centre shows yet"
    );
    let twice = shop
        .engine
        .record_sale(&shop.clerk(), &shop.sale("T2", &["K1"]));
    assert_eq!(twice.unwrap_err().code().0, "coupon_used");
    shop.centre
        .publish("store:S1", EntityKind::Coupon.name(), "K1", &Value::Null);
    assert_eq!(last_sale(&shop).coupons, ["K1"]);
    assert!(places(&shop).is_empty());
    let again = shop.engine.record_sale(&shop.clerk(), &request).unwrap();
    assert!(again.exists);
    let twice = shop
        .engine
        .record_sale(&shop.clerk(), &shop.sale("T2", &["K1"]));
    assert_eq!(twice.unwrap_err().code().0, "coupon_unknown");
    // what comes back of a sale with a coupon is what was paid
    let back = crate::view::ReturnRequest {
        receipt: "T1".into(),
        sale: None,
        store: None,
        date: None,
        lines: Vec::new(),
        reason: "other".into(),
        refund: None,
        approver: None,
        reaction: None,
    };
    let refund = shop.engine.quote_return(&back).unwrap().refund;
    assert_eq!(refund, Money::from_fen(45_000));
}

#[test]
fn one_coupon_that_cannot_be_had_records_nothing_and_spends_nothing() {
    let shop = with_coupons(&["K1", "K2"]);
    shop.centre.script().coupons.retain(|k| k == "K1");
    shop.centre.script().short = protocol::grant::ShortReason::HeldElsewhere;
    let refused = shop
        .engine
        .record_sale(&shop.clerk(), &shop.sale("T1", &["K1", "K2"]))
        .unwrap_err();
    let problem = refused.problem();
    assert_eq!(problem.code, "coupon_not_here");
    assert_eq!(problem.reason.as_deref(), Some("held_elsewhere"));
    assert_eq!(
        places(&shop),
        [
            ("K1".to_owned(), CouponPlace::Here),
            ("K2".to_owned(), CouponPlace::Free)
        ]
    );
    // with no network the one that is here still goes
    let offline = Ok(json!(null));
    shop.centre
        .script()
        .instead
        .insert("offline".into(), offline);
    let refused = shop
        .engine
        .record_sale(&shop.clerk(), &shop.sale("T1", &["K2"]))
        .unwrap_err();
    assert_eq!(refused.problem().reason.as_deref(), Some("offline"));
    shop.engine
        .record_sale(&shop.clerk(), &shop.sale("T1", &["K1"]))
        .unwrap();
}

#[test]
fn what_is_no_coupon_of_hers_is_refused_by_its_word() {
    let shop = with_coupons(&["K1"]);
    let other = DeviceId::fresh();
    shop.centre.publish(
        "store:S1",
        EntityKind::Coupon.name(),
        "K1",
        &coupon("K1", Some(other)),
    );
    shop.engine.sync_now().unwrap();
    assert_eq!(places(&shop), [("K1".to_owned(), CouponPlace::Elsewhere)]);
    let mut request = shop.sale("T1", &["K9"]);
    let refused = |request: &crate::view::SaleRequest| {
        let error = shop.engine.quote_sale(request).unwrap_err();
        error.code().0
    };
    assert_eq!(refused(&request), "coupon_unknown");
    request.coupons = vec!["K1".into()];
    request.lines[0].amount = Some(Money::from_fen(29_999));
    // a quote goes on without it and says what it lacks; nothing is recorded with it
    let quote = shop.engine.quote_sale(&request).unwrap();
    let [choice] = quote.coupons.as_slice() else {
        panic!("one coupon");
    };
    assert!(quote.chosen.is_empty() && !choice.chosen);
    assert_eq!(choice.refusal, Some(loyalty::Refusal::CouponNotApplicable));
    assert_eq!(choice.missing, Some(Money::from_fen(1)));
    let recorded = shop.engine.record_sale(&shop.clerk(), &request);
    assert_eq!(recorded.unwrap_err().code().0, "coupon_not_applicable");
    request.member = crate::view::MemberTarget::Phone {
        phone: "13900000009".into(),
    };
    assert_eq!(refused(&request), "member_unknown");
}

#[test]
fn a_reward_is_given_out_until_none_is_left() {
    let shop = Shop::open();
    let count = |left: u32| json!({"reward": "R1", "left": left});
    shop.centre
        .publish("store:S1", EntityKind::Stock.name(), "R1", &count(1));
    shop.centre.script().points = 1_000;
    shop.engine.sync_now().unwrap();
    let options = || shop.engine.redeem_options("M1").unwrap().rewards.remove(0);
    let redeem = |qty| {
        let what = crate::view::RedeemWhat::Reward {
            id: "R1".into(),
            qty,
        };
        let member_id = "M1".into();
        let request = crate::view::RedeemRequest {
            presence: None,
            member_id,
            what,
        };
        shop.engine.redeem(&shop.clerk(), &request)
    };
    assert_eq!(options().stock, Some(1));
    assert_eq!(redeem(2).unwrap_err().code().0, "reward_out_of_stock");
    redeem(1).unwrap();
    // the centre does not show it yet
    assert_eq!(options().stock, Some(0));
    assert_eq!(options().status, crate::view::RewardStatus::OutOfStock);
    assert_eq!(redeem(1).unwrap_err().code().0, "reward_out_of_stock");
    // one that is not counted is never short
    shop.centre
        .publish("store:S1", EntityKind::Stock.name(), "R1", &Value::Null);
    shop.engine.sync_now().unwrap();
    assert_eq!(options().stock, None);
    redeem(3).unwrap();
}

#[test]
fn a_member_of_another_store_is_looked_up_and_served() {
    let shop = Shop::open();
    let scope = shop.centre.device_scope();
    let code = |r: crate::error::Result<_>| r.map(|_: Option<_>| ()).unwrap_err().code().0;
    assert_eq!(code(shop.engine.look_up("张三", None)), "code_invalid");
    assert_eq!(
        shop.engine
            .look_up("13800000001", None)
            .unwrap()
            .unwrap()
            .member_id,
        "M1"
    );
    assert!(
        shop.centre.paths().is_empty(),
        "who is here needs no network"
    );
    shop.centre
        .script()
        .instead
        .insert("/v1/lookup".into(), Ok(json!({"member": null})));
    assert_eq!(shop.engine.look_up("13900000009", None).unwrap(), None);

    let until = crate::scripted::now();
    shop.centre.script().instead.insert(
        "/v1/lookup".into(),
        Ok(json!({"member": "M9", "until": until})),
    );
    let visitor = member("M9", "13900000009");
    shop.centre
        .publish(&scope, EntityKind::Member.name(), "M9", &visitor);
    let found = shop.engine.look_up("139 0000 0009", None).unwrap().unwrap();
    assert_eq!(
        (found.member_id.as_str(), found.until),
        ("M9", Some(until.into()))
    );
    assert_eq!(shop.centre.paths()[1..], ["/v1/lookup", "/v1/pull"]);
    shop.engine.member_page("M9").unwrap();
    shop.centre.script().points = 200;
    shop.redeem("M9", 200).unwrap();

    shop.centre
        .publish(&scope, EntityKind::Member.name(), "M9", &Value::Null);
    shop.engine.sync_now().unwrap();
    assert!(
        shop.engine.member_page("M9").is_err(),
        "gone when the day ends"
    );
    let offline = Ok(json!(null));
    shop.centre
        .script()
        .instead
        .insert("offline".into(), offline);
    assert_eq!(code(shop.engine.look_up("13900000009", None)), "offline");
}

#[test]
fn a_manager_asks_the_centre_itself() {
    let shop = Shop::open();
    let device = DeviceId::fresh();
    let refused = shop.engine.manage("C1", "1234", ManageAction::Look);
    assert_eq!(refused.unwrap_err().code().0, "not_found");
    shop.centre.script().instead.insert(
        "/v1/manage".into(),
        Ok(json!({"store": "S1", "devices": [], "list": []})),
    );
    let action = ManageAction::WriteOff { device };
    let said = shop.engine.manage("C1", "1234", action.clone()).unwrap();
    assert_eq!(said.store.as_str(), "S1");
    let heard: ManageRequest = shop.centre.last("/v1/manage");
    assert_eq!((heard.pin.as_str(), heard.action), ("1234", action));
    shop.engine.sync_now().unwrap();
    assert!(
        shop.centre.paths().contains(&"/v1/hello".to_owned()),
        "what was done may concern this device"
    );
    shop.centre
        .script()
        .instead
        .insert("/v1/manage".into(), Err(ErrorCode::TooMany));
    let refused = shop.engine.manage("C1", "9", ManageAction::Look);
    assert_eq!(refused.unwrap_err().code().0, "too_many");
}

#[test]
fn a_lost_outbox_is_replaced_and_the_centre_says_which_epoch_begins() {
    let shop = Shop::open();
    let Shop {
        centre,
        engine,
        dir,
    } = shop;
    drop(engine);
    let sound = Engine::put_outbox_aside(dir.path(), &KeyAccess::insecure());
    assert!(matches!(sound, Err(Error::OutboxSound)));
    std::fs::write(dir.path().join("outbox.db"), vec![7u8; 64 * 1024]).unwrap();
    let refuses = |dir| {
        let transport = std::sync::Arc::new(centre.clone());
        Engine::open_simulated(dir, transport).map(|_| ())
    };
    assert!(matches!(refuses(dir.path()), Err(Error::OutboxDamaged(_))));
    let done = Engine::put_outbox_aside(dir.path(), &KeyAccess::insecure()).unwrap();
    assert!(done.enrolled && done.kept.unwrap().exists());

    let shop = Shop {
        engine: Engine::open_simulated(dir.path(), std::sync::Arc::new(centre.clone())).unwrap(),
        centre,
        dir,
    };
    // it sells before it has heard which epoch this is
    shop.engine
        .record_sale(&shop.clerk(), &shop.sale("T1", &[]))
        .unwrap();
    {
        let mut s = shop.centre.script();
        let begin = protocol::hello::HelloReply {
            begin_epoch: Some(protocol::Epoch(2)),
            ..s.hello.clone()
        };
        s.hellos_first = vec![begin];
        s.hello.epoch = protocol::Epoch(2);
        s.heard.clear();
    }
    shop.engine.sync_now().unwrap();
    let op = shop.centre.script().ops.last().unwrap().clone();
    assert_eq!((op.epoch.0, op.seq.0, op.kind.as_str()), (2, 1, "sale"));
}

/// A counter whose cache was lost, and that has fetched one member alone since: it would go by rules that are not the
/// brand's.
#[test]
fn nothing_is_recorded_or_offered_before_the_rules_are_here() {
    let shop = Shop::open();
    shop.engine
        .record_sale(&shop.clerk(), &shop.sale("T1", &[]))
        .unwrap();
    shop.engine.sync_now().unwrap();
    let done = shop.centre.script().ops.len();
    shop.centre
        .publish("brand", EntityKind::Program.name(), "1", &Value::Null);
    shop.engine.sync_now().unwrap();

    let refused =
        |what: &str, code: (&str, &str)| assert_eq!(code, ("rules_not_here", "C-314"), "{what}");
    let sale = shop.sale("T2", &[]);
    refused("quote", shop.engine.quote_sale(&sale).unwrap_err().code());
    refused(
        "sale",
        shop.engine
            .record_sale(&shop.clerk(), &sale)
            .unwrap_err()
            .code(),
    );
    refused(
        "offer",
        shop.engine.redeem_options("M1").unwrap_err().code(),
    );
    let redeem = RedeemRequest {
        presence: None,
        member_id: "M1".into(),
        what: RedeemWhat::Reward {
            id: "R1".into(),
            qty: 1,
        },
    };
    refused(
        "redeem",
        shop.engine
            .redeem(&shop.clerk(), &redeem)
            .unwrap_err()
            .code(),
    );
    let back = ReturnRequest {
        receipt: "T1".into(),
        reason: "other".into(),
        ..ReturnRequest::default()
    };
    refused(
        "return",
        shop.engine
            .record_return(&shop.clerk(), &back)
            .unwrap_err()
            .code(),
    );
    let act = ActRequest {
        member_id: "M1".into(),
        act: Act::Behaviour {
            behaviour: "check_in".into(),
        },
        reason: "asked".into(),
        approver: None,
    };
    refused(
        "act",
        shop.engine
            .record_act(&shop.clerk(), &act)
            .unwrap_err()
            .code(),
    );

    // members are found and shown all the same, and nothing waits
    shop.engine.member_page("M1").unwrap();
    shop.engine.sync_now().unwrap();
    assert_eq!(shop.centre.script().ops.len(), done);
}
