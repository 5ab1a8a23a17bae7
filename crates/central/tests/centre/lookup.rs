//! A member of another store, kept for the day.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::common::{Engine, bench_on, by_id, redemption, sale};
use centre::sync::lookup;
use centre_store::tables::visit;
use chrono::DateTime;
use loyalty::Points;
use protocol::entity::EntityKind;
use protocol::lookup::{LookupReply, LookupRequest};
use protocol::operation::Body;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait};

async fn a_member_of_another_store_visits_for_the_day(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 1_000).await;
    let mut home = bench.counter(true).await;
    let sold = home.append(&Body::Sale(sale("T1", 20_000, by_id(&member))));
    home.results(&bench, &[sold]).await;
    let mut away = bench.counter_of("S2", true).await;
    let look = |query: &str| LookupRequest::of(query);
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
    assert!(kinds(&pulled).contains(&EntityKind::Member.name().to_owned()));
    assert!(kinds(&pulled).contains(&EntityKind::Receipt.name().to_owned()));
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
                attestation: None,
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
    assert!(kinds(&changed).contains(&EntityKind::Member.name().to_owned()));
    // the day ends
    let row = visit::Entity::find()
        .one(bench.centre.db().read())
        .await
        .unwrap()
        .unwrap();
    let mut over: visit::ActiveModel = row.into();
    over.until = Set(DateTime::UNIX_EPOCH.into());
    over.update(bench.centre.db().read()).await.unwrap();
    assert_eq!(
        lookup::end_visits(&bench.centre, centre::Clock::default().now())
            .await
            .unwrap(),
        1
    );
    let fresh = away.pull(&bench, &scope, 0).await;
    assert!(!kinds(&fresh).contains(&EntityKind::Member.name().to_owned()));
    assert!(!kinds(&fresh).contains(&EntityKind::Receipt.name().to_owned()));
}

on_both_engines!(a_member_of_another_store_visits_for_the_day,);
