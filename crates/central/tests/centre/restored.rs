//! The centre's own restore from a backup.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::common::{Bench, Counter, Engine, bench_on, by_id, redemption, sale};
use centre::error::ServiceError;
use centre::key::KeyError;
use centre::recovery;
use loyalty::Points;
use protocol::chain::Hash;
use protocol::grant::{Grant, GrantReply, GrantedLot, ShortReason};
use protocol::hello::HelloReply;
use protocol::ids::{Generation, GrantId, LifeId, RequestId};
use protocol::operation::Body;
use protocol::push::{Outcome, PushReply};
use protocol::report::{AllowanceState, ReportReply, ReportRequest, Reported};

/// Says hello in the name of a life, and shows what the centre signed for this counter.
pub async fn hello(bench: &Bench, counter: &mut Counter, life: LifeId) -> HelloReply {
    counter.life = Some(life);
    counter.ask(bench, "/v1/hello", &counter.says()).await
}

/// A grant that is forgotten for good (its member is gone, its coupon another's by now) is told of once. Were it proof
/// again at each hello, generations would follow one another without end, and nothing would ever be granted.
async fn what_is_forgotten_for_good_proves_nothing_twice(engine: Engine) {
    let bench = bench_on(engine).await;
    let mut one = bench.counter(true).await;
    let life = LifeId::fresh();
    hello(&bench, &mut one, life).await;
    one.was_given(&bench, 3);
    let first = hello(&bench, &mut one, life).await;
    assert!(first.report && first.generation > one.generation);
    one.generation = first.generation;
    let page = ReportRequest {
        generation: first.generation,
        epoch: one.epoch,
        allowances: Vec::new(),
        last: true,
        grants_taken: Some(3),
        open_requests: Vec::new(),
    };
    let _: ReportReply = one.ask(&bench, "/v1/report", &page).await;
    for _ in 0..3 {
        let again = hello(&bench, &mut one, life).await;
        assert!(!again.report);
        assert_eq!(again.generation, first.generation, "told of, and settled");
    }
    // what was signed since, and is not here, is news
    one.was_given(&bench, 4);
    let more = hello(&bench, &mut one, life).await;
    assert!(more.report && more.generation > first.generation);
}

/// A database that was put back gives as many again, and the centre's word for those hides nothing of what it forgot: a
/// counter shows both, and nothing more is given before it has said hello and reported.
async fn as_many_given_again_hide_nothing(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 1_000).await;
    let mut one = bench.counter(true).await;
    let life = LifeId::fresh();
    hello(&bench, &mut one, life).await;
    let here: GrantReply = one.grant(&bench, &member, Some(100)).await;
    let here = here.given.unwrap();
    assert_ne!(here.said.chain, Hash::ZERO);
    // an older word of the same books is no more than they know
    let more: GrantReply = one.grant(&bench, &member, Some(100)).await;
    assert_ne!(more.given.unwrap().said.chain, here.said.chain);
    one.given = vec![here];
    one.grant(&bench, &member, Some(100)).await;
    assert_eq!(
        hello(&bench, &mut one, life).await.generation,
        one.generation
    );

    // the first answer of the books that were put back, and the first of those that came in their place
    one.was_given(&bench, 1);
    one.given.push(here);
    let crossed = one
        .send(&bench, "/v1/grant", &one.asks(&member, Some(100)))
        .await;
    assert_eq!(crossed.code(), "generation_changed");
    let told = hello(&bench, &mut one, life).await;
    assert!(told.report && told.generation > one.generation);
}

