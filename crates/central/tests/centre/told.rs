//! What the feed tells so that counters reckon with a member's whole account: which lots paid a redemption, and
//! when she showed a behaviour. And that a centre tells it anew of what an older build left.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::common::acts::{done_at, in_order};
use crate::common::{Bench, Counter, Engine, bench_on, redemption};
use centre_store::tables::{behaviour, feed as row, to_tell};
use chrono::{DateTime, Duration, Utc};
use loyalty::Points;
use protocol::entity::{self as wire, EntityKind};
use protocol::operation::{Behaviour, Body, Extension};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde::de::DeserializeOwned;

async fn told<T: DeserializeOwned>(bench: &Bench, counter: &Counter, kind: &str) -> T {
    let pulled = counter.pull(bench, "store:S1", 0).await;
    let found = pulled.changes.iter().find(|c| c.entity == kind).unwrap();
    serde_json::from_str(found.body.as_ref().unwrap().get()).unwrap()
}

async fn redeemed(bench: &Bench, counter: &mut Counter, member: &str, points: i64) {
    let reply = counter.grant(bench, member, Some(points)).await;
    let body = redemption(member, &[(&reply.grants[0], points)]);
    let op = done_at(counter, &body, centre::Clock::default().now());
    counter.results(bench, &[op]).await;
}

fn check_in(member: &str) -> Body {
    Body::Behaviour(Behaviour {
        member: member.into(),
        store: "S1".into(),
        behaviour: "check_in".into(),
        shown_points: Points(5),
    })
}

async fn a_redemption_tells_the_lots_that_paid_and_tells_them_anew_when_their_day_moves(
    engine: Engine,
) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 300).await;
    let mut counter = bench.counter(true).await;
    redeemed(&bench, &mut counter, &member, 120).await;
    let shown: wire::Redemption = told(&bench, &counter, EntityKind::Redemption.name()).await;
    assert_eq!((shown.points, shown.hers), (Points(120), Points(120)));
    let [portion] = &shown.portions[..] else {
        panic!("{shown:?}")
    };
    assert_eq!(
        (portion.points, portion.given_back),
        (Points(120), Points::ZERO)
    );
    let before = portion.expires.unwrap();
    let body = Body::Extension(Extension {
        member: member.as_str().into(),
        store: "S1".into(),
        to: before + Duration::days(60),
        approval: None,
    });
    let op = done_at(&mut counter, &body, centre::Clock::default().now());
    counter.results(&bench, &[op]).await;
    let shown: wire::Redemption = told(&bench, &counter, EntityKind::Redemption.name()).await;
    assert_eq!(shown.portions[0].expires, Some(before + Duration::days(60)));
    in_order(&bench).await;
}

async fn a_behaviour_tells_when_it_was_shown_in_the_years_that_may_count(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 0).await;
    let mut counter = bench.counter(true).await;
    let now = centre::Clock::default().now();
    let moments = [900, 790, 3].map(|days| now - Duration::days(days));
    for at in moments {
        let op = done_at(&mut counter, &check_in(&member), at);
        counter.results(&bench, &[op]).await;
    }
    let shown: wire::Behaved = told(&bench, &counter, EntityKind::Behaved.name()).await;
    let millis = |at: &DateTime<Utc>| at.timestamp_millis();
    let told: Vec<i64> = shown.moments.iter().map(millis).collect();
    assert_eq!(told, [millis(&moments[1]), millis(&moments[2])]);
    let since = shown.since.unwrap();
    assert_eq!(millis(&since), millis(&(moments[2] - Duration::days(800))));
    assert_eq!(shown.times, 1);
    in_order(&bench).await;
}

async fn what_an_older_build_told_less_of_is_told_anew_once(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 300).await;
    let mut counter = bench.counter(true).await;
    redeemed(&bench, &mut counter, &member, 120).await;
    let op = done_at(
        &mut counter,
        &check_in(&member),
        centre::Clock::default().now(),
    );
    counter.results(&bench, &[op]).await;
    let db = bench.centre.db().read();
    // as an older build left them, with points for joining and no behaviour of it
    let at = centre::Clock::default().now().timestamp_millis();
    for old in [
        "UPDATE feed SET digest = NULL, body = replace(body, '\"portions\"', '\"p\"') \
         WHERE entity = 'redemption'"
            .to_owned(),
        "UPDATE feed SET digest = NULL, body = replace(body, '\"since\"', '\"s\"') \
         WHERE entity = 'behaved'"
            .to_owned(),
        format!(
            "INSERT INTO transfer (member_id, n, op_id, from_account, to_account, lot, points, at) \
             SELECT member_id, max(n) + 1, 'welcome:{member}', 'earned', 'available', NULL, 50, {at} \
             FROM transfer WHERE member_id = '{member}' GROUP BY member_id"
        ),
        "INSERT INTO to_tell SELECT 'redemption', member_id, op_id FROM redemption".to_owned(),
        format!("INSERT INTO to_tell VALUES ('behaved', '{member}', 'check_in')"),
        format!("INSERT INTO to_tell VALUES ('joined', '{member}', 'welcome:{member}')"),
    ] {
        db.execute_unprepared(&old).await.unwrap();
    }
    let shown: wire::Redemption = told(&bench, &counter, EntityKind::Redemption.name()).await;
    assert!(shown.portions.is_empty());
    assert_eq!(
        centre::tell_anew::tell_anew(&bench.centre).await.unwrap(),
        3
    );
    assert_eq!(to_tell::Entity::find().count(db).await.unwrap(), 0);
    assert_eq!(
        centre::tell_anew::tell_anew(&bench.centre).await.unwrap(),
        0
    );
    let shown: wire::Redemption = told(&bench, &counter, EntityKind::Redemption.name()).await;
    assert_eq!(shown.portions.len(), 1);
    let joined = behaviour::Entity::find()
        .filter(behaviour::Column::Kind.eq("join"))
        .one(db)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (joined.points.get(), joined.at.timestamp_millis()),
        (50, at)
    );
    let behaved = row::Entity::find()
        .filter(row::Column::Entity.eq(EntityKind::Behaved.name()))
        .all(db)
        .await
        .unwrap();
    assert_eq!(behaved.len(), 2);
    for told in behaved {
        let shown: wire::Behaved = serde_json::from_str(told.body.unwrap().text()).unwrap();
        assert!(
            shown.since.is_some() && !shown.moments.is_empty(),
            "{shown:?}"
        );
    }
}

on_both_engines!(
    a_redemption_tells_the_lots_that_paid_and_tells_them_anew_when_their_day_moves,
    a_behaviour_tells_when_it_was_shown_in_the_years_that_may_count,
    what_an_older_build_told_less_of_is_told_anew_once,
);
