//! Recalls, coupons as a counter of one, the centre's own restore, visitors, and what a manager may do.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use central::entities::{coupon, device, manager_list, visit};
use central::{catalog, coupons, devices, lookup, recovery, time};
use common::{Bench, Counter, Engine, STORE, bench_on, by_id, redemption, sale};
use loyalty::{Money, Points};
use protocol::entity as wire;
use protocol::grant::{Grant, GrantReply, GrantRequest, GrantedLot, ShortReason, Want};
use protocol::hello::{HelloReply, HelloRequest};
use protocol::ids::{Generation, GrantId, LifeId, RequestId, Seq};
use protocol::lookup::{LookupReply, LookupRequest};
use protocol::manage::{DeviceStanding, ManageAction, ManageReply, ManageRequest};
use protocol::operation::{Body, Release, Return};
use protocol::push::Outcome;
use protocol::report::{ReportReply, ReportRequest, Reported};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait};

fn release(grant: &Grant, member: &str, points: i64) -> Body {
    Body::Release(Release {
        grant: grant.grant,
        member: member.into(),
        points: Points(points),
        coupon: grant.coupon.clone(),
    })
}

/// Allowances that a device is asked to give back, as its own feed shows them.
async fn recalled(bench: &Bench, counter: &Counter) -> Vec<GrantId> {
    let scope = format!("device:{}", counter.device);
    let pulled = counter.pull(bench, &scope, 0).await;
    pulled
        .changes
        .iter()
        .filter(|c| c.entity == wire::RECALL)
        .map(|c| {
            let recall: wire::Recall =
                serde_json::from_str(c.body.as_ref().unwrap().get()).unwrap();
            recall.grant
        })
        .collect()
}

async fn what_stands_in_anothers_way_is_asked_back(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 1_000).await;
    let mut first = bench.counter(true).await;
    let second = bench.counter(true).await;
    let held = first.grant(&bench, &member, Some(600)).await.grants[0].clone();
    let reply = second.grant(&bench, &member, Some(900)).await;
    assert_eq!(reply.grants[0].points, Points(400));
    assert_eq!(reply.short[0].reason, ShortReason::HeldElsewhere);
    assert_eq!(recalled(&bench, &first).await, [held.grant]);
    // only the holder gives back
    assert_eq!(bench.balance_of(&member, "available").await, 0);
    let back = first.append(&release(&held, &member, 600));
    first.results(&bench, &[back]).await;
    assert_eq!(recalled(&bench, &first).await, []);
    let reply = second.grant(&bench, &member, Some(500)).await;
    assert_eq!(
        (reply.grants[0].points, reply.short.len()),
        (Points(500), 0)
    );
    // somebody who has not been heard of for longer than the lease is not worth waiting for
    let mut row = device::ActiveModel {
        id: Set(second.device.to_string()),
        ..Default::default()
    };
    row.last_contact_at = Set(0);
    row.update(bench.centre.db().read()).await.unwrap();
    let reply = first.grant(&bench, &member, Some(500)).await;
    assert_eq!(reply.short[0].reason, ShortReason::InDoubt);
    bench.check_sums().await;
}

async fn a_member_in_debt_has_her_allowances_asked_back(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 0).await;
    let mut counter = bench.counter(true).await;
    let sold = counter.append(&Body::Sale(sale("T1", 100_000, by_id(&member))));
    counter.results(&bench, &[sold]).await;
    let held = counter.grant(&bench, &member, Some(1_000)).await.grants[0].clone();
    let back = counter.append(&Body::Return(Return {
        receipt: "T1".into(),
        store: STORE.into(),
        lines: Vec::new(),
        reason: "other".into(),
        shown_refund: Money::from_fen(100_000),
    }));
    counter.results(&bench, &[back]).await;
    assert_eq!(bench.balance_of(&member, "debt").await, -1_000);
    assert_eq!(recalled(&bench, &counter).await, [held.grant]);
    let given = counter.append(&release(&held, &member, 1_000));
    counter.results(&bench, &[given]).await;
    assert_eq!(bench.balance_of(&member, "debt").await, 0);
    assert_eq!(bench.balance_of(&member, "available").await, 0);
    bench.check_sums().await;
}

