//! Rows that this build cannot read: nothing stops in silence, nothing is set aside for ever, nothing is 1970.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeSet;

use crate::common::acts::{done_at, granted};
use crate::common::{Bench, Engine, bench_on, redemption, sale};
use centre::error::ServiceError;
use centre::feed::Changed;
use centre::{audit, coupons, feed, health, operations, passing_time};
use centre_store::tables::program;
use chrono::Duration;
use protocol::MemberId;
use protocol::entity::EntityKind;
use protocol::operation::{Body, MemberRef};
use protocol::push::{HeldReason, Outcome};
use sea_orm::{ConnectionTrait, EntityTrait};

async fn run(bench: &Bench, sql: &str) {
    let done = bench
        .centre
        .db()
        .read()
        .execute_unprepared(sql)
        .await
        .unwrap();
    assert!(done.rows_affected() > 0, "{sql}");
}

/// The centre as another process opens it: it has read no rules yet.
async fn opened_anew(bench: &Bench) -> centre::Centre {
    bench.store.open().await.unwrap()
}

/// Each makes the rules that hold unreadable, and each another way.
const UNREADABLE: [&str; 3] = [
    "UPDATE program SET document = '{' WHERE version = 1",
    "UPDATE program SET document = REPLACE(document, '\"version\":1', '\"version\":\"one\"') WHERE version = 1",
    "UPDATE program SET document = '{\"version\":1,\"timezone\":\"Asia/Shanghai\",\"tiers\":[]}' WHERE version = 1",
];

async fn rules_that_cannot_be_read_are_no_empty_database(engine: Engine) {
    let bench = bench_on(engine).await;
    bench.member("13800005678", 300).await;
    let kept = program::Entity::find_by_id(1)
        .one(bench.centre.db().read())
        .await
        .unwrap()
        .unwrap();
    let later = centre::Clock::default().now() + Duration::days(500);
    for sql in UNREADABLE {
        run(&bench, sql).await;
        let centre = opened_anew(&bench).await;
        let stopped = passing_time::bring_forward(&centre, later).await;
        assert!(
            matches!(stopped, Err(ServiceError::Program { version: 1, .. })),
            "{sql}: {stopped:?}"
        );
        let health = health::look(&centre).await.unwrap();
        assert!(!health.is_good(), "{sql}");
        assert!(
            health.faults.iter().any(|f| f.contains("program 1")),
            "{health:?}"
        );
        let report = audit::run(centre.db(), centre.now()).await.unwrap();
        let named = report
            .violations()
            .any(|v| v.what == "program" && v.place == "program 1");
        assert!(named && !report.clean, "{}", report.text());
        centre.close().await.unwrap();
        let whole = kept.document.replace('\'', "''");
        run(&bench, &format!("UPDATE program SET document = '{whole}'")).await;
    }
    let centre = opened_anew(&bench).await;
    assert!(health::look(&centre).await.unwrap().is_good());
    assert!(passing_time::bring_forward(&centre, later).await.unwrap() > 0);
    centre.close().await.unwrap();
}

async fn what_needs_them_is_held_and_tried_again(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 300).await;
    let mut counter = bench.counter(true).await;
    // rules of a later build were published, and a counter of that build has sold by them
    run(
        &bench,
        "INSERT INTO program (version, document, effective_from, published_at) \
         SELECT 2, '{\"version\":2,\"of_a_later_build\":true}', effective_from, published_at FROM program",
    )
    .await;
    let who = MemberRef::Id {
        member: member.as_str().into(),
    };
    let mut bought = done_at(
        &mut counter,
        &Body::Sale(sale("T1", 10_000, who)),
        centre::Clock::default().now(),
    );
    bought.program = 2;
    bought.hash = bought.expected_hash();
    counter.head = bought.hash;
    let said = counter.results(&bench, std::slice::from_ref(&bought)).await;
    let held = Outcome::Held {
        reason: HeldReason::ProgramUnknown,
    };
    assert_eq!(said[0].outcome, held);
    let centre = &bench.centre;
    assert_eq!(
        operations::retry_known(centre).await.unwrap(),
        1,
        "tried, and held still"
    );
    // a build that can read them, or whoever puts them right
    run(
        &bench,
        "UPDATE program SET document = REPLACE((SELECT p.document FROM program p WHERE p.version = 1), \
         '\"version\":1', '\"version\":2') WHERE version = 2",
    )
    .await;
    assert_eq!(operations::retry_known(centre).await.unwrap(), 1);
    let said = counter.results(&bench, &[bought]).await;
    assert!(
        matches!(&said[0].outcome, Outcome::Exists(e) if e.earned.get() == 100),
        "{said:?}"
    );
    bench.check_sums().await;
}

