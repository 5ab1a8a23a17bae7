//! Coupons as a counter of one.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::common::giving_back::{recalled, release};
use crate::common::{Bench, Counter, Engine, STORE, bench_on, by_id, sale};
use centre::coupons;
use centre_store::tables::{coupon, manager_list};
use loyalty::{Money, Points};
use protocol::grant::{GrantReply, GrantRequest, ShortReason, Want};
use protocol::ids::RequestId;
use protocol::operation::{Body, Return};
use protocol::push::Outcome;
use sea_orm::EntityTrait;

pub fn want_coupon(member: &str, id: &str) -> GrantRequest {
    GrantRequest {
        request_id: RequestId::fresh(),
        epoch: None,
        life: None,
        generation: None,
        only_again: false,
        given: Vec::new(),
        wants: vec![Want {
            member: member.into(),
            points: None,
            coupon: Some(id.into()),
        }],
    }
}

async fn a_coupon_has_one_holder_and_one_use(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 0).await;
    let given = r#"{"id": "K1", "kind": "amount_off", "amount": "50.00"}"#;
    let given: loyalty::Coupon = serde_json::from_str(given).unwrap();
    coupons::give(&bench.centre, "13800005678", given.clone())
        .await
        .unwrap();
    assert!(
        coupons::give(&bench.centre, "13800005678", given)
            .await
            .is_err()
    );
    let mut first = bench.counter(true).await;
    let mut second = bench.counter(false).await;
    let held: GrantReply = first
        .ask(&bench, "/v1/grant", &want_coupon(&member, "K1"))
        .await;
    assert_eq!(held.grants[0].coupon.as_deref(), Some("K1"));
    let refused: GrantReply = second
        .ask(&bench, "/v1/grant", &want_coupon(&member, "K1"))
        .await;
    assert_eq!(refused.grants, []);
    assert_eq!(refused.short[0].reason, ShortReason::HeldElsewhere);
    assert_eq!(recalled(&bench, &first).await, [held.grants[0].grant]);
    // given back twice frees it once, and not from the next who has it
    let back = [
        first.append(&release(&held.grants[0], &member, 0)),
        first.append(&release(&held.grants[0], &member, 0)),
    ];
    first.results(&bench, &back[..1]).await;
    let now: GrantReply = second
        .ask(&bench, "/v1/grant", &want_coupon(&member, "K1"))
        .await;
    assert_eq!(now.grants.len(), 1);
    first.results(&bench, &back).await;
    let row = coupon::Entity::find()
        .one(bench.centre.db().read())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(row.holder_device, Some(second.device.into()));

    let with_coupon = |receipt: &str| {
        let mut sold = sale(receipt, 20_000, by_id(&member));
        sold.coupons = vec!["K1".into()];
        sold.shown_pay = Money::from_fen(15_000);
        Body::Sale(sold)
    };
    // written off, it may be used elsewhere; what comes late is the store's
    let late = second.append(&with_coupon("T2"));
    let freed = centre::write_off::write_off(&bench.centre, second.device, "M1")
        .await
        .unwrap();
    assert_eq!(freed.coupons, 1);
    let held: GrantReply = first
        .ask(&bench, "/v1/grant", &want_coupon(&member, "K1"))
        .await;
    assert_eq!(held.grants.len(), 1);
    let used = first.append(&with_coupon("T1"));
    let results = first.results(&bench, &[used]).await;
    let Outcome::Applied(effect) = &results[0].outcome else {
        panic!("{results:?}")
    };
    assert_eq!(
        (effect.earned, effect.loss_reason.as_deref()),
        (Points(150), None)
    );
    let results = second.results(&bench, &[late]).await;
    let Outcome::Applied(effect) = &results[0].outcome else {
        panic!("{results:?}")
    };
    assert_eq!(effect.loss_reason.as_deref(), Some("coupon_used"));
    let row = coupon::Entity::find()
        .one(bench.centre.db().read())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (row.used_by.as_deref(), row.holder_device),
        (Some("T1"), None)
    );
    let listed = manager_list::Entity::find()
        .all(bench.centre.db().read())
        .await
        .unwrap();
    assert!(!listed.is_empty());
}

/// Gives the one member of these tests fifty off, under this id.
pub async fn give_fifty_off(bench: &Bench, id: &str) {
    let given = format!(r#"{{"id": "{id}", "kind": "amount_off", "amount": "50.00"}}"#);
    let given: loyalty::Coupon = serde_json::from_str(&given).unwrap();
    coupons::give(&bench.centre, "13800005678", given)
        .await
        .unwrap();
}

/// Coupons that the store's feed shows.
async fn shown(bench: &Bench, counter: &Counter) -> Vec<String> {
    let pulled = counter.pull(bench, "store:S1", 0).await;
    let coupons = pulled.changes.iter().filter(|c| c.entity == "coupon");
    coupons.map(|c| c.key.clone()).collect()
}

async fn a_coupon_that_a_return_gives_back_may_be_used_again(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 0).await;
    give_fifty_off(&bench, "K1").await;
    let mut counter = bench.counter(true).await;
    let ask = || want_coupon(&member, "K1");
    let held: GrantReply = counter.ask(&bench, "/v1/grant", &ask()).await;
    assert_eq!(held.grants.len(), 1);
    let mut sold = sale("T1", 20_000, by_id(&member));
    sold.coupons = vec!["K1".into()];
    let used = counter.append(&Body::Sale(sold));
    counter.results(&bench, &[used]).await;
    let none_shown = shown(&bench, &counter).await.is_empty();
    assert!(none_shown, "used: gone from the feed");
    let none: GrantReply = counter.ask(&bench, "/v1/grant", &ask()).await;
    assert_eq!(none.grants, []);
    let back = counter.append(&Body::Return(Return {
        receipt: "T1".into(),
        of: None,
        store: STORE.into(),
        lines: Vec::new(),
        reason: "other".into(),
        shown_refund: Money::from_fen(15_000),
        approval: None,
    }));
    counter.results(&bench, &[back]).await;
    let row = coupon::Entity::find()
        .one(bench.centre.db().read())
        .await
        .unwrap()
        .unwrap();
    assert_eq!((row.used_by, row.used_at), (None, None));
    assert_eq!(shown(&bench, &counter).await, ["K1"], "hers again");
    let again: GrantReply = counter.ask(&bench, "/v1/grant", &ask()).await;
    assert_eq!(again.grants.len(), 1);
}

on_both_engines!(
    a_coupon_has_one_holder_and_one_use,
    a_coupon_that_a_return_gives_back_may_be_used_again,
);
