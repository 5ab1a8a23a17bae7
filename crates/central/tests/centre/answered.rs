//! What a counter was answered and is not here is asked for again: of every life of its outbox, and of a
//! device that may only deliver.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::common::{Bench, Counter, Engine, bench_on, by_id, redemption, sale};
use centre::{audit, operations, recovery};
use loyalty::Points;
use protocol::Hash;
use protocol::hello::{HelloReply, HelloRequest, Reached};
use protocol::ids::{DeviceId, Epoch, Generation, LifeId, Seq};
use protocol::limits::HELLO_EPOCHS;
use protocol::operation::{Body, Operation};
use protocol::push::{Outcome, PushReply};

/// An outbox: what it would say hello with.
#[derive(Clone)]
struct Outbox {
    counter: Counter,
    life: LifeId,
}

impl Outbox {
    async fn new(bench: &Bench) -> Self {
        let outbox = Self {
            counter: bench.counter(true).await,
            life: LifeId::fresh(),
        };
        assert_eq!(outbox.hello(bench, &[]).await.lacks, Some(vec![]));
        outbox
    }

    fn says(&self, answered: Option<Vec<Reached>>) -> HelloRequest {
        HelloRequest {
            proto_min: 1,
            proto_max: 2,
            generation: self.counter.generation,
            epoch: self.counter.epoch,
            head_seq: Seq(self.counter.seq),
            head_hash: self.counter.head,
            life: Some(self.life),
            acked_seq: Seq(0),
            grants_taken: None,
            open_requests: Vec::new(),
            answered,
            signed_in: Vec::new(),
        }
    }

    async fn hello(&self, bench: &Bench, answered: &[Reached]) -> HelloReply {
        let said = self.says(Some(answered.to_vec()));
        self.counter.ask(bench, "/v1/hello", &said).await
    }

    /// Goes on in an epoch, with nothing in it.
    fn goes_on_in(&mut self, epoch: u32) {
        self.counter.epoch = Epoch(epoch);
        self.counter.seq = 0;
        self.counter.head = Hash::ZERO;
        self.life = LifeId::fresh();
    }

    fn sells(&mut self, no: &str, member: &str) -> Operation {
        let sold = Body::Sale(sale(no, 10_000, by_id(member)));
        self.counter.append(&sold)
    }

    /// Sells, and is answered.
    async fn sold(&mut self, bench: &Bench, no: &str, member: &str) -> Operation {
        let op = self.sells(no, member);
        let results = self.counter.results(bench, std::slice::from_ref(&op)).await;
        assert!(matches!(results[0].outcome, Outcome::Applied(_)));
        op
    }

    fn device(&self) -> DeviceId {
        self.counter.device
    }
}

fn at(op: &Operation) -> Reached {
    Reached {
        epoch: op.epoch,
        seq: op.seq,
        hash: op.hash,
    }
}

fn nothing_of(epoch: u32) -> Reached {
    Reached {
        epoch: Epoch(epoch),
        seq: Seq(0),
        hash: Hash::ZERO,
    }
}

fn hash(n: u8) -> Hash {
    Hash::from_hex(&format!("{n:064x}")).unwrap()
}

async fn in_order(bench: &Bench) {
    bench.check_sums().await;
    let report = audit::run(bench.centre.db(), bench.centre.now())
        .await
        .unwrap();
    let found: Vec<_> = report.violations().collect();
    assert!(found.is_empty(), "{found:?}");
}

async fn every_life_is_looked_at_and_only_what_is_not_here_is_asked_for(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 0).await;
    let mut outbox = Outbox::new(&bench).await;
    outbox.sold(&bench, "T1", &member).await;
    let first = outbox.sold(&bench, "T2", &member).await;
    centre::write_off::write_off(&bench.centre, outbox.device(), "M1")
        .await
        .unwrap();
    assert_eq!(
        outbox.hello(&bench, &[at(&first)]).await.begin_epoch,
        Some(Epoch(2))
    );
    outbox.goes_on_in(2);
    assert!(!outbox.hello(&bench, &[]).await.superseded);
    let second = outbox.sold(&bench, "T3", &member).await;

    let beyond = |op: &Operation| Reached {
        seq: Seq(op.seq.0 + 3),
        hash: hash(7),
        ..at(op)
    };
    let other = |op: &Operation| Reached {
        hash: hash(8),
        ..at(op)
    };
    let strange = Reached {
        epoch: Epoch(9),
        seq: Seq(4),
        hash: hash(9),
    };
    let cases: [(&[Reached], &[Reached]); 6] = [
        (&[at(&second), at(&first)], &[]),
        (&[nothing_of(2), nothing_of(5)], &[]),
        (&[beyond(&second), at(&first)], &[at(&second)]),
        (&[at(&second), beyond(&first)], &[at(&first)]),
        (&[other(&second), other(&first)], &[at(&second), at(&first)]),
        (&[strange, beyond(&first)], &[nothing_of(9), at(&first)]),
    ];
    for (told, lacks) in cases {
        let reply = outbox.hello(&bench, told).await;
        assert_eq!(reply.lacks.as_deref(), Some(lacks), "{told:?}");
    }
    // one that tells nothing of it hears nothing of it
    let reply: HelloReply = outbox
        .counter
        .ask(&bench, "/v1/hello", &outbox.says(None))
        .await;
    assert_eq!(reply.lacks, None);
    let many = vec![nothing_of(1); HELLO_EPOCHS + 1];
    let refused = outbox
        .counter
        .send(&bench, "/v1/hello", &outbox.says(Some(many)))
        .await;
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (413, "too_large")
    );
}