fn want_coupon(member: &str, id: &str) -> GrantRequest {
    GrantRequest {
        request_id: RequestId::fresh(),
        epoch: None,
        life: None,
        generation: None,
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
    assert_eq!(row.holder_device, Some(second.device.to_string()));

    let with_coupon = |receipt: &str| {
        let mut sold = sale(receipt, 20_000, by_id(&member));
        sold.coupons = vec!["K1".into()];
        sold.shown_pay = Money::from_fen(15_000);
        Body::Sale(sold)
    };
    // written off, it may be used elsewhere; what comes late is the store's
    let device = second.device.to_string();
    let late = second.append(&with_coupon("T2"));
    let freed = devices::write_off(&bench.centre, &device, "M1")
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

async fn hello(
    bench: &Bench,
    counter: &Counter,
    life: LifeId,
    acked: u64,
    taken: u32,
) -> HelloReply {
    let said = HelloRequest {
        proto_min: 2,
        proto_max: 2,
        generation: counter.generation,
        epoch: counter.epoch,
        head_seq: Seq(counter.seq),
        head_hash: counter.head,
        life: Some(life),
        acked_seq: Seq(acked),
        grants_taken: Some(taken),
        open_requests: Vec::new(),
    };
    counter.ask(bench, "/v1/hello", &said).await
}

async fn a_restored_centre_grants_nothing_until_all_have_told_what_they_hold(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 1_000).await;
    let mut one = bench.counter(true).await;
    let two = bench.counter(true).await;
    let (life_one, life_two) = (LifeId::fresh(), LifeId::fresh());
    hello(&bench, &two, life_two, 0, 0).await;
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
        lease_until: time::now(),
        coupon: None,
        ahead: false,
    };
    let earned = one.append(&Body::Sale(sale("T1", 20_000, by_id(&member))));
    let spent = one.append(&redemption(&member, &[(&forgotten, 1_100)]));
    let told = hello(&bench, &one, life_one, 2, 1).await;
    assert!(told.report && told.generation > one.generation);
    assert_eq!(
        recovery::waiting_for(
            bench.centre.db().read(),
            i32::try_from(told.generation.0).unwrap()
        )
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

    let page = ReportRequest {
        generation: one.generation,
        epoch: one.epoch,
        allowances: vec![Reported {
            grant: forgotten.grant,
            member: forgotten.member.clone(),
            request: Some(RequestId::fresh()),
            granted: forgotten.points,
            lots: forgotten.lots.clone(),
            coupon: None,
            ahead: false,
        }],
        last: true,
    };
    let reply: ReportReply = one.ask(&bench, "/v1/report", &page).await;
    assert_eq!((reply.reinstated, reply.waiting_for), (1, 1));
    // what brought 200 of it has not been sent again yet
    assert_eq!(bench.balance_of(&member, "debt").await, -200);
    let again: ReportReply = one.ask(&bench, "/v1/report", &page).await;
    assert_eq!(again.reinstated, 0);
    assert!(!hello(&bench, &one, life_one, 0, 1).await.report);
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
    devices::write_off(&bench.centre, &two.device.to_string(), "M1")
        .await
        .unwrap();
    assert_eq!(one.grant(&bench, &member, None).await.short, []);
    bench.check_sums().await;
}

async fn central_restored_begins_a_generation_of_its_own(engine: Engine) {
    let bench = bench_on(engine).await;
    let counter = bench.counter(true).await;
    assert_eq!(counter.generation, Generation(1));
    let first = recovery::restored(&bench.centre).await.unwrap();
    assert!(first > Generation(1));
    let second = recovery::restored(&bench.centre).await.unwrap();
    assert!(second > first);
    assert_eq!(
        hello(&bench, &counter, LifeId::fresh(), 0, 0)
            .await
            .generation,
        second
    );
}

async fn a_member_of_another_store_visits_for_the_day(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 1_000).await;
    let mut home = bench.counter(true).await;
    let sold = home.append(&Body::Sale(sale("T1", 20_000, by_id(&member))));
    home.results(&bench, &[sold]).await;
    let away = devices::new_enrol_code(&bench.centre, "S2", true)
        .await
        .unwrap();
    let mut away: Counter = common::enrol(&bench.client, &bench.base, &away.code)
        .await
        .into();
    let look = |query: &str| LookupRequest {
        query: query.into(),
    };
    let nobody: LookupReply = away.ask(&bench, "/v1/lookup", &look("13900000000")).await;
    assert_eq!(nobody.member, None);
    // by part of a number nobody is found
    let part: LookupReply = away.ask(&bench, "/v1/lookup", &look("5678")).await;
    assert_eq!(part.member, None);
    let found: LookupReply = away.ask(&bench, "/v1/lookup", &look("138 0000 5678")).await;
    assert_eq!(
        found.member.as_ref().map(protocol::MemberId::as_str),
        Some(member.as_str())
    );
    let scope = format!("device:{}", away.device);
    let kinds = |pulled: &protocol::pull::PullReply| -> Vec<String> {
        pulled
            .changes
            .iter()
            .filter(|c| c.body.is_some())
            .map(|c| c.entity.clone())
            .collect()
    };
    let pulled = away.pull(&bench, &scope, 0).await;
    assert!(kinds(&pulled).contains(&wire::MEMBER.to_owned()));
    assert!(kinds(&pulled).contains(&wire::RECEIPT.to_owned()));
    // another device may not read it
    let other = home
        .send(
            &bench,
            "/v1/pull",
            &protocol::pull::PullRequest {
                scope: scope.clone(),
                cursor: 0,
                generation: home.generation,
                limit: 10,
            },
        )
        .await;
    assert_eq!(other.code(), "scope_forbidden");
    // an allowance of her own, and what happens shows in both places
    let grant = away.grant(&bench, &member, Some(500)).await.grants[0].clone();
    let mut body = redemption(&member, &[(&grant, 500)]);
    if let Body::Redemption(r) = &mut body {
        r.store = "S2".into();
    }
    let spent = away.append(&body);
    away.results(&bench, &[spent]).await;
    assert_eq!(home.sees(&bench, &member).await.balance, Points(700));
    let changed = away.pull(&bench, &scope, pulled.next).await;
    assert!(kinds(&changed).contains(&wire::MEMBER.to_owned()));
    // the day ends
    let row = visit::Entity::find()
        .one(bench.centre.db().read())
        .await
        .unwrap()
        .unwrap();
    let mut over: visit::ActiveModel = row.into();
    over.until = Set(1);
    over.update(bench.centre.db().read()).await.unwrap();
    assert_eq!(
        lookup::end_visits(&bench.centre, time::now())
            .await
            .unwrap(),
        1
    );
    let fresh = away.pull(&bench, &scope, 0).await;
    assert!(!kinds(&fresh).contains(&wire::MEMBER.to_owned()));
    assert!(!kinds(&fresh).contains(&wire::RECEIPT.to_owned()));
}

