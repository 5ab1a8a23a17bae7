//! Lives of an outbox: restored, copied, written off, revoked; nothing is dropped and no point is spent
//! twice at a member's cost.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::common::{Bench, Counter, Engine, bench_on, by_id, redemption, sale};
use centre::{devices, operations};
use centre_store::tables::{life_end, manager_list};
use loyalty::Points;
use protocol::grant::Grant;
use protocol::hello::{HelloReply, HelloRequest};
use protocol::ids::{Epoch, LifeId, Seq};
use protocol::manage::DeviceState;
use protocol::operation::{Body, Release};
use protocol::push::{Outcome, PushReply};
use sea_orm::EntityTrait;

/// An outbox as the protocol sees it: what it would say hello with.
#[derive(Clone)]
struct Outbox {
    counter: Counter,
    life: LifeId,
    taken: u32,
}

impl Outbox {
    async fn new(bench: &Bench) -> Self {
        let outbox = Self {
            counter: bench.counter(true).await,
            life: LifeId::fresh(),
            taken: 0,
        };
        assert_eq!(outbox.hello(bench).await.begin_epoch, None);
        outbox
    }

    fn says(&self) -> HelloRequest {
        HelloRequest {
            proto_min: 1,
            proto_max: 2,
            generation: self.counter.generation,
            epoch: self.counter.epoch,
            head_seq: Seq(self.counter.seq),
            head_hash: self.counter.head,
            life: Some(self.life),
            acked_seq: Seq(0),
            grants_taken: Some(self.taken),
            open_requests: Vec::new(),
            answered: None,
            signed_in: Vec::new(),
        }
    }

    async fn hello(&self, bench: &Bench) -> HelloReply {
        self.counter.ask(bench, "/v1/hello", &self.says()).await
    }

    async fn granted(&mut self, bench: &Bench, member: &str, points: i64) -> Grant {
        let reply = self.counter.grant(bench, member, Some(points)).await;
        assert_eq!(reply.short, []);
        self.taken += 1;
        reply.grants[0].clone()
    }

    /// Begins the epoch that it is told to begin.
    async fn begins(&mut self, bench: &Bench) -> HelloReply {
        let told = self.hello(bench).await;
        self.counter.epoch = told.begin_epoch.unwrap();
        self.counter.seq = 0;
        self.counter.head = protocol::Hash::ZERO;
        self.life = LifeId::fresh();
        self.taken = 0;
        self.hello(bench).await
    }
}

fn applied(outcome: &Outcome) -> &protocol::push::Effect {
    match outcome {
        Outcome::Applied(effect) => effect,
        other => panic!("{other:?}"),
    }
}

async fn listed(bench: &Bench) -> Vec<(String, i64)> {
    let rows = manager_list::Entity::find()
        .all(bench.centre.db().read())
        .await
        .unwrap();
    rows.into_iter()
        .map(|r| (r.reason, r.points.get()))
        .collect()
}

async fn a_restored_outbox_begins_anew_and_its_old_allowance_stays_good(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 1_000).await;
    let mut outbox = Outbox::new(&bench).await;
    let grant = outbox.granted(&bench, &member, 300).await;
    let old = outbox.clone();
    let first = outbox
        .counter
        .append(&redemption(&member, &[(&grant, 100)]));
    outbox
        .counter
        .results(&bench, std::slice::from_ref(&first))
        .await;
    // done while offline, and on a disk that comes back later
    let late = outbox.counter.append(&redemption(&member, &[(&grant, 50)]));

    let mut restored = old.clone();
    let told = restored.hello(&bench).await;
    assert_eq!(told.begin_epoch, Some(Epoch(2)));
    let reply = restored.begins(&bench).await;
    assert_eq!(
        (reply.epoch, reply.begin_epoch, reply.superseded),
        (Epoch(2), None, false)
    );
    assert!(reply.lease_until.is_some());

    // another copy of the old disk is behind as well: it begins the epoch after
    let mut second = old.clone();
    assert_eq!(second.hello(&bench).await.begin_epoch, Some(Epoch(3)));
    // the disk that was thought lost has all that the epoch had: it may only deliver
    let said = outbox.hello(&bench).await;
    assert!(said.superseded && said.lease_until.is_none());
    let results = outbox.counter.results(&bench, &[late]).await;
    assert_eq!(applied(&results[0].outcome).loss, Points::ZERO);
    assert_eq!(bench.balance_of(&member, "redeemed").await, 150);
    // what the old life holds is nobody's until it is written off
    let device = outbox.counter.device.to_string();
    assert_eq!(
        bench.balance_of(&member, &format!("escrow:{device}")).await,
        150
    );
    let more = restored.counter.grant(&bench, &member, Some(800)).await;
    assert_eq!(more.grants.len(), 1);
    assert_eq!(more.short[0].reason, protocol::grant::ShortReason::InDoubt);
    second.begins(&bench).await;
    bench.check_sums().await;
}