async fn what_stands_in_a_branch_is_here_once_it_has_its_effect(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 0).await;
    let mut one = Outbox::new(&bench).await;
    let mut two = one.clone();
    one.sold(&bench, "T1", &member).await;
    let ops = [two.sells("T2", &member), two.sells("T3", &member)];
    let kept = two.counter.push(&bench, &ops).await;
    assert!(matches!(kept, PushReply::Quarantined { .. }));
    let reply = two.hello(&bench, &[at(&ops[1])]).await;
    assert!(reply.quarantined);
    assert_eq!(reply.lacks.map(|l| l.len()), Some(1), "kept, not answered");
    operations::resolve(&bench.centre, one.device(), "M1")
        .await
        .unwrap();
    let reply = two.hello(&bench, &[at(&ops[1])]).await;
    assert_eq!(reply.lacks, Some(vec![]));
    in_order(&bench).await;
}

async fn a_revoked_device_is_told_what_to_deliver_again_and_nothing_else(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 1_000).await;
    let mut outbox = Outbox::new(&bench).await;
    let first = outbox.sold(&bench, "T1", &member).await;
    let forgotten = outbox.sells("T2", &member);
    centre::write_off::revoke(&bench.centre, outbox.device(), "M1")
        .await
        .unwrap();
    let reply = outbox.hello(&bench, &[at(&forgotten)]).await;
    assert!(reply.revoked);
    assert_eq!(reply.lacks, Some(vec![at(&first)]));
    assert_eq!(
        (reply.lease_until, reply.begin_epoch, reply.superseded),
        (None, None, false)
    );
    assert!(reply.scopes.is_empty() && !reply.report && !reply.quarantined);
    assert_eq!(
        reply.generation,
        Generation(1),
        "one that was put out halts nobody"
    );
    // a build that tells nothing is refused as ever
    let refused = outbox
        .counter
        .send(&bench, "/v1/hello", &outbox.says(None))
        .await;
    assert_eq!((refused.status, refused.code().as_str()), (403, "revoked"));
    for path in ["/v1/pull", "/v1/grant", "/v1/report", "/v1/lookup"] {
        let refused = outbox
            .counter
            .send(&bench, path, &serde_json::json!({}))
            .await;
        assert_eq!(refused.code(), "revoked", "{path}");
    }
    let results = outbox
        .counter
        .results(&bench, std::slice::from_ref(&forgotten))
        .await;
    assert!(matches!(results[0].outcome, Outcome::Applied(_)));
    let reply = outbox.hello(&bench, &[at(&forgotten)]).await;
    assert_eq!(reply.lacks, Some(vec![]));
    in_order(&bench).await;
}