async fn a_manager_sees_and_settles_the_devices_of_her_store(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 1_000).await;
    let pin_hash = {
        use argon2::password_hash::{PasswordHasher, SaltString};
        let salt = SaltString::from_b64("c29tZXNhbHRzb21lc2FsdA").unwrap();
        argon2::Argon2::default()
            .hash_password(b"2468", &salt)
            .unwrap()
            .to_string()
    };
    let mut work = bench.centre.work().await.unwrap();
    for (id, role) in [("MG", wire::Role::Manager), ("CA", wire::Role::Cashier)] {
        let clerk = wire::Clerk {
            id: id.into(),
            name: "林店长".into(),
            role,
            store: STORE.into(),
            pin_hash: pin_hash.clone(),
            active: true,
        };
        catalog::put_clerk(&mut work, &clerk).await.unwrap();
    }
    work.commit().await.unwrap();
    let lost = bench.counter(true).await;
    let here = bench.counter(true).await;
    lost.grant(&bench, &member, Some(400)).await;
    let ask = |clerk: &str, pin: &str, action: ManageAction| ManageRequest {
        clerk: clerk.into(),
        pin: pin.into(),
        action,
    };
    let seen: ManageReply = here
        .ask(&bench, "/v1/manage", &ask("MG", "2468", ManageAction::Look))
        .await;
    assert_eq!(seen.devices.len(), 2);
    let of_lost = seen
        .devices
        .iter()
        .find(|d| d.device == lost.device)
        .unwrap();
    assert_eq!(
        (of_lost.holds, of_lost.standing),
        (Points(400), DeviceStanding::Good)
    );
    for (clerk, pin) in [("MG", "1357"), ("CA", "2468"), ("C1", "2468")] {
        let refused = here
            .send(&bench, "/v1/manage", &ask(clerk, pin, ManageAction::Look))
            .await;
        assert!(
            refused.status == 401 || refused.status == 500,
            "{}",
            refused.status
        );
    }
    let write_off = ManageAction::WriteOff {
        device: lost.device,
    };
    let after: ManageReply = here
        .ask(&bench, "/v1/manage", &ask("MG", "2468", write_off))
        .await;
    let of_lost = after
        .devices
        .iter()
        .find(|d| d.device == lost.device)
        .unwrap();
    assert_eq!(
        (of_lost.holds, of_lost.standing),
        (Points::ZERO, DeviceStanding::WrittenOff)
    );
    // a device of another store is none of hers
    let code = devices::new_enrol_code(&bench.centre, "S2", true)
        .await
        .unwrap();
    let other: Counter = common::enrol(&bench.client, &bench.base, &code.code)
        .await
        .into();
    let foreign = ManageAction::Revoke {
        device: other.device,
    };
    let refused = here
        .send(&bench, "/v1/manage", &ask("MG", "2468", foreign))
        .await;
    assert_eq!(refused.code(), "not_found");
    for _ in 0..6 {
        here.send(&bench, "/v1/manage", &ask("MG", "0000", ManageAction::Look))
            .await;
    }
    let locked = here
        .send(&bench, "/v1/manage", &ask("MG", "2468", ManageAction::Look))
        .await;
    assert_eq!(locked.code(), "too_many");
}

