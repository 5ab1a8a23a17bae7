//! Whose a single-use coupon is after the centre was put back from a backup.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use crate::common::{Bench, Counter, Engine, bench_on, by_id, sale};
use crate::coupons::{give_fifty_off, want_coupon};
use crate::restored::hello;
use centre::recovery;
use centre_store::tables::coupon;
use loyalty::Points;
use protocol::attestation::Statement;
use protocol::grant::GrantReply;
use protocol::ids::{GrantId, LifeId, RequestId};
use protocol::operation::Body;
use protocol::push::PushReply;
use protocol::report::{AllowanceState, ReportReply, ReportRequest, Reported};
use sea_orm::EntityTrait;

use AllowanceState::{GivenBack, InHand, Used};

/// What a counter tells of one coupon: its id, by which grant, and what became of it.
type Told = (String, GrantId, AllowanceState);

/// What a counter tells.
fn told(bench: &Bench, counter: &Counter, member: &str, coupons: &[Told]) -> ReportRequest {
    let one = |(coupon, grant, state): &Told| {
        let mut told = Reported {
            grant: *grant,
            member: member.into(),
            request: Some(RequestId::fresh()),
            granted: Points::ZERO,
            lots: Vec::new(),
            coupon: Some(coupon.clone()),
            ahead: false,
            state: *state,
            attestation: None,
        };
        let statement = told.as_given(counter.device, counter.epoch);
        told.attestation = Some(bench.centre.attest(&Statement::Allowance(&statement)));
        told
    };
    ReportRequest {
        generation: counter.generation,
        epoch: counter.epoch,
        allowances: coupons.iter().map(one).collect(),
        last: true,
        grants_taken: u32::try_from(coupons.len()).ok(),
        open_requests: Vec::new(),
    }
}

/// Who holds each coupon, and by which grant.
async fn holders(bench: &Bench) -> BTreeMap<String, Option<(String, String)>> {
    let rows = coupon::Entity::find().all(bench.centre.db().read()).await;
    let rows = rows.unwrap().into_iter();
    rows.map(|row| {
        let grant = row.holder_grant.map(|grant| grant.to_string());
        let holder = row.holder_device.map(|device| device.to_string());
        (row.id.to_string(), holder.zip(grant))
    })
    .collect()
}

/// One coupon of the table: what the first counter, which held it at the time of the backup, tells; what the second does;
/// and which of them holds it then.
const TOLD: [(
    Option<AllowanceState>,
    Option<AllowanceState>,
    Option<usize>,
); 10] = [
    (Some(InHand), None, Some(0)),
    // one of them lies: it had given it back before the other was given it
    (Some(InHand), Some(InHand), Some(1)),
    (Some(Used), None, Some(0)),
    (Some(GivenBack), None, None),
    // it gave it back after the backup, and the other was given it
    (Some(GivenBack), Some(InHand), Some(1)),
    (Some(GivenBack), Some(Used), Some(1)),
    // the other had it in between: it was used and brought back, or given back
    (Some(InHand), Some(GivenBack), Some(0)),
    (Some(InHand), Some(Used), Some(0)),
    (Some(Used), Some(GivenBack), Some(0)),
    (Some(Used), Some(InHand), Some(1)),
];

async fn a_coupon_is_whose_it_was_when_the_backup_is_put_back(engine: Engine) {
    for order in [[0, 1], [1, 0]] {
        let bench = bench_on(engine).await;
        let member = bench.member("13800005678", 0).await;
        let mut both = [bench.counter(true).await, bench.counter(true).await];
        let mut tell: [Vec<Told>; 2] = Default::default();
        let mut expected = BTreeMap::new();
        for (n, (first, second, holds)) in TOLD.into_iter().enumerate() {
            let id = format!("K{n}");
            give_fifty_off(&bench, &id).await;
            let held: GrantReply = both[0]
                .ask(&bench, "/v1/grant", &want_coupon(&member, &id))
                .await;
            let second_had = GrantId::fresh();
            // where the first has it after the second, it was given it once more
            let again = holds == Some(0) && second.is_some();
            let first_has = if again {
                GrantId::fresh()
            } else {
                held.grants[0].grant
            };
            let grants = [first_has, second_had];
            for (at, state) in [first, second].into_iter().enumerate() {
                tell[at].extend(state.map(|state| (id.clone(), grants[at], state)));
            }
            let holds = holds.map(|at| (both[at].device.to_string(), grants[at].to_string()));
            expected.insert(id, holds);
        }
        let generation = recovery::restored(&bench.centre).await.unwrap();
        for at in order {
            let said = hello(&bench, &mut both[at], LifeId::fresh()).await;
            assert!(said.report);
            both[at].generation = said.generation;
            assert_eq!(both[at].generation, generation);
            let page = told(&bench, &both[at], &member, &tell[at]);
            let _: ReportReply = both[at].ask(&bench, "/v1/report", &page).await;
        }
        assert_eq!(
            holders(&bench).await,
            expected,
            "told in the order {order:?}"
        );
        bench.check_sums().await;
    }
}

/// A coupon that the backup knows as nobody's, or does not know, is used under a hello of before it was put back: the
/// push is sent to say hello, where what was taken proves it.
async fn a_push_that_uses_a_forgotten_coupon_is_sent_to_say_hello(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 0).await;
    give_fifty_off(&bench, "K1").await;
    for (receipt, used) in [("T1", "K1"), ("T2", "K2")] {
        let mut one = bench.counter(true).await;
        let life = LifeId::fresh();
        hello(&bench, &mut one, life).await;
        let mut sold = sale(receipt, 20_000, by_id(&member));
        sold.coupons.push(used.to_owned());
        let op = one.append(&Body::Sale(sold));
        one.was_given(&bench, 1);
        let request = one.request(std::slice::from_ref(&op));
        let crossed = one.send(&bench, "/v1/push", &request).await;
        assert_eq!(crossed.code(), "generation_changed", "{used}");
        // it was given nothing: its store answers for the use
        one.given.clear();
        let taken = one.push(&bench, std::slice::from_ref(&op)).await;
        assert!(matches!(taken, PushReply::Done { .. }), "{used}: {taken:?}");
    }
}

on_both_engines!(
    a_push_that_uses_a_forgotten_coupon_is_sent_to_say_hello,
    a_coupon_is_whose_it_was_when_the_backup_is_put_back
);
