//! A device that lies: what it claims charges nobody but its own store, and stops nobody.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::common::acts::{self, outcomes};
use crate::common::{Bench, Counter, Engine, bench_on, by_id, redemption, sale};
use crate::coupons::{give_fifty_off, want_coupon};
use crate::restored::forgotten;
use centre::{awards, recovery};
use centre_store::tables::{manager_list, receipt};
use loyalty::{OpId, Points};
use protocol::attestation::{Answered, Attestation, Attested, Given, Statement};
use protocol::chain::Hash;
use protocol::grant::GrantReply;
use protocol::hello::{HelloReply, HelloRequest};
use protocol::ids::{Generation, LifeId, RequestId, Seq};
use protocol::operation::{Body, Release};
use protocol::pull::{PullReply, PullRequest};
use protocol::push::{Outcome, SetAsideReason};
use protocol::report::{AllowanceState, ReportReply, ReportRequest, Reported};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

/// Its own signature, in the place of the centre's.
fn by_itself(counter: &Counter, statement: &Statement<'_>) -> Attestation {
    Attestation::of(&counter.key, counter.centre, statement)
}

/// Reasons on the list of a store.
async fn reasons(bench: &Bench, store: &str) -> Vec<String> {
    let rows = manager_list::Entity::find()
        .filter(manager_list::Column::StoreId.eq(store))
        .all(bench.centre.db().read())
        .await
        .unwrap();
    rows.into_iter().map(|row| row.reason).collect()
}

async fn says(bench: &Bench, counter: &Counter, said: &HelloRequest) -> HelloReply {
    counter.ask(bench, "/v1/hello", said).await
}

/// A claim that the database is older than it was begins no generation, whichever way it is made, and grants go on.
async fn no_generation_begins_by_hearsay(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 1_000).await;
    let mut liar = bench.counter(true).await;
    let honest = bench.counter(true).await;
    liar.life = Some(LifeId::fresh());
    let device = liar.device;
    let plain = liar.says();
    says(&bench, &liar, &plain).await;

    let latest = Generation(i32::MAX.unsigned_abs());
    let answered = Answered {
        epoch: liar.epoch,
        seq: Seq(7),
        hash: Hash::from_bytes([7; 32]),
        generation: liar.generation,
    };
    let given = Given {
        epoch: liar.epoch,
        chain: Hash::from_bytes([9; 32]),
        generation: liar.generation,
    };
    let own = |statement: &Statement<'_>| by_itself(&liar, statement);
    // what the centre did sign, changed
    let mut signed = liar.clone();
    signed.was_given(&bench, 0);
    let mut changed = signed.given[0];
    changed.said.chain = given.chain;
    let lies = [
        HelloRequest {
            generation: latest,
            ..plain.clone()
        },
        HelloRequest {
            generation: latest,
            generation_attestation: Some(own(&Statement::Generation(latest))),
            ..plain.clone()
        },
        HelloRequest {
            acked_seq: Seq(7),
            grants_taken: Some(9),
            ..plain.clone()
        },
        HelloRequest {
            attested: vec![Attested {
                attestation: own(&Statement::Answered {
                    device,
                    answered: &answered,
                }),
                said: answered,
            }],
            ..plain.clone()
        },
        HelloRequest {
            given: vec![Attested {
                attestation: own(&Statement::Given {
                    device,
                    given: &given,
                }),
                said: given,
            }],
            ..plain.clone()
        },
        HelloRequest {
            given: vec![changed],
            ..plain.clone()
        },
    ];
    for lie in &lies {
        let reply = says(&bench, &liar, lie).await;
        assert_eq!(reply.generation, Generation(1), "{lie:?}");
    }
    let feed = |attestation| PullRequest {
        scope: "brand".into(),
        cursor: 1_000_000,
        generation: Generation(1),
        limit: 10,
        attestation,
    };
    let statement = Statement::Feed {
        scope: "brand",
        cursor: 1_000_000,
        generation: Generation(1),
    };
    for attestation in [None, Some(own(&statement))] {
        let reply: PullReply = liar.ask(&bench, "/v1/pull", &feed(attestation)).await;
        assert_eq!((reply.changes.len(), reply.more), (0, false));
        // by this it finds that it has something else
        assert!(reply.digest.is_some());
    }
    let db = bench.centre.db().read();
    let now = centre::generation::current(db).await.unwrap();
    assert_eq!(now, Generation(1));
    assert_eq!(honest.grant(&bench, &member, Some(10)).await.short, []);

    // what the centre did sign begins one
    let signed = bench.centre.attest(&statement);
    let raw = liar.send(&bench, "/v1/pull", &feed(Some(signed))).await;
    assert_eq!(raw.code(), "generation_changed");
    let now = centre::generation::current(db).await.unwrap();
    assert!(now > Generation(1));
}