async fn a_restored_centre_grants_nothing_until_all_have_told_what_they_hold(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 1_000).await;
    let mut one = bench.counter(true).await;
    let mut two = bench.counter(true).await;
    let (life_one, life_two) = (LifeId::fresh(), LifeId::fresh());
    hello(&bench, &mut two, life_two).await;
    // an allowance and a spend that this database, put back from a backup, knows nothing of
    let forgotten = Grant {
        grant: GrantId::fresh(),
        member: member.as_str().into(),
        points: Points(1_200),
        lots: vec![
            GrantedLot {
                lot: "1".into(),
                points: Points(1_000),
                expires: None,
            },
            GrantedLot {
                lot: "2".into(),
                points: Points(200),
                expires: None,
            },
        ],
        lease_until: centre::Clock::default().now(),
        coupon: None,
        ahead: false,
        attestation: None,
    };
    let forgotten = one.signed(&bench, forgotten);
    let earned = one.append(&Body::Sale(sale("T1", 20_000, by_id(&member))));
    let spent = one.append(&redemption(&member, &[(&forgotten, 1_100)]));
    one.was_given(&bench, 1);
    one.was_answered(&bench, &spent);
    let told = hello(&bench, &mut one, life_one).await;
    assert!(told.report && told.generation > one.generation);
    assert_eq!(
        recovery::waiting_for(bench.centre.db().read(), told.generation)
            .await
            .unwrap(),
        2
    );
    // what is under way from before is refused
    let stale = one
        .send(
            &bench,
            "/v1/push",
            &one.request(std::slice::from_ref(&earned)),
        )
        .await;
    assert_eq!(stale.code(), "generation_changed");
    one.generation = told.generation;
    let early = one
        .send(
            &bench,
            "/v1/push",
            &one.request(std::slice::from_ref(&earned)),
        )
        .await;
    assert_eq!(early.code(), "generation_changed");
    assert_eq!(
        one.grant(&bench, &member, Some(1)).await.short[0].reason,
        ShortReason::NoGrants
    );

    let page = telling_of(&one, &forgotten);
    let reply: ReportReply = one.ask(&bench, "/v1/report", &page).await;
    assert_eq!((reply.reinstated, reply.waiting_for), (1, 1));
    // what brought 200 of it has not been sent again yet
    assert_eq!(bench.balance_of(&member, "debt").await, -200);
    let again: ReportReply = one.ask(&bench, "/v1/report", &page).await;
    assert_eq!(again.reinstated, 0);
    assert!(!hello(&bench, &mut one, life_one).await.report);
    let results = one.results(&bench, &[earned, spent]).await;
    assert!(
        results
            .iter()
            .all(|r| matches!(&r.outcome, Outcome::Applied(e) if e.loss == Points::ZERO))
    );
    assert_eq!(bench.balance_of(&member, "debt").await, 0);
    assert_eq!(bench.balance_of(&member, "redeemed").await, 1_100);
    assert_eq!(
        bench
            .balance_of(&member, &format!("escrow:{}", one.device))
            .await,
        100
    );
    // the other has still to tell
    assert_eq!(
        one.grant(&bench, &member, Some(1)).await.short[0].reason,
        ShortReason::NoGrants
    );
    centre::write_off::write_off(&bench.centre, two.device, "M1")
        .await
        .unwrap();
    assert_eq!(one.grant(&bench, &member, None).await.short, []);
    bench.check_sums().await;
}

/// What a counter held that is written off before it has reported is not known: the loss has no bound, the manager is
/// told so, and the audit objects to nothing.
async fn written_off_before_it_has_told_it_may_have_held_more(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 1_000).await;
    let told = bench.counter(true).await;
    let mut silent = bench.counter(true).await;
    hello(&bench, &mut silent, LifeId::fresh()).await;
    let known = centre::write_off::write_off(&bench.centre, told.device, "M1")
        .await
        .unwrap();
    assert!(!known.unreported);
    // this database was put back from a backup of before the grant
    let held = silent.signed(&bench, forgotten(&member, 400));
    let spent = silent.append(&redemption(&member, &[(&held, 400)]));
    silent.generation = recovery::restored(&bench.centre).await.unwrap();
    let freed = centre::write_off::write_off(&bench.centre, silent.device, "M1")
        .await
        .unwrap();
    assert_eq!((freed.points, freed.unreported), (Points::ZERO, true));
    let results = silent.results(&bench, &[spent]).await;
    let Outcome::Applied(effect) = &results[0].outcome else {
        panic!("{results:?}")
    };
    assert_eq!(effect.loss, Points(400), "the store's, not the member's");
    assert_eq!(bench.balance_of(&member, "debt").await, 0);
    nothing_objected(&bench).await;
}

