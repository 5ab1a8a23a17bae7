//! What is asked back: it stands in another's way, or its member is in debt.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::common::giving_back::{recalled, release};
use crate::common::{Engine, STORE, bench_on, by_id, sale};
use centre_store::tables::device;
use chrono::DateTime;
use loyalty::{Money, Points};
use protocol::grant::ShortReason;
use protocol::operation::{Body, Return};
use sea_orm::{ActiveModelTrait, ActiveValue::Set};

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
        id: Set(second.device.into()),
        ..Default::default()
    };
    row.last_contact_at = Set(DateTime::UNIX_EPOCH.into());
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
        of: None,
        store: STORE.into(),
        lines: Vec::new(),
        reason: "other".into(),
        shown_refund: Money::from_fen(100_000),
        approval: None,
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

on_both_engines!(
    what_stands_in_anothers_way_is_asked_back,
    a_member_in_debt_has_her_allowances_asked_back,
);