on_both_engines!(
    what_stands_in_anothers_way_is_asked_back,
    a_member_in_debt_has_her_allowances_asked_back,
    a_coupon_has_one_holder_and_one_use,
    a_restored_centre_grants_nothing_until_all_have_told_what_they_hold,
    central_restored_begins_a_generation_of_its_own,
    a_member_of_another_store_visits_for_the_day,
    a_manager_sees_and_settles_the_devices_of_her_store,
);

#[tokio::test]
async fn a_backup_that_is_put_back_knows_it() {
    let bench = bench_on(Engine::Sqlite).await;
    let member = bench.member("13800005678", 1_000).await;
    let counter = bench.counter(true).await;
    let copy = bench.folder.path().join("copy.db");
    central::backup::copy(&bench.centre, &copy).await.unwrap();
    // once is enough, and a copy never takes the place of another
    assert!(central::backup::copy(&bench.centre, &copy).await.is_err());
    counter.grant(&bench, &member, Some(100)).await;
    let url = format!("sqlite://{}", copy.display());
    let restored = central::centre::Centre::open(&url).await.unwrap();
    assert!(restored.generation() > bench.centre.generation());
    let begun = restored.generation();
    restored.close().await.unwrap();
    let again = central::centre::Centre::open(&url).await.unwrap();
    assert_eq!(again.generation(), begun);
    again.close().await.unwrap();
}
