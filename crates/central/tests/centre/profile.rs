//! Changes of profiles through the service: together and one by one, and where they show.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::common::{Bench, Counter, Engine, bench_on, by_id, sale};
use centre::feed as feed_service;
use centre_store::tables::{consent, feed, feed_head, member, operation, visit};
use chrono::Duration;
use protocol::entity::EntityKind;
use protocol::operation::{Body, Operation, PHONE, Profile, Reveal};
use protocol::personal::PersonalField;
use protocol::profile::{Consents, Fields, NAME, NOTE};
use protocol::pull::{digest_text, entity_digest};
use protocol::push::{HeldReason, Outcome, SetAsideReason};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

fn blank(member: &str) -> Profile {
    Profile {
        member: member.into(),
        seen: 0,
        set: Fields::default(),
        allergies_add: Vec::new(),
        allergies_remove: Vec::new(),
        consents: Consents::default(),
    }
}

fn concerns(member: &str, word: &str) -> Profile {
    let mut body = blank(member);
    body.set.concerns = Some(vec![word.into()]);
    body
}

fn change(counter: &mut Counter, body: &Profile, personal: &[(&str, &str)]) -> Operation {
    let personal = personal
        .iter()
        .map(|(name, value)| PersonalField::commit(name, value).unwrap())
        .collect();
    let json = Body::Profile(body.clone()).to_json().unwrap();
    counter.append_raw("profile", json, personal, centre::Clock::default().now())
}

/// Operations of many kinds, of which some go together.
async fn story(bench: &Bench, counter: &mut Counter) -> Vec<Operation> {
    let one = bench.member("13800005678", 0).await;
    let two = bench.member("13900001111", 0).await;
    let mut told = blank(&one);
    told.consents = Consents {
        guardian: None,
        skin: Some(true),
        marketing: Some(true),
        text_version: "2026-1".into(),
    };
    told.allergies_add = vec!["酒精".into()];
    let mut late = blank(&one);
    late.allergies_remove = vec!["酒精".into()];
    let mut beyond = blank(&one);
    beyond.set.concerns = Some(vec![String::new()]);
    let reveal = Reveal {
        member: one.as_str().into(),
        date: "2026-11-23".parse().unwrap(),
    };
    let mut ops = vec![
        change(counter, &told, &[(NAME, "林晓"), (NOTE, "喜欢清爽的")]),
        change(counter, &concerns(&one, "first"), &[]),
        change(counter, &concerns(&two, "hers"), &[]),
        change(counter, &concerns(&one, "second"), &[(NOTE, "下次带小样")]),
        counter.append(&Body::Reveal(reveal)),
        change(counter, &late, &[]),
        change(counter, &beyond, &[]),
        change(counter, &concerns("nobody", "x"), &[]),
        counter.append(&Body::Sale(sale("T1", 1_000, by_id(&two)))),
    ];
    for n in 0..6 {
        ops.push(change(counter, &concerns(&two, &format!("c{n}")), &[]));
    }
    ops.push(change(counter, &blank(&two), &[(PHONE, "138 0000 5678")]));
    ops
}

fn kinds(outcomes: &[Outcome]) -> Vec<&'static str> {
    outcomes
        .iter()
        .map(|o| match o {
            Outcome::Applied(_) => "applied",
            Outcome::Held {
                reason: HeldReason::MemberUnknown,
            } => "held",
            Outcome::SetAside {
                reason: SetAsideReason::Malformed,
            } => "malformed",
            other => panic!("{other:?}"),
        })
        .collect()
}

async fn members(bench: &Bench) -> Vec<(Option<String>, String, String, String, bool, u32)> {
    let mut all: Vec<_> = member::Entity::find()
        .all(bench.centre.db().read())
        .await
        .unwrap()
        .into_iter()
        .map(|m| {
            (
                m.phone,
                m.name,
                m.allergies.0.into_text(),
                m.concerns,
                m.consent_skin,
                *m.revision,
            )
        })
        .collect();
    all.sort();
    all
}