/// What a device reports that the centre never gave is not set up, and what it spends of it is its own store's.
async fn what_nobody_gave_is_borne_by_the_devices_store(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 100).await;
    let mut liar = bench.counter(true).await;
    liar.life = Some(LifeId::fresh());
    liar.generation = recovery::restored(&bench.centre).await.unwrap();
    let hello = liar.says();
    assert!(says(&bench, &liar, &hello).await.report);
    let big = forgotten(&member, 5_000);
    let mut told = Reported {
        grant: big.grant,
        member: big.member.clone(),
        request: Some(RequestId::fresh()),
        granted: big.points,
        lots: big.lots.clone(),
        coupon: None,
        ahead: false,
        state: AllowanceState::InHand,
        attestation: None,
    };
    let report = |told: &Reported| ReportRequest {
        generation: liar.generation,
        epoch: liar.epoch,
        allowances: vec![told.clone()],
        last: false,
        grants_taken: Some(1),
        open_requests: Vec::new(),
    };
    let reply: ReportReply = liar.ask(&bench, "/v1/report", &report(&told)).await;
    assert_eq!(reply.reinstated, 0);
    let statement = told.as_given(liar.device, liar.epoch);
    told.attestation = Some(by_itself(&liar, &Statement::Allowance(&statement)));
    let reply: ReportReply = liar.ask(&bench, "/v1/report", &report(&told)).await;
    assert_eq!(reply.reinstated, 0);
    // the centre's signature for another device is none for this one
    let other = bench.counter(true).await;
    let statement = told.as_given(other.device, other.epoch);
    told.attestation = Some(bench.centre.attest(&Statement::Allowance(&statement)));
    let last = ReportRequest {
        last: true,
        ..report(&told)
    };
    let reply: ReportReply = liar.ask(&bench, "/v1/report", &last).await;
    assert_eq!(reply.reinstated, 0);
    assert_eq!(bench.balance_of(&member, "debt").await, 0);

    // under this generation, and as if under one before
    let now = liar.generation;
    for generation in [now, Generation(1)] {
        liar.generation = generation;
        let op = liar.append(&redemption(&member, &[(&big, 2_000)]));
        liar.generation = now;
        let mut request = liar.request(std::slice::from_ref(&op));
        request.allowances = vec![told.clone()];
        let reply: protocol::push::PushReply = liar.ask(&bench, "/v1/push", &request).await;
        let protocol::push::PushReply::Done { results, .. } = reply else {
            panic!("{reply:?}")
        };
        assert!(
            matches!(&results[0].outcome, Outcome::Applied(e) if e.loss == Points(2_000)),
            "{results:?}"
        );
    }
    assert_eq!(bench.balance_of(&member, "available").await, 100);
    assert_eq!(bench.balance_of(&member, "debt").await, 0);
    assert_eq!(bench.balance_of(&member, "loss:S1").await, -4_000);
    assert_eq!(reasons(&bench, "S1").await.len(), 2);
    bench.check_sums().await;
}

/// What another device holds is not spent and not given back by who only knows of it.
async fn anothers_allowance_is_out_of_reach(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 1_000).await;
    let holder = bench.counter(true).await;
    let held = acts::granted(&bench, &holder, &member, 300).await;
    let mut liar = bench.counter_of("S2", true).await;
    let spent = liar.append(&redemption(&member, &[(&held, 200)]));
    let given_back = liar.append(&Body::Release(Release {
        grant: held.grant,
        member: member.as_str().into(),
        points: Points(300),
        coupon: None,
    }));
    outcomes(&bench, &liar, &[spent, given_back]).await;
    let escrow = format!("escrow:{}", holder.device);
    assert_eq!(bench.balance_of(&member, &escrow).await, 300);
    assert_eq!(bench.balance_of(&member, "available").await, 700);
    // it named the first store, where the other device stands: its own pays
    assert_eq!(bench.balance_of(&member, "loss:S1").await, 0);
    assert_eq!(bench.balance_of(&member, "loss:S2").await, -200);
    bench.check_sums().await;
}

