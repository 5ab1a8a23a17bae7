//! A counter's day with the centre: push, pull, replay, gap, fork, held, late.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::common::{Engine, bench_on, by_id, redemption, sale};
use centre_store::tables::{held, manager_list, quarantined, receipt};
use loyalty::Points;
use protocol::hello::{HelloReply, HelloRequest};
use protocol::ids::Seq;
use protocol::operation::{Body, Return, ReturnLine};
use protocol::push::{HeldReason, Outcome, PushReply, SetAsideReason};
use sea_orm::EntityTrait;

fn back(receipt: &str, lines: Vec<ReturnLine>) -> Body {
    Body::Return(Return {
        receipt: receipt.into(),
        of: None,
        store: "S1".into(),
        lines,
        reason: "allergy".into(),
        shown_refund: loyalty::Money::ZERO,
        approval: None,
    })
}

async fn a_sale_is_credited_once_and_everybody_sees_it(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 0).await;
    let mut counter = bench.counter(true).await;
    let hello = HelloRequest {
        proto_min: 1,
        proto_max: 7,
        generation: counter.generation,
        epoch: counter.epoch,
        head_seq: Seq(0),
        head_hash: counter.head,
        life: None,
        acked_seq: Seq(0),
        grants_taken: None,
        open_requests: Vec::new(),
        answered: None,
        generation_attestation: None,
        attested: Vec::new(),
        given: Vec::new(),
        clerk_keys: None,
        signed_in: Vec::new(),
    };
    let hello: HelloReply = counter.ask(&bench, "/v1/hello", &hello).await;
    assert_eq!((hello.proto, hello.quarantined), (2, false));
    let own = format!("device:{}", counter.device);
    assert_eq!(hello.scopes, ["brand", "store:S1", own.as_str()]);

    let ops = [
        counter.append(&Body::Sale(sale("T1", 20_000, by_id(&member)))),
        counter.append(&back(
            "T1",
            vec![ReturnLine {
                sku: "A1".into(),
                qty: 1,
                line: None,
            }],
        )),
    ];
    let PushReply::Done {
        results,
        head_seq,
        visible,
        ..
    } = counter.push(&bench, &ops).await
    else {
        panic!("not done")
    };
    assert_eq!(head_seq, Seq(2));
    let Outcome::Applied(sold) = &results[0].outcome else {
        panic!("{results:?}")
    };
    assert_eq!((sold.earned, sold.balance), (Points(200), Points(200)));
    let Outcome::Applied(returned) = &results[1].outcome else {
        panic!("{results:?}")
    };
    assert_eq!(
        (returned.taken_back, returned.balance),
        (Points(100), Points(100))
    );

    let pulled = counter.pull(&bench, "store:S1", 0).await;
    assert!(!pulled.more);
    let store = visible.iter().find(|v| v.scope == "store:S1").unwrap();
    assert_eq!(store.cursor, pulled.next);
    assert_eq!(counter.sees(&bench, &member).await.balance, Points(100));

    // the same again: stored results, and nothing to pull
    let again = counter.results(&bench, &ops).await;
    assert!(
        again
            .iter()
            .all(|r| matches!(r.outcome, Outcome::Exists(_))),
        "{again:?}"
    );
    assert!(
        counter
            .pull(&bench, "store:S1", pulled.next)
            .await
            .changes
            .is_empty()
    );
    // the same sale by another counter: one sale
    let mut other = bench.counter(false).await;
    let second = other.append(&Body::Sale(sale("T1", 20_000, by_id(&member))));
    let second = other.results(&bench, &[second]).await;
    assert!(
        matches!(second[0].outcome, Outcome::Exists(_)),
        "{second:?}"
    );
    // with other content it is another till's, or a mistake that a manager looks at: both count
    let another = other.append(&Body::Sale(sale("T1", 30_000, by_id(&member))));
    let another = other.results(&bench, &[another]).await;
    let Outcome::Applied(sold) = &another[0].outcome else {
        panic!("{another:?}")
    };
    assert_eq!(sold.loss_reason.as_deref(), Some("same_number"));
    assert_eq!(counter.sees(&bench, &member).await.balance, Points(400));
    bench.check_sums().await;
}

async fn gaps_are_told_and_forks_are_quarantined(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 1_000).await;
    let mut counter = bench.counter(true).await;
    let first = counter.append(&Body::Sale(sale("T1", 1_000, by_id(&member))));
    let copy = counter.clone();
    let second = counter.append(&Body::Sale(sale("T2", 1_000, by_id(&member))));
    let third = counter.append(&Body::Sale(sale("T3", 1_000, by_id(&member))));
    counter.results(&bench, std::slice::from_ref(&first)).await;
    let gap = counter.push(&bench, std::slice::from_ref(&third)).await;
    assert_eq!(gap, PushReply::Gap { expected: Seq(2) });
    counter.results(&bench, &[first, second, third]).await;

    let mut copy = copy;
    let fork = copy.append(&Body::Sale(sale("T9", 1_000, by_id(&member))));
    let reply = copy.push(&bench, std::slice::from_ref(&fork)).await;
    assert_eq!(reply, PushReply::Quarantined { at: Seq(2) });
    assert_eq!(
        copy.push(&bench, &[fork]).await,
        PushReply::Quarantined { at: Seq(2) }
    );
    let db = bench.centre.db().read();
    assert_eq!(quarantined::Entity::find().all(db).await.unwrap().len(), 1);
    assert_eq!(receipt::Entity::find().all(db).await.unwrap().len(), 3);
    let grant = copy.grant(&bench, &member, Some(10)).await;
    assert!(grant.grants.is_empty());
    assert_eq!(
        grant.short[0].reason,
        protocol::grant::ShortReason::NoGrants
    );
    bench.check_sums().await;
}