async fn a_grant_that_a_restored_outbox_forgot_is_noticed(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 1_000).await;
    let mut outbox = Outbox::new(&bench).await;
    let old = outbox.clone();
    outbox.granted(&bench, &member, 300).await;
    // no operation since, and yet it is not the outbox that was given the points
    assert_eq!(old.hello(&bench).await.begin_epoch, Some(Epoch(2)));
    assert_eq!(outbox.hello(&bench).await.begin_epoch, None);
}

async fn a_written_off_device_only_delivers(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 1_000).await;
    let mut outbox = Outbox::new(&bench).await;
    let grant = outbox.granted(&bench, &member, 300).await;
    let spent = outbox
        .counter
        .append(&redemption(&member, &[(&grant, 200)]));
    let sold = outbox
        .counter
        .append(&Body::Sale(sale("T1", 20_000, by_id(&member))));
    let freed = centre::write_off::write_off(&bench.centre, outbox.counter.device, "M1")
        .await
        .unwrap();
    assert_eq!((freed.points, freed.members), (Points(300), 1));
    assert_eq!(bench.balance_of(&member, "available").await, 1_000);

    let results = outbox.counter.results(&bench, &[spent.clone(), sold]).await;
    let effect = applied(&results[0].outcome);
    assert_eq!((effect.loss, effect.spent), (Points(200), Points(200)));
    assert_eq!(applied(&results[1].outcome).earned, Points(200));
    assert_eq!(bench.balance_of(&member, "available").await, 1_200);
    assert_eq!(bench.balance_of(&member, "loss:S1").await, -200);
    assert_eq!(
        listed(&bench).await,
        [("not_enough_points".to_owned(), 200)]
    );
    // again is nothing new
    let again = outbox.counter.results(&bench, &[spent]).await;
    assert!(matches!(again[0].outcome, Outcome::Exists(_)));
    // it comes back with nothing
    let reply = outbox.begins(&bench).await;
    assert_eq!((reply.epoch, reply.superseded), (Epoch(2), false));
    let ends = life_end::Entity::find()
        .all(bench.centre.db().read())
        .await
        .unwrap();
    assert_eq!(ends.len(), 1);
    assert_eq!(
        (ends[0].cause.word().as_str(), ends[0].escrow.get()),
        ("write_off", 300)
    );
    bench.check_sums().await;
}

async fn two_copies_of_a_disk_are_quarantined_and_both_count(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 1_000).await;
    let mut one = Outbox::new(&bench).await;
    let grant = one.granted(&bench, &member, 300).await;
    let mut two = one.clone();
    let by_one = one.counter.append(&redemption(&member, &[(&grant, 200)]));
    one.counter
        .results(&bench, std::slice::from_ref(&by_one))
        .await;
    let by_two = [
        two.counter.append(&redemption(&member, &[(&grant, 250)])),
        two.counter
            .append(&Body::Sale(sale("T9", 10_000, by_id(&member)))),
    ];
    let answer = two.counter.push(&bench, &by_two).await;
    assert!(matches!(answer, PushReply::Quarantined { at: Seq(1) }));
    // both go on selling, and nothing of it is dropped or applied
    let sold = one
        .counter
        .append(&Body::Sale(sale("T2", 5_000, by_id(&member))));
    let answer = one.counter.push(&bench, std::slice::from_ref(&sold)).await;
    assert!(matches!(answer, PushReply::Quarantined { .. }));
    assert!(one.hello(&bench).await.quarantined && two.hello(&bench).await.quarantined);
    assert!(
        one.counter
            .grant(&bench, &member, Some(5))
            .await
            .grants
            .is_empty()
    );
    let db = bench.centre.db().read();
    let states = devices::managed(db, &bench.program, Some(&"S1".into()), bench.centre.now())
        .await
        .unwrap();
    assert_eq!(states[0].state, DeviceState::Quarantined);
    assert_eq!(states[0].kept.len(), 3);
    assert_eq!(bench.balance_of(&member, "redeemed").await, 200);

    let done = operations::resolve(&bench.centre, one.counter.device, "M1")
        .await
        .unwrap();
    assert_eq!((done.applied, done.still_kept, done.branches), (3, 0, 2));
    // of the second copy's 250 the allowance had 100 left; the rest is the store's
    assert_eq!(bench.balance_of(&member, "redeemed").await, 450);
    assert_eq!(bench.balance_of(&member, "loss:S1").await, -150);
    assert_eq!(
        bench.balance_of(&member, "available").await,
        1_000 - 300 + 150
    );
    bench.check_sums().await;

    // what a copy did before it heard of it still counts, once
    let late = two.counter.append(&redemption(&member, &[(&grant, 50)]));
    let results = two
        .counter
        .results(&bench, std::slice::from_ref(&late))
        .await;
    assert_eq!(applied(&results[0].outcome).loss, Points(50));
    let again = two
        .counter
        .results(&bench, &[by_two[1].clone(), late])
        .await;
    assert!(
        again
            .iter()
            .all(|r| matches!(r.outcome, Outcome::Exists(_)))
    );
    let known = one.counter.results(&bench, &[by_one, sold]).await;
    assert!(
        known
            .iter()
            .all(|r| matches!(r.outcome, Outcome::Exists(_)))
    );

    // the first that comes goes on as the device; the other is to be enrolled anew
    let reply = one.begins(&bench).await;
    assert_eq!(
        (reply.epoch, reply.quarantined, reply.superseded),
        (Epoch(2), false, false)
    );
    let other = two.hello(&bench).await;
    assert!(other.superseded && other.begin_epoch.is_none());
    let ends = life_end::Entity::find()
        .all(bench.centre.db().read())
        .await
        .unwrap();
    let fork = ends.iter().find(|e| e.cause.word() == "fork").unwrap();
    assert_eq!((fork.escrow.get(), *fork.branches), (300, 2));
    bench.check_sums().await;
}

