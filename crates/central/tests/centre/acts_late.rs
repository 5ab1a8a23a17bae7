//! Freezes and extensions that arrive late: what expired only for their lateness comes back, once.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::common::Engine;
use crate::common::acts::{
    MANAGER, applied, by, done_at, freeze, given, granted, in_order, opened, outcomes,
};
use crate::common::giving_back::release;
use centre::passing_time;
use centre_store::tables::lot;
use chrono::Duration;
use loyalty::Points;
use protocol::operation::{Body, Extension, Unfreeze};
use protocol::push::Outcome;
use sea_orm::{ConnectionTrait, EntityTrait};

async fn an_extension_that_comes_late_brings_back_what_it_was_to_keep(engine: Engine) {
    let bench = opened(engine).await;
    let member = bench.member("13800005678", 0).await;
    let mut counter = bench.counter(true).await;
    let start = centre::Clock::default().now() - Duration::days(30);
    given(&bench, &member, 70, start, -1).await;
    given(&bench, &member, 20, start, -9).await;
    let made = centre::Clock::default().now() - Duration::days(3);
    passing_time::bring_forward(&bench.centre, centre::Clock::default().now())
        .await
        .unwrap();
    assert_eq!(bench.balance_of(&member, "expired").await, 90);
    let today = bench.program.business_date(centre::Clock::default().now());
    let extension = |to| {
        Body::Extension(Extension {
            member: member.as_str().into(),
            store: "S1".into(),
            to,
            approval: by(MANAGER),
        })
    };
    let op = done_at(&mut counter, &extension(today + Duration::days(60)), made);
    let Outcome::Applied(effect) = outcomes(&bench, &counter, &[op]).await.remove(0) else {
        panic!("not applied")
    };
    assert_eq!(
        effect.balance,
        Points(70),
        "what had passed on that day stays so"
    );
    assert_eq!(bench.balance_of(&member, "expired").await, 20);
    in_order(&bench).await;
    // beyond all dates is the furthest, and a date that has passed does nothing
    applied(
        &bench,
        &mut counter,
        &extension(today + Duration::days(400_000)),
    )
    .await;
    applied(
        &bench,
        &mut counter,
        &extension(today - Duration::days(400_000)),
    )
    .await;
    let lots = lot::Entity::find()
        .all(bench.centre.db().read())
        .await
        .unwrap();
    let furthest = today + Duration::days(1_826);
    let with_points = lots.iter().find(|l| l.available.is_positive()).unwrap();
    assert_eq!(with_points.expires_on, Some(furthest.into()));
    in_order(&bench).await;
}

async fn two_acts_that_come_late_bring_back_the_same_points_once(engine: Engine) {
    let bench = opened(engine).await;
    let member = bench.member("13800005678", 0).await;
    let (mut first, mut second) = (bench.counter(true).await, bench.counter(true).await);
    given(
        &bench,
        &member,
        70,
        centre::Clock::default().now() - Duration::days(30),
        -1,
    )
    .await;
    passing_time::bring_forward(&bench.centre, centre::Clock::default().now())
        .await
        .unwrap();
    assert_eq!(bench.balance_of(&member, "expired").await, 70);
    // both were done before the points expired, and neither counter knew of the other
    let body = Body::Freeze(freeze(&member, by(MANAGER)));
    for (counter, hours) in [(&mut first, 72), (&mut second, 71)] {
        let op = done_at(
            counter,
            &body,
            centre::Clock::default().now() - Duration::hours(hours),
        );
        let Outcome::Applied(effect) = outcomes(&bench, counter, &[op]).await.remove(0) else {
            panic!("not applied")
        };
        assert_eq!(effect.balance, Points(70), "{hours} hours ago");
    }
    assert_eq!(bench.balance_of(&member, "expired").await, 0);
    let today = bench.program.business_date(centre::Clock::default().now());
    let extension = Body::Extension(Extension {
        member: member.as_str().into(),
        store: "S1".into(),
        to: today + Duration::days(60),
        approval: by(MANAGER),
    });
    let op = done_at(
        &mut first,
        &extension,
        centre::Clock::default().now() - Duration::hours(70),
    );
    let Outcome::Applied(effect) = outcomes(&bench, &first, &[op]).await.remove(0) else {
        panic!("not applied")
    };
    assert_eq!(effect.balance, Points(70));
    in_order(&bench).await;
}