async fn what_waits_is_kept_and_unknown_kinds_do_not_block(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 0).await;
    let mut counter = bench.counter(true).await;
    let early = counter.append(&back("T1", Vec::new()));
    let nobody = counter.sale_for_phone("T2", 5_000, "13900001111");
    let raw = serde_json::value::to_raw_value(&serde_json::json!({"new": true})).unwrap();
    let strange = counter.append_raw("skin_test", raw, Vec::new(), centre::Clock::default().now());
    let broken = serde_json::value::to_raw_value(&serde_json::json!({"receipt": 7})).unwrap();
    let broken = counter.append_raw("sale", broken, Vec::new(), centre::Clock::default().now());
    let ops = [early, nobody, strange, broken];
    let results = counter.results(&bench, &ops).await;
    let held = |reason| Outcome::Held { reason };
    assert_eq!(results[0].outcome, held(HeldReason::ReceiptUnknown));
    assert_eq!(results[1].outcome, held(HeldReason::MemberUnknown));
    assert_eq!(results[2].outcome, held(HeldReason::KindUnknown));
    assert_eq!(
        results[3].outcome,
        Outcome::SetAside {
            reason: SetAsideReason::Malformed
        }
    );

    // the sale arrives from another counter: the return happens by itself
    let mut other = bench.counter(false).await;
    let sold = other.append(&Body::Sale(sale("T1", 20_000, by_id(&member))));
    other.results(&bench, &[sold]).await;
    assert_eq!(counter.sees(&bench, &member).await.balance, Points(0));
    let again = counter.results(&bench, &ops).await;
    assert!(matches!(&again[0].outcome, Outcome::Exists(e) if e.taken_back == Points(200)));
    let left = held::Entity::find()
        .all(bench.centre.db().read())
        .await
        .unwrap();
    assert_eq!(left.len(), 2);
    bench.check_sums().await;
}

async fn a_second_refund_is_listed_for_the_manager(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 0).await;
    let mut counter = bench.counter(true).await;
    let ops = [
        counter.append(&Body::Sale(sale("T1", 20_000, by_id(&member)))),
        counter.append(&back("T1", Vec::new())),
        counter.append(&back("T1", Vec::new())),
    ];
    let results = counter.results(&bench, &ops).await;
    let Outcome::Applied(second) = &results[2].outcome else {
        panic!("{results:?}")
    };
    assert_eq!(second.loss_reason.as_deref(), Some("over_returned"));
    assert_eq!((second.taken_back, second.balance), (Points(0), Points(0)));
    let listed = manager_list::Entity::find()
        .all(bench.centre.db().read())
        .await
        .unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].store_id.as_str(), "S1");
    bench.check_sums().await;
}

async fn counters_that_push_at_once_all_arrive(engine: Engine) {
    let bench = std::sync::Arc::new(bench_on(engine).await);
    let member = bench.member("13800005678", 900).await;
    let mut tasks = Vec::new();
    for c in 0..6 {
        let mut counter = bench.counter(true).await;
        let bench = std::sync::Arc::clone(&bench);
        let member = member.clone();
        tasks.push(tokio::spawn(async move {
            let granted = counter.grant(&bench, &member, Some(50)).await;
            let grant = granted.grants[0].clone();
            for i in 0..5 {
                let no = format!("T{c}-{i}");
                let ops = [
                    counter.append(&Body::Sale(sale(&no, 10_000, by_id(&member)))),
                    counter.append(&redemption(&member, &[(&grant, 10)])),
                ];
                counter.results(&bench, &ops).await;
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    bench.check_sums().await;
    assert_eq!(bench.balance_of(&member, "redeemed").await, 300);
    assert_eq!(
        bench.balance_of(&member, "available").await,
        900 - 300 + 30 * 100
    );
    let counter = bench.counter(false).await;
    assert_eq!(counter.name, "收银台 7");
    assert_eq!(counter.sees(&bench, &member).await.receipts, 30);
}

on_both_engines!(
    a_sale_is_credited_once_and_everybody_sees_it,
    gaps_are_told_and_forks_are_quarantined,
    what_waits_is_kept_and_unknown_kinds_do_not_block,
    a_second_refund_is_listed_for_the_manager,
    counters_that_push_at_once_all_arrive,
);