/// The same, where nobody told that the database was put back, and another counter proves it only after the write-off.
async fn a_write_off_before_anybody_knew_of_the_restore_is_in_doubt(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 1_000).await;
    let mut silent = bench.counter(true).await;
    let mut proves = bench.counter(true).await;
    let life = LifeId::fresh();
    hello(&bench, &mut proves, life).await;
    hello(&bench, &mut silent, LifeId::fresh()).await;
    let held = silent.signed(&bench, forgotten(&member, 400));
    let spent = silent.append(&redemption(&member, &[(&held, 400)]));
    let freed = centre::write_off::write_off(&bench.centre, silent.device, "M1")
        .await
        .unwrap();
    assert!(!freed.unreported, "nobody can know yet");
    proves.was_given(&bench, 1);
    silent.generation = hello(&bench, &mut proves, life).await.generation;
    let results = silent.results(&bench, &[spent]).await;
    let Outcome::Applied(effect) = &results[0].outcome else {
        panic!("{results:?}")
    };
    assert_eq!(effect.loss, Points(400));
    nothing_objected(&bench).await;
}

/// A contact may go on under the hello of an earlier one. Where the database was put back in between and nobody told
/// it, the first that it hears may be a push that spends from what it has forgotten: the push proves what a hello
/// would, nothing of it is taken in before the counter has reported, and its store bears nothing.
async fn a_push_that_proves_the_restore_is_sent_to_say_hello(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 1_000).await;
    let mut one = bench.counter(true).await;
    let life = LifeId::fresh();
    hello(&bench, &mut one, life).await;
    let held = one.signed(&bench, forgotten(&member, 400));
    let earned = one.append(&Body::Sale(sale("T1", 20_000, by_id(&member))));
    let spent = one.append(&redemption(&member, &[(&held, 300)]));
    let ops = [earned, spent];
    one.was_given(&bench, 1);
    let crossed = one.send(&bench, "/v1/push", &one.request(&ops)).await;
    assert_eq!(crossed.code(), "generation_changed");
    assert_eq!(bench.balance_of(&member, "loss:S1").await, 0);
    assert_eq!(bench.balance_of(&member, "redeemed").await, 0);

    let told = hello(&bench, &mut one, life).await;
    assert!(told.report && told.generation > one.generation);
    one.generation = told.generation;
    let page = telling_of(&one, &held);
    let _: ReportReply = one.ask(&bench, "/v1/report", &page).await;
    let pushed = one.push(&bench, &ops).await;
    let PushReply::Done { results, .. } = pushed else {
        panic!("{pushed:?}");
    };
    assert!(
        results
            .iter()
            .all(|r| matches!(&r.outcome, Outcome::Applied(e) if e.loss == Points::ZERO)),
        "{results:?}"
    );
    assert_eq!(bench.balance_of(&member, "redeemed").await, 300);
    nothing_objected(&bench).await;
    bench.check_sums().await;
}

/// Who shows nothing that the centre signed proves nothing, whatever it claims: what it spends is taken in, once, and its
/// store bears it.
async fn a_push_that_proves_nothing_is_borne_by_its_store(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 1_000).await;
    let mut one = bench.counter(true).await;
    let life = LifeId::fresh();
    hello(&bench, &mut one, life).await;
    // said by whoever has the device's key, not by the centre
    one.was_given(&bench, 9);
    let mut made_up = one.given[0];
    made_up.said.chain = Hash::from_bytes([10; 32]);
    for (given, all) in [(Vec::new(), -100), (vec![made_up], -200)] {
        let op = one.append(&redemption(&member, &[(&forgotten(&member, 100), 100)]));
        one.given = given;
        let results = one.results(&bench, std::slice::from_ref(&op)).await;
        assert!(
            matches!(&results[0].outcome, Outcome::Applied(e) if e.loss == Points(100)),
            "{results:?}"
        );
        assert_eq!(bench.balance_of(&member, "loss:S1").await, all);
        let told = hello(&bench, &mut one, life).await;
        assert_eq!(told.generation, one.generation);
    }
}

