//! Look-ups across stores: what is told, what is written down, and how many there may be.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::common::{Bench, Counter, Engine, STORE, bench_on};
use centre::catalogue;
use centre::members::{self, GivenConsent, NewMember};
use centre_store::tables::{lookup_log, manager_list};
use chrono::NaiveDate;
use protocol::entity::{self as wire, Skin};
use protocol::lookup::{LookupBy, LookupReply, LookupRequest, LookupWhy};
use sea_orm::{ConnectionTrait, EntityTrait, QueryOrder};

const PHONE: &str = "13800005678";

/// A member of the first store of whom much is known.
async fn known_well(bench: &Bench) -> String {
    let mut work = bench.centre.work().await.unwrap();
    let new = NewMember {
        phone: PHONE.into(),
        name: "陆雪".into(),
        birthday: NaiveDate::from_ymd_opt(1990, 5, 17),
        advisor: Some("C1".into()),
        skin: Some(Skin {
            moisture: "dry".into(),
            ..Skin::default()
        }),
        allergies: vec!["酒精".into()],
        concerns: vec!["保湿".into()],
        consents: vec![GivenConsent {
            purpose: "skin".into(),
            given: true,
            text_version: "2026-01".into(),
            source: "phone".into(),
        }],
        ..NewMember::of(&STORE.into())
    };
    let member = members::create(&mut work, &bench.program, new)
        .await
        .unwrap();
    work.commit().await.unwrap();
    member.id.to_string()
}

async fn listed(bench: &Bench) -> Vec<(String, String)> {
    let rows = manager_list::Entity::find()
        .all(bench.centre.db().read())
        .await
        .unwrap();
    let mut all: Vec<_> = rows
        .into_iter()
        .map(|row| (row.store_id.to_string(), row.reason))
        .collect();
    all.sort();
    all
}

async fn shown(bench: &Bench, counter: &Counter, scope: &str, member: &str) -> wire::Member {
    let pulled = counter.pull(bench, scope, 0).await;
    let hers = pulled
        .changes
        .iter()
        .find(|c| c.entity == "member" && c.key == member);
    serde_json::from_str(hers.unwrap().body.as_ref().unwrap().get()).unwrap()
}

async fn a_look_up_tells_what_the_visit_needs_and_no_more(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = known_well(&bench).await;
    let home = bench.counter(true).await;
    let away = bench.counter_of("S2", true).await;
    let found: LookupReply = away
        .ask(&bench, "/v1/lookup", &LookupRequest::of(PHONE))
        .await;
    assert!(found.member.is_some());
    let scope = format!("device:{}", away.device);
    let visitor = shown(&bench, &away, &scope, &member).await;
    assert_eq!((visitor.birthday, visitor.birth_month), (None, Some(5)));
    assert_eq!(
        (visitor.skin.is_none(), visitor.advisor.is_none()),
        (true, true)
    );
    assert!(visitor.concerns.is_empty() && visitor.notes.is_empty() && visitor.agreed.is_empty());
    // whoever advises her warns of what she must not get
    assert_eq!(visitor.allergies, ["酒精"]);
    assert_eq!(
        (visitor.name.as_str(), visitor.phone.as_str()),
        ("陆雪", PHONE)
    );
    // not in the feed's text either
    let pulled = away.pull(&bench, &scope, 0).await;
    for change in &pulled.changes {
        let body = change.body.as_ref().map_or("", |b| b.get());
        assert!(
            !body.contains("1990-05-17") && !body.contains("保湿"),
            "{body}"
        );
    }
    // her own store is told all
    let own = shown(&bench, &home, "store:S1", &member).await;
    assert_eq!(own.birthday, NaiveDate::from_ymd_opt(1990, 5, 17));
    assert_eq!((own.birth_month, own.concerns.len()), (None, 1));
    // and what changes while she visits is told each as before
    let mut work = bench.centre.work().await.unwrap();
    work.changed(centre::feed::Changed::member(&member.as_str().into()));
    work.commit().await.unwrap();
    assert_eq!(shown(&bench, &away, &scope, &member).await, visitor);
    let (db, now) = (bench.centre.db(), bench.centre.now());
    let report = centre::audit::run(db, now).await.unwrap();
    assert!(report.clean, "{}", report.text());
}