async fn what_a_late_release_let_expire_a_later_freeze_brings_back(engine: Engine) {
    let bench = opened(engine).await;
    let member = bench.member("13800005678", 0).await;
    let mut counter = bench.counter(true).await;
    given(
        &bench,
        &member,
        70,
        centre::Clock::default().now() - Duration::days(30),
        30,
    )
    .await;
    let grant = granted(&bench, &counter, &member, 70).await;
    let last = bench.program.business_date(centre::Clock::default().now()) - Duration::days(5);
    let ended = format!("UPDATE lot SET expires_on = '{last}'");
    let db = bench.centre.db().read();
    db.execute_unprepared(&ended).await.unwrap();
    // at the counter the points were back, and frozen, before their last day
    let days_ago = |days| centre::Clock::default().now() - Duration::days(days);
    let ops = [
        done_at(&mut counter, &release(&grant, &member, 70), days_ago(10)),
        done_at(
            &mut counter,
            &Body::Freeze(freeze(&member, by(MANAGER))),
            days_ago(9),
        ),
    ];
    let outcomes = outcomes(&bench, &counter, &ops).await;
    let Some(Outcome::Applied(effect)) = outcomes.last() else {
        panic!("{outcomes:?}")
    };
    assert_eq!(effect.balance, Points(70));
    in_order(&bench).await;
}

async fn an_extension_brings_back_nothing_that_had_expired_before(engine: Engine) {
    let bench = opened(engine).await;
    let member = bench.member("13800005678", 0).await;
    let mut counter = bench.counter(true).await;
    given(
        &bench,
        &member,
        70,
        centre::Clock::default().now() - Duration::days(30),
        30,
    )
    .await;
    granted(&bench, &counter, &member, 50).await;
    // as if all this were a month ago
    let today = bench.program.business_date(centre::Clock::default().now());
    let month_ago = (centre::Clock::default().now() - Duration::days(30)).timestamp_millis();
    let last = today - Duration::days(9);
    for rewound in [
        format!("UPDATE lot SET expires_on = '{last}'"),
        format!("UPDATE account SET as_of = {month_ago}, due_at = {month_ago}"),
    ] {
        let db = bench.centre.db().read();
        db.execute_unprepared(&rewound).await.unwrap();
    }
    // what is held does not expire, and the lot goes on with it
    passing_time::bring_forward(&bench.centre, centre::Clock::default().now())
        .await
        .unwrap();
    assert_eq!(bench.balance_of(&member, "expired").await, 20);
    // the first gives the lot another date; what had expired on the old one is no matter to the second
    for (days_ago, to) in [(5, -2), (4, 60)] {
        let extension = Body::Extension(Extension {
            member: member.as_str().into(),
            store: "S1".into(),
            to: today + Duration::days(to),
            approval: by(MANAGER),
        });
        let op = done_at(
            &mut counter,
            &extension,
            centre::Clock::default().now() - Duration::days(days_ago),
        );
        let Outcome::Applied(effect) = outcomes(&bench, &counter, &[op]).await.remove(0) else {
            panic!("not applied")
        };
        assert_eq!(effect.balance, Points(50), "{days_ago} days ago");
    }
    in_order(&bench).await;
}

async fn a_freeze_that_comes_late_brings_back_what_expired_meanwhile(engine: Engine) {
    let bench = opened(engine).await;
    let member = bench.member("13800005678", 0).await;
    let mut counter = bench.counter(true).await;
    given(
        &bench,
        &member,
        70,
        centre::Clock::default().now() - Duration::days(30),
        -1,
    )
    .await;
    passing_time::bring_forward(&bench.centre, centre::Clock::default().now())
        .await
        .unwrap();
    let body = Body::Freeze(freeze(&member, by(MANAGER)));
    let op = done_at(
        &mut counter,
        &body,
        centre::Clock::default().now() - Duration::days(3),
    );
    let Outcome::Applied(effect) = outcomes(&bench, &counter, &[op]).await.remove(0) else {
        panic!("not applied")
    };
    assert_eq!(effect.balance, Points(70));
    in_order(&bench).await;
    let open = Body::Unfreeze(Unfreeze(freeze(&member, by(MANAGER))));
    let effect = applied(&bench, &mut counter, &open).await;
    assert_eq!(
        effect.balance,
        Points(70),
        "its day moved on by the days frozen"
    );
    passing_time::bring_forward(&bench.centre, centre::Clock::default().now())
        .await
        .unwrap();
    assert_eq!(counter.sees(&bench, &member).await.balance, Points(70));
    in_order(&bench).await;
}

on_both_engines!(
    an_extension_that_comes_late_brings_back_what_it_was_to_keep,
    two_acts_that_come_late_bring_back_the_same_points_once,
    what_a_late_release_let_expire_a_later_freeze_brings_back,
    an_extension_brings_back_nothing_that_had_expired_before,
    a_freeze_that_comes_late_brings_back_what_expired_meanwhile,
);