/// What a counter tells that holds one allowance, and was never given another.
fn telling_of(counter: &Counter, held: &Grant) -> ReportRequest {
    ReportRequest {
        generation: counter.generation,
        epoch: counter.epoch,
        allowances: vec![Reported {
            grant: held.grant,
            member: held.member.clone(),
            request: Some(RequestId::fresh()),
            granted: held.points,
            lots: held.lots.clone(),
            coupon: None,
            ahead: false,
            state: AllowanceState::InHand,
            attestation: held.attestation,
        }],
        last: true,
        grants_taken: Some(1),
        open_requests: Vec::new(),
    }
}

/// A grant of before the restore, that the database has forgotten.
pub fn forgotten(member: &str, points: i64) -> Grant {
    Grant {
        grant: GrantId::fresh(),
        member: member.into(),
        points: Points(points),
        lots: vec![GrantedLot {
            lot: "1".into(),
            points: Points(points),
            expires: None,
        }],
        lease_until: centre::Clock::default().now(),
        coupon: None,
        ahead: false,
        attestation: None,
    }
}

async fn nothing_objected(bench: &Bench) {
    let audit = centre::audit::run(bench.centre.db(), bench.centre.now())
        .await
        .unwrap();
    assert!(
        audit.violations().all(|v| v.what != "loss_bound"),
        "{audit:?}"
    );
}

async fn central_restored_begins_a_generation_of_its_own(engine: Engine) {
    let bench = bench_on(engine).await;
    let mut counter = bench.counter(true).await;
    assert_eq!(counter.generation, Generation(1));
    let first = recovery::restored(&bench.centre).await.unwrap();
    assert!(first > Generation(1));
    let second = recovery::restored(&bench.centre).await.unwrap();
    assert!(second > first);
    assert_eq!(
        hello(&bench, &mut counter, LifeId::fresh())
            .await
            .generation,
        second
    );
}

on_both_engines!(
    a_restored_centre_grants_nothing_until_all_have_told_what_they_hold,
    central_restored_begins_a_generation_of_its_own,
    what_is_forgotten_for_good_proves_nothing_twice,
    as_many_given_again_hide_nothing,
    written_off_before_it_has_told_it_may_have_held_more,
    a_write_off_before_anybody_knew_of_the_restore_is_in_doubt,
    a_push_that_proves_the_restore_is_sent_to_say_hello,
    a_push_that_proves_nothing_is_borne_by_its_store,
);

#[tokio::test]
async fn a_backup_that_is_put_back_knows_it() {
    let bench = bench_on(Engine::Sqlite).await;
    let member = bench.member("13800005678", 1_000).await;
    let counter = bench.counter(true).await;
    let copy = bench.folder.path().join("copy.db");
    centre::backup::copy(&bench.centre, &copy).await.unwrap();
    // once is enough, and a copy never takes the place of another
    assert!(centre::backup::copy(&bench.centre, &copy).await.is_err());
    counter.grant(&bench, &member, Some(100)).await;
    let url = format!("sqlite://{}", copy.display());
    // a copy has no key with it: whoever puts it back has the centre's
    let key = copy.with_extension("key");
    let without = centre::Centre::open(&url).await;
    assert!(matches!(
        without,
        Err(ServiceError::Key(KeyError::Missing(_)))
    ));
    std::fs::copy(&bench.store.key, &key).unwrap();
    let sensitive = |key: &std::path::Path| key.with_extension("sensitive.key");
    std::fs::copy(sensitive(&bench.store.key), sensitive(&key)).unwrap();
    // nor the keys of its members
    let without = centre::Centre::open(&url).await;
    assert!(matches!(without, Err(ServiceError::BackupKeys(_))));
    let members = |folder: &std::path::Path, of: &str| folder.join(format!("{of}.backup-keys.db"));
    let folder = bench.folder.path();
    std::fs::copy(members(folder, "central"), members(folder, "copy")).unwrap();
    let restored = centre::Centre::open(&url).await.unwrap();
    assert!(restored.generation() > bench.centre.generation());
    let begun = restored.generation();
    restored.close().await.unwrap();
    let again = centre::Centre::open(&url).await.unwrap();
    assert_eq!(again.generation(), begun);
    again.close().await.unwrap();
}