async fn books_that_cannot_be_read_hold_what_needs_them(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 300).await;
    let mut counter = bench.counter(true).await;
    let own = format!("WHERE member_id = '{member}'");
    for (n, (broken, mended)) in [
        (
            "SET tier_review_at = 9223372036854775807",
            "SET tier_review_at = NULL",
        ),
        ("SET frozen_since = '2026-02-30'", "SET frozen_since = NULL"),
        ("SET as_of = -9223372036854775807", "SET as_of = NULL"),
    ]
    .into_iter()
    .enumerate()
    {
        run(&bench, &format!("UPDATE account {broken} {own}")).await;
        let who = MemberRef::Id {
            member: member.as_str().into(),
        };
        let body = Body::Sale(sale(&format!("T{n}"), 10_000, who));
        let bought = done_at(&mut counter, &body, centre::Clock::default().now());
        let said = counter.results(&bench, std::slice::from_ref(&bought)).await;
        let held = Outcome::Held {
            reason: HeldReason::CentreFault,
        };
        assert_eq!(said[0].outcome, held, "{broken}");
        assert_eq!(health::look(&bench.centre).await.unwrap().undigested, 1);
        let report = audit::run(bench.centre.db(), bench.centre.now())
            .await
            .unwrap();
        assert!(
            report.violations().any(|v| v.what == "undigested"),
            "{}",
            report.text()
        );
        run(&bench, &format!("UPDATE account {mended} {own}")).await;
        assert_eq!(operations::retry_known(&bench.centre).await.unwrap(), 1);
        let said = counter.results(&bench, &[bought]).await;
        assert!(matches!(&said[0].outcome, Outcome::Exists(e) if e.earned.get() == 100));
        assert!(health::look(&bench.centre).await.unwrap().is_good());
    }
    bench.check_sums().await;
}

async fn a_bad_time_is_named_by_the_audit(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 300).await;
    run(
        &bench,
        &format!("UPDATE member SET joined_at = 9223372036854775807 WHERE id = '{member}'"),
    )
    .await;
    let report = audit::run(bench.centre.db(), bench.centre.now())
        .await
        .unwrap();
    let said: Vec<_> = report
        .violations()
        .filter(|v| v.what == "feed_body")
        .collect();
    assert!(
        said.iter()
            .any(|v| v.place.contains(&member) && v.found.contains("9223372036854775807")),
        "{}",
        report.text()
    );
}

async fn a_devices_id_that_is_none_is_an_error_and_not_nobody(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 300).await;
    let mut counter = bench.counter(true).await;
    let grant = granted(&bench, &counter, &member, 100).await;
    let redeemed = counter.append(&redemption(&member, &[(&grant, 90)]));
    let op_id = redeemed.op_id.to_string();
    counter.results(&bench, &[redeemed]).await;
    let coupon = r#"{"id":"K1","kind":"amount_off","amount":"10.00"}"#;
    let coupon = serde_json::from_str(coupon).unwrap();
    coupons::give(&bench.centre, "13800005678", coupon)
        .await
        .unwrap();
    for (kind, id, table, column) in [
        (EntityKind::Coupon, "K1", "coupon", "holder_device"),
        (EntityKind::Redemption, &*op_id, "redemption", "device_id"),
    ] {
        run(
            &bench,
            &format!("UPDATE {table} SET {column} = 'no device'"),
        )
        .await;
        let hers = Changed::of(kind, MemberId::from(&*member), id);
        let db = bench.centre.db();
        let shown = feed::rendered(db.read(), &BTreeSet::from([hers]), bench.centre.now()).await;
        let Err(error @ ServiceError::Unreadable(_)) = shown else {
            panic!("{column}: {shown:?}")
        };
        let says = format!("{column} is invalid as a device's id: a text of 9 bytes");
        assert!(error.to_string().contains(&says), "{error}");
        assert!(error.is_corrupt());
        let report = audit::run(db, bench.centre.now()).await.unwrap();
        let named = report
            .violations()
            .any(|v| v.what == "feed_body" && v.place.contains(id) && v.found.contains(&says));
        assert!(named, "{}", report.text());
    }
}

on_both_engines!(
    a_devices_id_that_is_none_is_an_error_and_not_nobody,
    rules_that_cannot_be_read_are_no_empty_database,
    what_needs_them_is_held_and_tried_again,
    books_that_cannot_be_read_hold_what_needs_them,
    a_bad_time_is_named_by_the_audit,
);