async fn a_revoked_device_delivers_of_lives_that_a_restored_centre_does_not_know(engine: Engine) {
    for epoch in [2, 3, 7] {
        let bench = bench_on(engine).await;
        let member = bench.member("13800005678", 1_000).await;
        let mut outbox = Outbox::new(&bench).await;
        outbox.sold(&bench, "T1", &member).await;
        // later lives, of which this database, put back from a backup, knows nothing
        let grant = outbox.counter.grant(&bench, &member, Some(50)).await.grants[0].clone();
        outbox.goes_on_in(epoch);
        let ops = [
            outbox.sells("T2", &member),
            outbox.counter.append(&redemption(&member, &[(&grant, 50)])),
        ];
        centre::write_off::revoke(&bench.centre, outbox.device(), "M1")
            .await
            .unwrap();
        let reply = outbox.hello(&bench, &[at(&ops[0])]).await;
        assert_eq!(reply.lacks, Some(vec![nothing_of(epoch)]));
        let results = outbox.counter.results(&bench, &ops).await;
        let Outcome::Applied(sold) = &results[0].outcome else {
            panic!("{results:?}");
        };
        assert_eq!(sold.earned, Points(100));
        // again, and what it did next
        let later = outbox.sells("T3", &member);
        let ops = [ops[0].clone(), ops[1].clone(), later];
        let results = outbox.counter.results(&bench, &ops).await;
        assert!(matches!(results[0].outcome, Outcome::Exists(_)));
        assert!(matches!(results[2].outcome, Outcome::Applied(_)));
        let reply = outbox.hello(&bench, &[at(&ops[2])]).await;
        assert_eq!((reply.lacks, reply.revoked), (Some(vec![]), true));
        bench.check_sums().await;
    }
    // two whose files were moved aside, so that they know no epoch
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 0).await;
    let mut outbox = Outbox::new(&bench).await;
    centre::write_off::revoke(&bench.centre, outbox.device(), "M1")
        .await
        .unwrap();
    assert_eq!(outbox.hello(&bench, &[]).await.begin_epoch, None);
    outbox.goes_on_in(0);
    let mut other = outbox.clone();
    for (aside, receipt, epoch) in [(&mut outbox, "T1", 2), (&mut other, "T2", 2)] {
        let told = Some(Epoch(epoch));
        aside.goes_on_in(0);
        if receipt == "T1" {
            assert_eq!(aside.hello(&bench, &[]).await.begin_epoch, told);
        }
        aside.goes_on_in(epoch);
        let op = aside.sold(&bench, receipt, &member).await;
        assert_eq!(aside.hello(&bench, &[at(&op)]).await.lacks, Some(vec![]));
    }
    in_order(&bench).await;
    let next = outbox.hello(&bench, &[]).await;
    assert_eq!((next.epoch, next.begin_epoch), (Epoch(3), None));

    let bench = bench_on(engine).await;
    let mut outbox = Outbox::new(&bench).await;
    centre::write_off::revoke(&bench.centre, outbox.device(), "M1")
        .await
        .unwrap();
    outbox.goes_on_in(7_000);
    let op = outbox.sells("T1", "M1");
    let refused = outbox
        .counter
        .send(&bench, "/v1/push", &outbox.counter.request(&[op]))
        .await;
    assert_eq!(refused.code(), "malformed");
}

async fn what_was_kept_of_a_life_that_is_not_known_is_applied_and_the_next_comes_after_it(
    engine: Engine,
) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 0).await;
    let mut one = Outbox::new(&bench).await;
    let mut two = one.clone();
    one.sold(&bench, "T1", &member).await;
    let parts = two.sells("T2", &member);
    let kept = two.counter.push(&bench, &[parts]).await;
    assert!(matches!(kept, PushReply::Quarantined { .. }));
    // begun and answered before this database was put back
    one.goes_on_in(4);
    let later = [one.sells("T3", &member), one.sells("T4", &member)];
    assert!(one.hello(&bench, &[at(&later[1])]).await.quarantined);
    let kept = one.counter.push(&bench, &later).await;
    assert!(matches!(kept, PushReply::Quarantined { .. }));
    let done = operations::resolve(&bench.centre, one.device(), "M1")
        .await
        .unwrap();
    assert_eq!((done.applied, done.still_kept), (3, 0));
    assert_eq!(bench.balance_of(&member, "available").await, 400);
    let reply = one.hello(&bench, &[at(&later[1])]).await;
    assert_eq!(
        (reply.begin_epoch, reply.lacks),
        (Some(Epoch(5)), Some(vec![]))
    );
    in_order(&bench).await;
}

async fn what_was_answered_and_is_not_here_shows_that_this_database_is_older(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 0).await;
    let mut outbox = Outbox::new(&bench).await;
    let known = outbox.sold(&bench, "T1", &member).await;
    let lost = outbox.sells("T2", &member);
    centre::write_off::write_off(&bench.centre, outbox.device(), "M1")
        .await
        .unwrap();
    // of a life that is over: no head and no allowance of the current one tells
    outbox.goes_on_in(2);
    let reply = outbox.hello(&bench, &[at(&known)]).await;
    assert_eq!((reply.generation, reply.report), (Generation(1), false));
    let reply = outbox.hello(&bench, &[at(&lost)]).await;
    assert!(reply.generation > Generation(1) && reply.report);
    assert_eq!(reply.lacks, Some(vec![at(&known)]));
    // once: in the new generation it is no news until it has been sent and answered again
    let again = outbox.hello(&bench, &[at(&lost)]).await;
    assert_eq!(again.generation, reply.generation);
    let waiting = recovery::waiting_for(bench.centre.db().read(), reply.generation).await;
    assert_eq!(waiting.unwrap(), 1);
}

on_both_engines!(
    every_life_is_looked_at_and_only_what_is_not_here_is_asked_for,
    what_stands_in_a_branch_is_here_once_it_has_its_effect,
    a_revoked_device_is_told_what_to_deliver_again_and_nothing_else,
    a_revoked_device_delivers_of_lives_that_a_restored_centre_does_not_know,
    what_was_kept_of_a_life_that_is_not_known_is_applied_and_the_next_comes_after_it,
    what_was_answered_and_is_not_here_shows_that_this_database_is_older,
);
