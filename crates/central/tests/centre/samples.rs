//! Samples that members were given: kept once, told wherever the member is told of, and off the store's stock.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::common::acts::{applied, done, in_order, listed, outcomes};
use crate::common::stock::{left, reward, set};
use crate::common::{Bench, Counter, Engine, STORE, bench_on};
use protocol::entity::{self as wire, EntityKind};
use protocol::lookup::{LookupReply, LookupRequest};
use protocol::operation::{Body, SAMPLE_NAME_CHARS, SampleGiven};
use protocol::push::{HeldReason, Outcome, SetAsideReason};

fn given(member: &str, qty: u32) -> SampleGiven {
    SampleGiven {
        member: member.into(),
        store: STORE.into(),
        reward: Some("R1".into()),
        sku: None,
        name: "小样".into(),
        qty,
        reason: "trial".into(),
    }
}

/// A centre whose first store counts so many pieces of a sample.
async fn stocked(engine: Engine, pieces: u32) -> Bench {
    let bench = bench_on(engine).await;
    reward(&bench, "R1").await;
    assert!(set(&bench, STORE, "R1", Some(pieces)).await);
    bench
}

/// Samples that a scope tells of.
async fn told(bench: &Bench, counter: &Counter, scope: &str) -> Vec<wire::Sample> {
    let pulled = counter.pull(bench, scope, 0).await;
    let samples = pulled.changes.iter().filter_map(|change| {
        let ours = change.entity == EntityKind::Sample.name();
        let body = change.body.as_ref().filter(|_| ours)?;
        Some(serde_json::from_str(body.get()).unwrap())
    });
    samples.collect()
}

async fn one_that_is_given_is_told_once_and_costs_a_piece_and_no_point(engine: Engine) {
    let bench = stocked(engine, 3).await;
    let her = bench.member("13800005678", 100).await;
    let mut counter = bench.counter(true).await;
    let op = done(&mut counter, &Body::SampleGiven(given(&her, 2)));
    let ops = [op];
    for _ in 0..2 {
        let outcome = outcomes(&bench, &counter, &ops).await.remove(0);
        assert!(
            matches!(&outcome, Outcome::Applied(e) | Outcome::Exists(e) if e.loss_reason.is_none()),
            "{outcome:?}"
        );
    }
    let samples = told(&bench, &counter, "store:S1").await;
    let [sample] = samples.as_slice() else {
        panic!("{samples:?}")
    };
    assert_eq!(sample.id.as_str(), ops[0].op_id.to_string());
    assert_eq!((sample.member.as_str(), sample.qty), (her.as_str(), 2));
    assert_eq!((sample.name.as_str(), &*sample.reason), ("小样", "trial"));
    assert_eq!(left(&bench, &counter, "R1").await, Some(1));
    assert_eq!(bench.balance_of(&her, "available").await, 100);
    in_order(&bench).await;

    // what was handed out counts, whether the store had it or not
    let effect = applied(&bench, &mut counter, &Body::SampleGiven(given(&her, 2))).await;
    assert_eq!(effect.loss_reason.as_deref(), Some("out_of_stock"));
    assert_eq!(left(&bench, &counter, "R1").await, Some(0));
    assert_eq!(told(&bench, &counter, "store:S1").await.len(), 2);
    assert_eq!(listed(&bench).await, [("out_of_stock".to_owned(), 0, 0)]);
    // one of a product is in nobody's stock; a reason of a later build is another one
    let of_product = SampleGiven {
        reward: None,
        sku: Some("P9".into()),
        reason: "birthday".into(),
        ..given(&her, 1)
    };
    let effect = applied(&bench, &mut counter, &Body::SampleGiven(of_product)).await;
    assert_eq!(effect.loss_reason, None);
    let reasons = told(&bench, &counter, "store:S1").await;
    assert!(reasons.iter().any(|one| one.reason == "other"));
    in_order(&bench).await;
}

async fn they_go_where_the_member_goes(engine: Engine) {
    let bench = stocked(engine, 9).await;
    let her = bench.member("13800005678", 0).await;
    let mut counter = bench.counter(true).await;
    applied(&bench, &mut counter, &Body::SampleGiven(given(&her, 1))).await;
    let away = bench.counter_of("S2", true).await;
    let query = LookupRequest::of("13800005678");
    let _: LookupReply = away.ask(&bench, "/v1/lookup", &query).await;
    let visited = format!("device:{}", away.device);
    assert_eq!(told(&bench, &away, &visited).await.len(), 1);
    in_order(&bench).await;

    bench.moves(&her).await;
    assert_eq!(told(&bench, &counter, "store:S1").await, []);
    assert_eq!(told(&bench, &away, "store:S2").await.len(), 1);
    in_order(&bench).await;
}

async fn what_cannot_be_given_has_no_effect(engine: Engine) {
    let bench = stocked(engine, 3).await;
    let her = bench.member("13800005678", 0).await;
    let mut counter = bench.counter(true).await;
    let set_aside = Outcome::SetAside {
        reason: SetAsideReason::Malformed,
    };
    let wrong = [
        given(&her, 0),
        given(&her, 1_000),
        SampleGiven {
            name: "样".repeat(SAMPLE_NAME_CHARS + 1),
            ..given(&her, 1)
        },
        SampleGiven {
            reason: "a\nb".into(),
            ..given(&her, 1)
        },
    ];
    for body in wrong {
        let op = done(&mut counter, &Body::SampleGiven(body));
        let outcome = outcomes(&bench, &counter, &[op]).await.remove(0);
        assert_eq!(outcome, set_aside);
    }
    // of whom the centre has not heard yet, it waits
    let op = done(&mut counter, &Body::SampleGiven(given("nobody", 1)));
    let outcome = outcomes(&bench, &counter, &[op]).await.remove(0);
    assert!(
        matches!(
            outcome,
            Outcome::Held {
                reason: HeldReason::MemberUnknown
            }
        ),
        "{outcome:?}"
    );
    assert_eq!(told(&bench, &counter, "store:S1").await, []);
    assert_eq!(left(&bench, &counter, "R1").await, Some(3));
    in_order(&bench).await;
}

on_both_engines!(
    one_that_is_given_is_told_once_and_costs_a_piece_and_no_point,
    they_go_where_the_member_goes,
    what_cannot_be_given_has_no_effect,
);