async fn together_and_one_by_one_come_to_the_same(engine: Engine) {
    let (together, alone) = (bench_on(engine).await, bench_on(engine).await);
    let mut counter = together.counter(true).await;
    let ops = story(&together, &mut counter).await;
    let results = counter.results(&together, &ops).await;
    let outcomes: Vec<Outcome> = results.into_iter().map(|r| r.outcome).collect();
    let mut expected = vec!["applied"; ops.len()];
    expected[6] = "malformed";
    expected[7] = "held";
    assert_eq!(kinds(&outcomes), expected);

    let mut counter_alone = alone.counter(true).await;
    let mut singly = Vec::new();
    for op in story(&alone, &mut counter_alone).await {
        singly.extend(counter_alone.results(&alone, &[op]).await);
    }
    let singly: Vec<Outcome> = singly.into_iter().map(|r| r.outcome).collect();
    assert_eq!(kinds(&singly), expected);
    let all = members(&together).await;
    assert_eq!(all, members(&alone).await);
    // what was not seen is not taken off, what is another's stays hers
    let one = &all[0];
    assert_eq!(
        (one.0.as_deref(), one.1.as_str()),
        (Some("13800005678"), "林晓")
    );
    assert_eq!(
        (one.2.as_str(), one.3.as_str()),
        (r#"["酒精"]"#, r#"["second"]"#)
    );
    assert_eq!(all[1].0.as_deref(), Some("13900001111"));

    // the same again: stored results, nothing twice
    let again = counter.results(&together, &ops).await;
    assert!(
        again
            .iter()
            .all(|r| !matches!(r.outcome, Outcome::Applied(_)))
    );
    let db = together.centre.db().read();
    assert_eq!(
        operation::Entity::find().all(db).await.unwrap().len(),
        ops.len()
    );
    assert_eq!(consent::Entity::find().all(db).await.unwrap().len(), 2);
    let id = ops[0].body().unwrap();
    let Some(Body::Profile(first)) = id else {
        panic!()
    };
    let shown = counter.sees(&together, first.member.as_str()).await;
    let notes: Vec<&str> = shown.notes.iter().map(|n| n.text.as_str()).collect();
    assert_eq!(notes.len(), 2);
    assert!(notes.contains(&"喜欢清爽的") && notes.contains(&"下次带小样"));
    assert_eq!(shown.revision, 4);
    check_digests(&together).await;
}

/// Every head's digest is the sum of its rows'.
async fn check_digests(bench: &Bench) {
    let db = bench.centre.db().read();
    for head in feed_head::Entity::find().all(db).await.unwrap() {
        let rows = feed::Entity::find()
            .filter(feed::Column::Scope.eq(&head.scope))
            .all(db)
            .await
            .unwrap();
        let sum = rows.iter().fold(0u128, |sum, r| {
            let body = r.body.as_ref();
            sum.wrapping_add(body.map_or(0, |b| entity_digest(&r.entity, &r.entity_key, b.text())))
        });
        assert_eq!(head.digest, digest_text(sum), "{}", head.scope);
    }
}

async fn an_old_feed_gets_its_digests_once(engine: Engine) {
    let bench = bench_on(engine).await;
    let mut counter = bench.counter(true).await;
    let member = bench.member("13800005678", 0).await;
    let db = bench.centre.db().read();
    for head in feed_head::Entity::find().all(db).await.unwrap() {
        feed_head::ActiveModel {
            scope: Set(head.scope),
            digest: Set(String::new()),
            ..Default::default()
        }
        .update(db)
        .await
        .unwrap();
    }
    for row in feed::Entity::find().all(db).await.unwrap() {
        let mut row: feed::ActiveModel = row.into();
        row.digest = Set(None);
        row.update(db).await.unwrap();
    }
    // one scope by the next change of it, the others at the next start
    let op = change(&mut counter, &concerns(&member, "x"), &[]);
    counter.results(&bench, &[op]).await;
    let pulled = counter.pull(&bench, "store:S1", 0).await;
    assert!(pulled.digest.is_some());
    feed_service::complete_digests(bench.centre.db())
        .await
        .unwrap();
    check_digests(&bench).await;
}

async fn who_moves_leaves_the_old_store_with_all_that_is_hers(engine: Engine) {
    let bench = bench_on(engine).await;
    let mut counter = bench.counter(true).await;
    let id = bench.member("13800005678", 0).await;
    let sold = counter.append(&Body::Sale(sale("T1", 1_000, by_id(&id))));
    counter.results(&bench, &[sold]).await;
    let before = counter.pull(&bench, "store:S1", 0).await;
    bench.moves(&id).await;
    let after = counter.pull(&bench, "store:S1", before.next).await;
    let mut left: Vec<(&str, bool)> = after
        .changes
        .iter()
        .map(|c| (c.entity.as_str(), c.body.is_none()))
        .collect();
    left.sort_unstable();
    assert_eq!(
        left,
        [
            (EntityKind::Member.name(), true),
            (EntityKind::Receipt.name(), true)
        ]
    );
    // a snapshot tells only what is there
    let whole = counter.pull(&bench, "store:S1", 0).await;
    assert!(
        whole
            .changes
            .iter()
            .all(|c| c.body.is_some() && c.entity != EntityKind::Member.name())
    );
    let there: Vec<String> = feed::Entity::find()
        .filter(feed::Column::Scope.eq("store:S2"))
        .all(bench.centre.db().read())
        .await
        .unwrap()
        .into_iter()
        .map(|r| r.entity)
        .collect();
    assert!(
        there.contains(&EntityKind::Member.name().to_owned())
            && there.contains(&EntityKind::Receipt.name().to_owned())
    );
    check_digests(&bench).await;
}

async fn a_visitor_shows_in_the_scope_of_the_counter_that_keeps_her(engine: Engine) {
    let bench = bench_on(engine).await;
    let mut counter = bench.counter(true).await;
    let id = bench.member("13800005678", 0).await;
    let now = centre::Clock::default().now();
    let visit = visit::ActiveModel {
        device_id: Set(counter.device.into()),
        member_id: Set(id.as_str().into()),
        until: Set((now + Duration::hours(1)).into()),
    };
    let work = bench.centre.work().await.unwrap();
    visit::Entity::insert(visit)
        .exec_without_returning(work.on())
        .await
        .unwrap();
    work.commit().await.unwrap();
    let sold = counter.append(&Body::Sale(sale("T1", 1_000, by_id(&id))));
    counter.results(&bench, &[sold]).await;
    let scope = format!("device:{}", counter.device);
    let pulled = counter.pull(&bench, &scope, 0).await;
    let mut shown: Vec<&str> = pulled.changes.iter().map(|c| c.entity.as_str()).collect();
    shown.sort_unstable();
    assert!(
        shown.contains(&EntityKind::Member.name()) && shown.contains(&EntityKind::Receipt.name()),
        "{shown:?}"
    );
    check_digests(&bench).await;
}

on_both_engines!(
    together_and_one_by_one_come_to_the_same,
    an_old_feed_gets_its_digests_once,
    who_moves_leaves_the_old_store_with_all_that_is_hers,
    a_visitor_shows_in_the_scope_of_the_counter_that_keeps_her,
);