/// A coupon that a device gave back is not its own again by what was signed when it was given, nor by a report.
async fn a_coupon_that_went_back_is_not_used_again(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 0).await;
    give_fifty_off(&bench, "K1").await;
    let mut liar = bench.counter(true).await;
    let wanted = want_coupon(&member, "K1");
    let held: GrantReply = liar.ask(&bench, "/v1/grant", &wanted).await;
    let grant = held.grants[0].clone();
    let back = liar.append(&Body::Release(Release {
        grant: grant.grant,
        member: member.as_str().into(),
        points: Points::ZERO,
        coupon: Some("K1".into()),
    }));
    outcomes(&bench, &liar, &[back]).await;
    let told = Reported {
        grant: grant.grant,
        member: grant.member.clone(),
        request: Some(RequestId::fresh()),
        granted: Points::ZERO,
        lots: Vec::new(),
        coupon: grant.coupon.clone(),
        ahead: grant.ahead,
        state: AllowanceState::InHand,
        attestation: grant.attestation,
    };
    liar.generation = recovery::restored(&bench.centre).await.unwrap();
    let report = ReportRequest {
        generation: liar.generation,
        epoch: liar.epoch,
        allowances: vec![told.clone()],
        last: true,
        grants_taken: Some(1),
        open_requests: Vec::new(),
    };
    let reply: ReportReply = liar.ask(&bench, "/v1/report", &report).await;
    assert_eq!(reply.reinstated, 0);
    let mut sold = sale("T1", 20_000, by_id(&member));
    sold.coupons.push("K1".into());
    let op = liar.append(&Body::Sale(sold));
    let mut request = liar.request(std::slice::from_ref(&op));
    request.allowances = vec![told];
    let _: protocol::push::PushReply = liar.ask(&bench, "/v1/push", &request).await;
    assert_eq!(reasons(&bench, "S1").await, ["coupon_not_held"]);
}

/// Whatever store a device names, it acts in its own; what it did in one that it was moved away from stays that one's.
async fn a_device_acts_in_no_other_store(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 0).await;
    let mut liar = bench.counter_of("S2", true).await;
    let mut named = sale("T1", 20_000, by_id(&member));
    named.store = "S1".into();
    let op = liar.append(&Body::Sale(named));
    outcomes(&bench, &liar, &[op]).await;
    let store_of = async |number: &str| {
        let all = receipt::Entity::find().all(bench.centre.db().read()).await;
        let all = all.unwrap().into_iter();
        let mut found = all.filter(|r| r.receipt_no.as_str() == number);
        found.next().map(|r| r.store_id.to_string())
    };
    assert_eq!(store_of("T1").await.as_deref(), Some("S2"));
    assert_eq!(reasons(&bench, "S2").await, ["other_store"]);

    let mut moved = bench.counter(true).await;
    let op = moved.append(&Body::Sale(sale("T2", 20_000, by_id(&member))));
    let to = "S2".into();
    centre::write_off::move_to(&bench.centre, moved.device, Some(&to), None)
        .await
        .unwrap();
    outcomes(&bench, &moved, &[op]).await;
    assert_eq!(store_of("T2").await.as_deref(), Some("S1"));
    assert_eq!(reasons(&bench, "S1").await, [""; 0]);
}

/// After a device was revoked, its sales and returns count and are listed; nothing else that it does has an effect.
async fn after_a_revocation_only_sales_and_the_like_count(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 100).await;
    let mut thief = bench.counter(true).await;
    centre::write_off::revoke(&bench.centre, thief.device, "M1")
        .await
        .unwrap();
    let ops = [
        thief.append(&Body::Sale(sale("T1", 20_000, by_id(&member)))),
        thief.append(&Body::Freeze(acts::freeze(&member, None))),
        thief.append(&acts::behaviour(&member, "check_in")),
    ];
    let outcomes = outcomes(&bench, &thief, &ops).await;
    assert!(matches!(&outcomes[0], Outcome::Applied(e) if e.earned == Points(200)));
    let aside = Outcome::SetAside {
        reason: SetAsideReason::Revoked,
    };
    assert_eq!(outcomes[1..], [aside.clone(), aside]);
    // her purchase is on record, and its points wait for the till or a manager
    assert_eq!(bench.balance_of(&member, "available").await, 100);
    assert_eq!(reasons(&bench, "S1").await, ["after_revocation"]);
    let sold = OpId::from(ops[0].op_id.to_string());
    let mut work = bench.centre.work().await.unwrap();
    awards::confirm(&mut work, &bench.program, &sold, None, awards::HEADQUARTERS)
        .await
        .unwrap();
    work.commit().await.unwrap();
    assert_eq!(bench.balance_of(&member, "available").await, 300);
    bench.check_sums().await;
}

on_both_engines!(
    no_generation_begins_by_hearsay,
    what_nobody_gave_is_borne_by_the_devices_store,
    anothers_allowance_is_out_of_reach,
    a_coupon_that_went_back_is_not_used_again,
    a_device_acts_in_no_other_store,
    after_a_revocation_only_sales_and_the_like_count,
);
