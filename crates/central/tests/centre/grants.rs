//! Allowances: granted once, spent within, given back; beyond them the store pays.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::common::{Engine, bench_on, by_id, redemption, sale};
use centre_store::tables::{manager_list, portion};
use loyalty::Points;
use protocol::grant::{GrantReply, GrantRequest, ShortReason, Want};
use protocol::ids::RequestId;
use protocol::operation::{Body, Release, Spend};
use protocol::push::Outcome;
use sea_orm::EntityTrait;

async fn the_same_request_gets_the_same_grant(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 1_000).await;
    let counter = bench.counter(true).await;
    let request = GrantRequest {
        request_id: RequestId::fresh(),
        epoch: None,
        life: None,
        generation: None,
        only_again: false,
        given: Vec::new(),
        wants: vec![
            Want {
                member: member.as_str().into(),
                points: None,
                coupon: None,
            },
            Want {
                member: "nobody".into(),
                points: Some(Points(5)),
                coupon: None,
            },
        ],
    };
    let first: GrantReply = counter.ask(&bench, "/v1/grant", &request).await;
    assert_eq!(first.grants[0].points, Points(300));
    assert_eq!(first.short[0].reason, ShortReason::UnknownMember);
    let second: GrantReply = counter.ask(&bench, "/v1/grant", &request).await;
    assert_eq!(first, second);
    // ahead of time there is no more, and a tablet that does not check out keeps nothing
    assert!(counter.grant(&bench, &member, None).await.grants.is_empty());
    let tablet = bench.counter(false).await;
    assert!(tablet.grant(&bench, &member, None).await.grants.is_empty());
    // a top-up: up to what is there, and why not more
    let more = tablet.grant(&bench, &member, Some(900)).await;
    assert_eq!(more.grants[0].points, Points(700));
    assert_eq!(more.short[0].possible, Points(700));
    assert_eq!(more.short[0].reason, ShortReason::HeldElsewhere);
    assert_eq!(counter.sees(&bench, &member).await.available, Points(0));
    assert_eq!(counter.sees(&bench, &member).await.balance, Points(1_000));
    bench.check_sums().await;
}

async fn spends_within_are_never_refused_and_beyond_go_to_the_store(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 1_000).await;
    let mut counter = bench.counter(true).await;
    let one = counter
        .grant(&bench, &member, Some(100))
        .await
        .grants
        .remove(0);
    let two = counter
        .grant(&bench, &member, Some(100))
        .await
        .grants
        .remove(0);
    let ops = [
        counter.append(&redemption(&member, &[(&one, 60), (&two, 30)])),
        counter.append(&redemption(&member, &[(&one, 70)])),
        counter.append(&redemption(&member, &[(&two, 70)])),
    ];
    let results = counter.results(&bench, &ops).await;
    let effect = |i: usize| match &results[i].outcome {
        Outcome::Applied(effect) => effect.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!((effect(0).spent, effect(0).loss), (Points(90), Points(0)));
    assert_eq!((effect(1).spent, effect(1).loss), (Points(70), Points(30)));
    assert_eq!(effect(1).loss_reason.as_deref(), Some("not_enough_points"));
    assert_eq!(
        (effect(2).loss, effect(2).balance),
        (Points(0), Points(800))
    );
    assert_eq!(bench.balance_of(&member, "loss:S1").await, -30);
    let listed = manager_list::Entity::find()
        .all(bench.centre.db().read())
        .await
        .unwrap();
    assert_eq!((listed.len(), listed[0].points.get()), (1, 30));
    bench.check_sums().await;
}

async fn another_counters_allowance_is_not_to_be_spent(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 1_000).await;
    let owner = bench.counter(true).await;
    let mut thief = bench.counter(true).await;
    let grant = owner
        .grant(&bench, &member, Some(100))
        .await
        .grants
        .remove(0);
    let op = thief.append(&redemption(&member, &[(&grant, 100)]));
    let results = thief.results(&bench, &[op]).await;
    assert!(matches!(&results[0].outcome, Outcome::Applied(e) if e.loss == Points(100)));
    let escrow = format!("escrow:{}", owner.device);
    assert_eq!(bench.balance_of(&member, &escrow).await, 100);
    assert_eq!(owner.sees(&bench, &member).await.balance, Points(1_000));
    bench.check_sums().await;
}

async fn points_pay_a_sale_come_back_with_it_and_the_rest_is_released(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 1_000).await;
    let mut counter = bench.counter(true).await;
    let grant = counter
        .grant(&bench, &member, Some(400))
        .await
        .grants
        .remove(0);
    let mut paid = sale("T1", 20_000, by_id(&member));
    paid.pay_points = Points(200);
    paid.spends = vec![Spend {
        grant: grant.grant,
        points: Points(200),
    }];
    let release = |points| {
        let member = member.as_str().into();
        Body::Release(Release {
            grant: grant.grant,
            member,
            points: Points(points),
            coupon: None,
        })
    };
    let ops = [
        counter.append(&Body::Sale(paid.clone())),
        counter.append(&release(150)),
        counter.append(&release(150)),
    ];
    let results = counter.results(&bench, &ops).await;
    // 200.00 less 10.00 paid by points
    assert!(matches!(&results[0].outcome, Outcome::Applied(e)
        if e.earned == Points(190) && e.spent == Points(200) && e.loss == Points(0)));
    assert_eq!(
        bench
            .balance_of(&member, &format!("escrow:{}", counter.device))
            .await,
        0
    );
    let listed = manager_list::Entity::find()
        .all(bench.centre.db().read())
        .await
        .unwrap();
    assert_eq!(listed[0].reason, "over_released");
    bench.check_sums().await;

    // the same receipt by another counter, paid from its own allowance: that comes back
    let mut other = bench.counter(true).await;
    let own = other
        .grant(&bench, &member, Some(300))
        .await
        .grants
        .remove(0);
    paid.spends = vec![Spend {
        grant: own.grant,
        points: Points(200),
    }];
    let second = other.append(&Body::Sale(paid));
    let second = other.results(&bench, &[second]).await;
    assert!(
        matches!(&second[0].outcome, Outcome::Exists(_)),
        "{second:?}"
    );
    assert_eq!(
        bench
            .balance_of(&member, &format!("escrow:{}", other.device))
            .await,
        100
    );
    assert_eq!(other.sees(&bench, &member).await.balance, Points(990));
    let portions = portion::Entity::find()
        .all(bench.centre.db().read())
        .await
        .unwrap();
    assert_eq!(portions.len(), 1);
    bench.check_sums().await;
}

on_both_engines!(
    the_same_request_gets_the_same_grant,
    spends_within_are_never_refused_and_beyond_go_to_the_store,
    another_counters_allowance_is_not_to_be_spent,
    points_pay_a_sale_come_back_with_it_and_the_rest_is_released,
);
