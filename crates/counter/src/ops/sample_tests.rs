//! Samples at a counter: what is offered, what is recorded with no network, and what her page shows.

use crate::error::Error;
use crate::scripted::{Shop, member, now};
use crate::view::{HelpedHow, MemberTarget, SampleOptions, SampleRequest, SampleView, SampleWhat};
use chrono::{Days, Utc};
use protocol::entity::EntityKind;
use protocol::operation::{Body, SAMPLE_REASONS};
use serde_json::json;

fn reward(id: &str) -> SampleWhat {
    SampleWhat::Reward { id: id.into() }
}

fn asked(what: SampleWhat, qty: u32, reason: &str) -> SampleRequest {
    SampleRequest {
        member_id: "M1".into(),
        what,
        qty,
        reason: reason.into(),
    }
}

/// A counter with no network, whose store has five pieces of R1.
fn offline() -> Shop {
    let shop = Shop::open();
    let stock = json!({"reward": "R1", "left": 5});
    let kind = EntityKind::Stock.name();
    shop.centre.publish("store:S1", kind, "R1", &stock);
    shop.engine.sync_now().unwrap();
    shop.centre.script().silent = vec!["/v1/hello".into(), "/v1/push".into()];
    shop
}

fn options(shop: &Shop, typed: &str) -> SampleOptions {
    shop.engine.sample_options("M1", typed).unwrap()
}

fn given(shop: &Shop) -> Vec<SampleView> {
    shop.engine.member_page("M1").unwrap().samples
}

/// Whether the clerk counts as having served her.
fn served(shop: &Shop) -> bool {
    let whom = MemberTarget::Member { id: "M1".into() };
    let form = shop.engine.sale_credit(&shop.clerk(), &whom).unwrap();
    form.people
        .iter()
        .any(|person| person.helped == Some(HelpedHow::Served))
}

#[test]
fn what_is_given_with_no_network_is_on_her_page_and_costs_a_piece_of_the_store_and_no_point() {
    let shop = offline();
    let before = shop.engine.member_page("M1").unwrap();
    assert_eq!(before.samples, []);
    let done = shop
        .engine
        .give_sample(&shop.clerk(), &asked(reward("R1"), 2, "trial"))
        .unwrap();
    let shop = shop.again();
    let page = shop.engine.member_page("M1").unwrap();
    assert_eq!(page.points, before.points);
    let [one] = page.samples.as_slice() else {
        panic!("{:?}", page.samples)
    };
    assert_eq!(
        (one.op_id.as_str(), one.name.as_str(), one.qty, one.pending),
        (done.op_id.as_str(), "小样", 2, true)
    );
    assert_eq!((one.reason.as_str(), one.clerk.as_str()), ("trial", "王"));
    let option = &options(&shop, "").samples[0];
    assert_eq!(option.stock, Some(3));
    assert_eq!(option.had, Some(one.at));
    let redeem = shop.engine.redeem_options("M1").unwrap();
    assert_eq!(redeem.rewards[0].stock, Some(3));

    shop.centre.script().silent.clear();
    shop.engine.sync_now().unwrap();
    let op = shop.centre.script().ops.last().unwrap().clone();
    let Some(Body::SampleGiven(said)) = op.body().unwrap() else {
        panic!("{op:?}")
    };
    assert_eq!((said.reward.as_deref(), said.qty), (Some("R1"), 2));
}

#[test]
fn once_the_centre_tells_it_it_is_told_once() {
    let shop = offline();
    let done = shop
        .engine
        .give_sample(&shop.clerk(), &asked(reward("R1"), 1, "care"))
        .unwrap();
    let told = json!({
        "id": done.op_id, "member": "M1", "store": "S1", "clerk": "C1", "at": now(), "name": "小样", "qty": 1,
        "reason": "care",
    });
    let kind = EntityKind::Sample.name();
    assert!(served(&shop));
    shop.centre.publish("store:S1", kind, &done.op_id, &told);
    shop.centre.script().silent.clear();
    shop.engine.sync_now().unwrap();
    let all = given(&shop);
    assert_eq!(all.len(), 1, "{all:?}");
    assert!(!all[0].pending);
    assert!(
        served(&shop),
        "the centre told of it, and it counts as before"
    );
}