async fn a_sale_of_a_branch_that_waits_for_its_member_is_credited_when_she_joins(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 0).await;
    let mut one = Outbox::new(&bench).await;
    let mut two = one.clone();
    let sold = one
        .counter
        .append(&Body::Sale(sale("T1", 5_000, by_id(&member))));
    one.counter.results(&bench, &[sold]).await;
    let waits = two.counter.sale_for_phone("T2", 30_000, "13900000001");
    two.counter.push(&bench, &[waits]).await;
    operations::resolve(&bench.centre, one.counter.device, "M1")
        .await
        .unwrap();
    let joined = bench.member("13900000001", 0).await;
    let mut work = bench.centre.work().await.unwrap();
    let row = centre::members::by_id(work.on(), &joined.as_str().into())
        .await
        .unwrap()
        .unwrap();
    let done = operations::retry_for_member(&bench.centre, &mut work, &row)
        .await
        .unwrap();
    work.commit().await.unwrap();
    assert_eq!(done, 1);
    assert_eq!(bench.balance_of(&joined, "available").await, 300);
}

async fn a_revoked_device_may_deliver_and_nothing_else(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 1_000).await;
    let mut outbox = Outbox::new(&bench).await;
    let grant = outbox.granted(&bench, &member, 100).await;
    let ops = [
        outbox
            .counter
            .append(&Body::Sale(sale("T1", 20_000, by_id(&member)))),
        outbox
            .counter
            .append(&redemption(&member, &[(&grant, 100)])),
    ];
    centre::write_off::revoke(&bench.centre, outbox.counter.device, "headquarters")
        .await
        .unwrap();
    let refused = outbox
        .counter
        .send(&bench, "/v1/hello", &outbox.says())
        .await;
    assert_eq!((refused.status, refused.code().as_str()), (403, "revoked"));
    let results = outbox.counter.results(&bench, &ops).await;
    assert_eq!(applied(&results[0].outcome).earned, Points(200));
    assert_eq!(applied(&results[1].outcome).loss, Points(100));
    bench.check_sums().await;
}

async fn a_release_of_a_copy_frees_nothing_twice(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 1_000).await;
    let mut one = Outbox::new(&bench).await;
    let grant = one.granted(&bench, &member, 300).await;
    let mut two = one.clone();
    let release = Body::Release(Release {
        grant: grant.grant,
        member: member.as_str().into(),
        points: Points(300),
        coupon: None,
    });
    let by_one = one.counter.append(&release);
    one.counter.results(&bench, &[by_one]).await;
    let by_two = two.counter.append(&release);
    two.counter.push(&bench, &[by_two]).await;
    operations::resolve(&bench.centre, one.counter.device, "M1")
        .await
        .unwrap();
    assert_eq!(bench.balance_of(&member, "available").await, 1_000);
    bench.check_sums().await;
}

async fn an_epoch_that_nobody_told_to_begin_is_refused(engine: Engine) {
    let bench = bench_on(engine).await;
    let mut outbox = Outbox::new(&bench).await;
    outbox.counter.epoch = Epoch(7_000);
    let refused = outbox
        .counter
        .send(&bench, "/v1/hello", &outbox.says())
        .await;
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (400, "malformed")
    );
    let op = outbox
        .counter
        .append(&Body::Sale(sale("T1", 1_000, by_id("M1"))));
    let refused = outbox
        .counter
        .send(&bench, "/v1/push", &outbox.counter.request(&[op]))
        .await;
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (409, "generation_changed")
    );
}

on_both_engines!(
    a_restored_outbox_begins_anew_and_its_old_allowance_stays_good,
    a_grant_that_a_restored_outbox_forgot_is_noticed,
    a_written_off_device_only_delivers,
    two_copies_of_a_disk_are_quarantined_and_both_count,
    a_sale_of_a_branch_that_waits_for_its_member_is_credited_when_she_joins,
    a_revoked_device_may_deliver_and_nothing_else,
    a_release_of_a_copy_frees_nothing_twice,
    an_epoch_that_nobody_told_to_begin_is_refused,
);