async fn every_look_up_is_written_down_with_who_asked_and_why(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = known_well(&bench).await;
    let home = bench.counter(true).await;
    let away = bench.counter_of("S2", true).await;
    let by = |query: &str| LookupRequest {
        by: Some(LookupBy::Phone),
        clerk: Some("C7".into()),
        why: Some(LookupWhy::Serving),
        ..LookupRequest::of(query)
    };
    for (counter, request) in [
        (&away, by(PHONE)),
        (&away, by("13900009999")),
        // as an older counter asks
        (&away, LookupRequest::of(PHONE)),
        (&home, by(PHONE)),
    ] {
        let _: LookupReply = counter.ask(&bench, "/v1/lookup", &request).await;
    }
    let db = bench.centre.db().read();
    let rows = lookup_log::Entity::find()
        .order_by_asc(lookup_log::Column::Id)
        .all(db)
        .await
        .unwrap();
    let told: Vec<_> = rows
        .iter()
        .map(|r| {
            let clerk = r
                .clerk_id
                .as_ref()
                .map(|c| c.to_string())
                .unwrap_or_default();
            let member = r
                .member_id
                .as_ref()
                .map(|m| m.to_string())
                .unwrap_or_default();
            (
                r.store_id.to_string(),
                clerk,
                r.why.as_str(),
                r.outcome.as_str(),
                member,
            )
        })
        .collect();
    let line = |store: &str, clerk: &str, why, outcome, member: &str| {
        (
            store.to_owned(),
            clerk.to_owned(),
            why,
            outcome,
            member.to_owned(),
        )
    };
    assert_eq!(
        told,
        [
            line("S2", "C7", "serving", "found", &member),
            line("S2", "C7", "serving", "nobody", ""),
            line("S2", "", "", "found", &member),
            line("S1", "C7", "serving", "own_store", &member),
        ]
    );
    assert!(
        rows.iter()
            .all(|r| *r.device_id == away.device || *r.device_id == home.device)
    );
    // what was typed is nowhere
    let text = format!("{rows:?}");
    assert!(!text.contains("13900009999"), "{text}");
}

async fn look_ups_beyond_the_pace_tell_nobody_from_a_stranger(engine: Engine) {
    let bench = bench_on(engine).await;
    known_well(&bench).await;
    let away = bench.counter_of("S2", true).await;
    let ask = async |query: &str| {
        let raw = away
            .send(&bench, "/v1/lookup", &LookupRequest::of(query))
            .await;
        (raw.status, raw.code(), String::from_utf8(raw.body).unwrap())
    };
    // misses count as hits do
    let mut n = 0;
    let mut answered = 0;
    loop {
        n += 1;
        let query = if n % 2 == 0 {
            PHONE.to_owned()
        } else {
            format!("139{n:08}")
        };
        if ask(&query).await.0 != 200 {
            break;
        }
        answered += 1;
        assert!(answered <= 300, "no end of look-ups");
        if answered % 20 == 0 {
            the_spell_is_over(&bench).await;
        }
    }
    assert_eq!(answered, 300);
    let (member, stranger) = (ask(PHONE).await, ask("13700000000").await);
    assert_eq!(member, stranger);
    assert_eq!((member.0, member.1.as_str()), (429, "too_many"));
    let pace = ("S2".to_owned(), "lookups_pace".to_owned());
    assert_eq!(listed(&bench).await, [pace], "once");
    // another counter is not kept from it
    let other = bench.counter_of("S2", true).await;
    let found: LookupReply = other
        .ask(&bench, "/v1/lookup", &LookupRequest::of(PHONE))
        .await;
    assert!(found.member.is_some());
}

/// Minutes pass, and the day goes on.
async fn the_spell_is_over(bench: &Bench) {
    let sql = "UPDATE tally SET n = 0 WHERE kind = 'look_up' AND key NOT LIKE '%-__-__'";
    bench
        .centre
        .db()
        .read()
        .execute_unprepared(sql)
        .await
        .unwrap();
}

async fn a_shop_is_not_copied_in_a_minute(engine: Engine) {
    let bench = bench_on(engine).await;
    let away = bench.counter_of("S2", true).await;
    let mut answered = 0;
    while away
        .send(&bench, "/v1/lookup", &LookupRequest::of(PHONE))
        .await
        .status
        == 200
    {
        answered += 1;
    }
    // a new spell may begin in between
    assert!((60..120).contains(&answered), "{answered}");
    assert_eq!(listed(&bench).await.len(), 1);
    the_spell_is_over(&bench).await;
    let later = away
        .send(&bench, "/v1/lookup", &LookupRequest::of(PHONE))
        .await;
    assert_eq!(later.status, 200);
}

async fn a_device_that_reads_its_feed_again_and_again_is_listed(engine: Engine) {
    let bench = bench_on(engine).await;
    let mut work = bench.centre.work().await.unwrap();
    for n in 0..990 {
        let product = wire::Product {
            sku: format!("P{n:05}"),
            name: "面霜".into(),
            ..product()
        };
        catalogue::put_product(&mut work, &product).await.unwrap();
    }
    work.commit().await.unwrap();
    let counter = bench.counter(true).await;
    for _ in 0..20 {
        counter.pull(&bench, "brand", 0).await;
        assert!(listed(&bench).await.is_empty());
    }
    // from 1 on it is nearly all as well
    for _ in 0..2 {
        counter.pull(&bench, "brand", 1).await;
    }
    let pace = ("S1".to_owned(), "feed_pace".to_owned());
    assert_eq!(listed(&bench).await, [pace], "once");
}

fn product() -> wire::Product {
    serde_json::from_str(r#"{"sku": "P", "name": "面霜"}"#).unwrap()
}

on_both_engines!(
    a_look_up_tells_what_the_visit_needs_and_no_more,
    every_look_up_is_written_down_with_who_asked_and_why,
    look_ups_beyond_the_pace_tell_nobody_from_a_stranger,
    a_shop_is_not_copied_in_a_minute,
    a_device_that_reads_its_feed_again_and_again_is_listed,
);
