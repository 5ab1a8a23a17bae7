//! What the feed tells of points that came and went besides sales and redemptions.

use crate::common::acts::{
    applied, behaviour, by, done_at, given, granted, in_order, opened, reversal,
};
use crate::common::{Bench, Counter, Engine, by_id, redemption, sale};
use centre::feed;
use centre_store::tables::to_tell;
use chrono::Duration;
use loyalty::{Money, Points};
use protocol::entity::{self as wire, EntityKind, Movement, MovementKind};
use protocol::lookup::{LookupReply, LookupRequest};
use protocol::operation::{Body, Return};
use sea_orm::{ConnectionTrait, EntityTrait, PaginatorTrait};

async fn told(bench: &Bench, counter: &Counter, scope: &str) -> Vec<Movement> {
    let pulled = counter.pull(bench, scope, 0).await;
    let found = pulled
        .changes
        .iter()
        .find(|c| c.entity == EntityKind::Movements.name());
    let Some(found) = found.and_then(|c| c.body.as_ref()) else {
        return Vec::new();
    };
    let told: wire::Movements = serde_json::from_str(found.get()).unwrap();
    told.movements
}

fn short(all: &[Movement]) -> Vec<(MovementKind, i64)> {
    all.iter().map(|m| (m.kind, m.points.0)).collect()
}

/// A member to whom everything has happened: what her receipts, redemptions and movements tell is her balance.
async fn eventful(bench: &Bench, counter: &mut Counter) -> String {
    let member = bench.member("13800005678", 0).await;
    let early = centre::Clock::default().now() - Duration::days(40);
    given(bench, &member, 70, early, -20).await;
    given(
        bench,
        &member,
        500,
        centre::Clock::default().now() - Duration::days(10),
        300,
    )
    .await;
    let op = done_at(
        counter,
        &Body::Sale(sale("T1", 30_000, by_id(&member))),
        centre::Clock::default().now() - Duration::days(9),
    );
    counter.results(bench, &[op]).await;
    let grant = granted(bench, counter, &member, 200).await;
    let redeemed = crate::common::acts::done(counter, &redemption(&member, &[(&grant, 150)]));
    counter
        .results(bench, std::slice::from_ref(&redeemed))
        .await;
    applied(bench, counter, &reversal(&redeemed, &member, None)).await;
    applied(bench, counter, &behaviour(&member, "check_in")).await;
    let back = Return {
        receipt: "T1".into(),
        of: None,
        store: "S1".into(),
        lines: Vec::new(),
        reason: "other".into(),
        shown_refund: Money::from_fen(30_000),
        approval: by("M1"),
    };
    applied(bench, counter, &Body::Return(back)).await;
    member
}

async fn everything_else_is_told_newest_first(engine: Engine) {
    let bench = opened(engine).await;
    let mut counter = bench.counter(true).await;
    let member = eventful(&bench, &mut counter).await;
    let all = told(&bench, &counter, "store:S1").await;
    let kinds: Vec<MovementKind> = all.iter().map(|m| m.kind).collect();
    for kind in [
        MovementKind::Return,
        MovementKind::Behaviour,
        MovementKind::Reversal,
        MovementKind::Expired,
        MovementKind::Adjusted,
    ] {
        assert!(kinds.contains(&kind), "{kind:?} of {all:?}");
    }
    assert!(all.is_sorted_by_key(|m| std::cmp::Reverse(m.at)));
    let of = |kind| all.iter().find(|m| m.kind == kind).unwrap();
    assert_eq!(of(MovementKind::Return).receipt.as_deref(), Some("T1"));
    assert_eq!(of(MovementKind::Return).store, Some("S1".into()));
    assert_eq!(of(MovementKind::Expired).points, Points(-70));
    assert_eq!(of(MovementKind::Reversal).points, Points(150));
    assert!(of(MovementKind::Reversal).of.is_some());
    let seen = of(MovementKind::Behaviour);
    assert_eq!(seen.behaviour.as_deref(), Some("check_in"));
    // with what her receipt and her redemption tell it is all that she has
    let moved: Points = all.iter().map(|m| m.points).sum();
    let shown = counter.sees(&bench, &member).await;
    let sold = Points(300);
    assert_eq!(
        moved + sold - Points(150),
        shown.balance,
        "{:?}",
        short(&all)
    );
    in_order(&bench).await;
}

async fn she_takes_them_along_and_a_visit_has_them(engine: Engine) {
    let bench = opened(engine).await;
    let mut counter = bench.counter(true).await;
    let member = eventful(&bench, &mut counter).await;
    let before = short(&told(&bench, &counter, "store:S1").await);
    let mut work = bench.centre.work().await.unwrap();
    let moves = format!("UPDATE member SET home_store = 'S2' WHERE id = '{member}'");
    work.on().execute_unprepared(&moves).await.unwrap();
    work.changed(feed::Changed::Moved {
        member: member.as_str().into(),
        from: "S1".into(),
    });
    work.commit().await.unwrap();
    assert!(told(&bench, &counter, "store:S1").await.is_empty());
    in_order(&bench).await;
    let query = LookupRequest::of("13800005678");
    let found: LookupReply = counter.ask(&bench, "/v1/lookup", &query).await;
    assert!(found.until.is_some());
    let own = format!("device:{}", counter.device);
    assert_eq!(short(&told(&bench, &counter, &own).await), before);
    in_order(&bench).await;
}

async fn what_an_older_build_left_is_told_once(engine: Engine) {
    let bench = opened(engine).await;
    let mut counter = bench.counter(true).await;
    let member = eventful(&bench, &mut counter).await;
    bench.member("13900001111", 0).await;
    let before = told(&bench, &counter, "store:S1").await;
    let db = bench.centre.db().read();
    for old in [
        "DELETE FROM feed WHERE entity = 'movements'".to_owned(),
        include_str!("../../../centre-store/src/migration/steps/m0009_movements.sql").to_owned(),
    ] {
        db.execute_unprepared(&old).await.unwrap();
    }
    assert!(told(&bench, &counter, "store:S1").await.is_empty());
    centre::tell_anew::tell_anew(&bench.centre).await.unwrap();
    assert_eq!(to_tell::Entity::find().count(db).await.unwrap(), 0);
    assert_eq!(
        told(&bench, &counter, "store:S1").await,
        before,
        "of {member}"
    );
}

on_both_engines!(
    everything_else_is_told_newest_first,
    she_takes_them_along_and_a_visit_has_them,
    what_an_older_build_left_is_told_once,
);