#[test]
fn a_sample_of_a_product_is_found_by_what_is_typed_and_known_by_its_number() {
    let shop = offline();
    let found = options(&shop, "精华");
    let one = &found.samples[0];
    let what = SampleWhat::Product { sku: "P1".into() };
    assert_eq!((&one.what, one.stock, one.had), (&what, None, None));
    shop.engine
        .give_sample(&shop.clerk(), &asked(what, 1, "with_sale"))
        .unwrap();
    assert_eq!(given(&shop)[0].name, "精华");
    assert!(options(&shop, "精华").samples[0].had.is_some());
    assert!(options(&shop, "没有这种").samples.is_empty());
}

#[test]
fn what_cannot_be_given_is_refused_and_nothing_is_recorded() {
    let shop = offline();
    let service = json!({"id": "R2", "name": "护理", "kind": "service", "points": 900});
    let kind = EntityKind::Reward.name();
    shop.centre.publish("store:S1", kind, "R2", &service);
    shop.centre.script().silent.clear();
    shop.engine.sync_now().unwrap();
    let give = |what, qty| {
        let request = asked(what, qty, "trial");
        shop.engine.give_sample(&shop.clerk(), &request)
    };
    assert!(matches!(
        give(reward("R1"), 6),
        Err(Error::RewardOutOfStock { left: 5 })
    ));
    for qty in [0, 100, u32::MAX] {
        assert!(matches!(
            give(reward("R1"), qty),
            Err(Error::QuantityInvalid { .. })
        ));
    }
    // a service is no sample, and what nobody knows is neither
    for id in ["R2", "R9", ""] {
        assert!(matches!(give(reward(id), 1), Err(Error::RewardUnknown)));
    }
    let nothing = SampleWhat::Product { sku: "P9".into() };
    assert!(matches!(
        give(nothing, 1),
        Err(Error::ProductUnknown { .. })
    ));
    let stranger = SampleRequest {
        member_id: "M9".into(),
        ..asked(reward("R1"), 1, "trial")
    };
    let refused = shop.engine.give_sample(&shop.clerk(), &stranger);
    assert!(matches!(refused, Err(Error::MemberUnknown)));
    assert_eq!(given(&shop), []);
    assert!(shop.centre.script().ops.is_empty());
}

#[test]
fn who_joined_a_moment_ago_is_welcomed_once_and_an_unknown_reason_is_other() {
    let shop = offline();
    assert_eq!(options(&shop, "").reason, "trial");
    assert_eq!(options(&shop, "").reasons, SAMPLE_REASONS);
    let mut young = member("M1", "13800000001");
    let joined = Utc::now().date_naive() - Days::new(3);
    young["joined"] = json!(joined.to_string());
    let kind = EntityKind::Member.name();
    shop.centre.publish("store:S1", kind, "M1", &young);
    shop.centre.script().silent.clear();
    shop.engine.sync_now().unwrap();
    assert_eq!(options(&shop, "").reason, "welcome");
    shop.engine
        .give_sample(&shop.clerk(), &asked(reward("R1"), 1, "because"))
        .unwrap();
    assert_eq!(options(&shop, "").reason, "trial");
    assert_eq!(given(&shop)[0].reason, "other");
}

#[test]
fn what_she_never_had_is_offered_first_and_what_is_used_up_last() {
    let shop = offline();
    for (id, name) in [("R3", "甲"), ("R4", "乙")] {
        let sample = json!({"id": id, "name": name, "kind": "sample", "points": 100});
        let kind = EntityKind::Reward.name();
        shop.centre.publish("store:S1", kind, id, &sample);
    }
    let none = json!({"reward": "R3", "left": 0});
    let kind = EntityKind::Stock.name();
    shop.centre.publish("store:S1", kind, "R3", &none);
    shop.centre.script().silent.clear();
    shop.engine.sync_now().unwrap();
    shop.engine
        .give_sample(&shop.clerk(), &asked(reward("R1"), 1, "trial"))
        .unwrap();
    let names: Vec<String> = options(&shop, "")
        .samples
        .into_iter()
        .map(|s| s.name)
        .collect();
    assert_eq!(names, ["乙", "小样", "甲"]);
}
