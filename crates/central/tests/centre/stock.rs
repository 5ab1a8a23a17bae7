//! Pieces of rewards: lowered by redemptions, never below zero, told to the store's counters.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::common::stock::{left, reward, set};
use crate::common::{Bench, Counter, Engine, STORE, bench_on};
use centre::stock;
use centre_store::tables::manager_list;
use loyalty::Points;
use protocol::grant::Grant;
use protocol::operation::{Body, Redeemed, Redemption, Spend};
use protocol::push::{Effect, Outcome};
use sea_orm::EntityTrait;

fn what(reward: &str, qty: u32) -> Redeemed {
    Redeemed::Reward {
        reward: reward.into(),
        name: "小样".into(),
        qty,
    }
}

async fn redeem(
    bench: &Bench,
    counter: &mut Counter,
    member: &str,
    grant: &Grant,
    what: Redeemed,
) -> Effect {
    let op = counter.append(&Body::Redemption(Redemption {
        presence: None,
        approval: None,
        member: member.into(),
        store: STORE.into(),
        points: Points(10),
        spends: vec![Spend {
            grant: grant.grant,
            points: Points(10),
        }],
        what,
    }));
    let results = counter.results(bench, std::slice::from_ref(&op)).await;
    // told again it takes nothing again
    counter.results(bench, &[op]).await;
    match &results[0].outcome {
        Outcome::Applied(effect) => effect.clone(),
        other => panic!("{other:?}"),
    }
}

async fn what_is_given_out_is_taken_off_and_what_was_not_there_is_listed(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 1_000).await;
    for id in ["R1", "R2"] {
        reward(&bench, id).await;
    }
    assert!(!set(&bench, "S9", "R1", Some(3)).await, "no such store");
    assert!(!set(&bench, STORE, "R9", Some(3)).await, "no such reward");
    assert!(!set(&bench, STORE, "R1", Some(stock::MOST + 1)).await);
    assert!(set(&bench, STORE, "R1", Some(5)).await);
    assert!(set(&bench, STORE, "R1", Some(3)).await);
    let mut counter = bench.counter(true).await;
    let granted = counter.grant(&bench, &member, Some(200)).await;
    let grant = granted.grants[0].clone();
    assert_eq!(left(&bench, &counter, "R1").await, Some(3));

    let effect = redeem(&bench, &mut counter, &member, &grant, what("R1", 2)).await;
    assert_eq!((effect.spent, effect.loss_reason), (Points(10), None));
    assert_eq!(left(&bench, &counter, "R1").await, Some(1));
    // what a counter gave out counts, whether it was there or not
    let effect = redeem(&bench, &mut counter, &member, &grant, what("R1", 2)).await;
    assert_eq!(effect.spent, Points(10));
    assert_eq!(effect.loss_reason.as_deref(), Some("out_of_stock"));
    assert_eq!(left(&bench, &counter, "R1").await, Some(0));
    let listed = manager_list::Entity::find()
        .all(bench.centre.db().read())
        .await
        .unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].reason, "out_of_stock");
    // one that is not counted is never short
    let effect = redeem(&bench, &mut counter, &member, &grant, what("R2", 9)).await;
    assert_eq!(effect.loss_reason, None);
    assert_eq!(left(&bench, &counter, "R2").await, None);

    let mut work = bench.centre.work().await.unwrap();
    stock::put_back(&mut work, &STORE.into(), &what("R1", 2))
        .await
        .unwrap();
    work.commit().await.unwrap();
    assert_eq!(left(&bench, &counter, "R1").await, Some(2));
    assert!(set(&bench, STORE, "R1", None).await);
    assert_eq!(left(&bench, &counter, "R1").await, None);
    bench.check_sums().await;
}

on_both_engines!(what_is_given_out_is_taken_off_and_what_was_not_there_is_listed);
