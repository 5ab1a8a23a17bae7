//! Whom a number means, at the centre as at a counter.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::common::{self, Bench, Counter, Engine, STORE, bench_on, sale};
use ::identity::{Found, MemberCode};
use centre::members::{self, NewMember};
use centre::operations;
use centre_store::tables::member;
use protocol::lookup::{LookupBy, LookupReply, LookupRequest};
use protocol::operation::{Body, MemberRef};
use protocol::push::Outcome;
use sea_orm::{ConnectionTrait, EntityTrait};

/// A member with this card; what came of what waited for her is in the same unit of work.
async fn carded(bench: &Bench, no: &str, phone: &str) -> Result<member::Model, String> {
    let mut work = bench.centre.work().await.unwrap();
    let new = NewMember {
        phone: phone.into(),
        card_no: Some(no.into()),
        joined_at: centre::Clock::default().now() - chrono::Duration::days(10),
        channel: "import".into(),
        ..NewMember::of(&STORE.into())
    };
    let made = members::create(&mut work, &bench.program, new)
        .await
        .map_err(|e| e.to_string())?;
    operations::retry_for_member(&bench.centre, &mut work, &made)
        .await
        .unwrap();
    work.commit().await.unwrap();
    Ok(made)
}

async fn away(bench: &Bench) -> Counter {
    let code = centre::sync::enrol::new_enrol_code(&bench.centre, &"S2".into(), true)
        .await
        .unwrap();
    common::enrol(&bench.client, &bench.base, &code.code)
        .await
        .into()
}

async fn a_number_is_one_members_or_asked_about(engine: Engine) {
    let bench = bench_on(engine).await;
    for (n, no) in [
        "沪A00123",
        "京A00123",
        "10-01",
        "100-1",
        "ab-1001",
        "GOLD",
        "13700130001",
    ]
    .iter()
    .enumerate()
    {
        carded(&bench, no, &format!("137000400{n:02}"))
            .await
            .unwrap();
    }
    let new = carded(&bench, "F13002", "13700130001").await.unwrap();
    let found = async |text: &str| {
        let code = MemberCode::typed(text).unwrap();
        let found = members::by_card(bench.centre.db().read(), &code).await;
        found.unwrap().map(|m| m.card_no)
    };
    let one = |no: &str| Found::One(no.to_owned());
    for (typed, no) in [
        ("沪A00123", "沪A00123"),
        ("京A00123", "京A00123"),
        ("10-01", "10-01"),
        ("１００－１", "100-1"),
        ("CPM:ab-1001:x9", "ab-1001"),
        ("gold", "GOLD"),
        ("13700130001", "13700130001"),
        ("CPM:13700130001", "13700130001"),
    ] {
        assert_eq!(found(typed).await, one(no), "{typed}");
    }
    assert!(matches!(found("1001").await, Found::Several(all) if all.len() == 2));
    assert_eq!(found("A00123").await, Found::None);
    // one exact number is one card's, however it is written
    for (no, phone) in [
        ("ＧＯＬＤ", "13700990001"),
        ("10–01", "13700990002"),
        ("---", "13700990003"),
        ("A\u{7}", "13700990004"),
    ] {
        assert!(carded(&bench, no, phone).await.is_err(), "{no:?}");
    }
    let away = away(&bench).await;
    let look = async |query: &str, by| -> LookupReply {
        let request = LookupRequest {
            query: query.into(),
            by,
            ..LookupRequest::of(String::new())
        };
        away.ask(&bench, "/v1/lookup", &request).await
    };
    let both = look("137 0013 0001", None).await;
    assert_eq!(both.member, None);
    let by: Vec<_> = both
        .may_be
        .iter()
        .map(|c| (c.by, c.card.as_str()))
        .collect();
    assert_eq!(
        by,
        [(LookupBy::Card, "13700130001"), (LookupBy::Phone, "F13002")]
    );
    let phone = look("13700130001", Some(LookupBy::Phone)).await;
    assert_eq!(phone.member, Some(new.id.into_inner()));
    let card = look("13700130001", Some(LookupBy::Card)).await.member;
    assert!(card.is_some());
    assert_eq!(look("CPM:13700130001", None).await.member, card);
    assert_eq!(look("CPM:%31%33700130001", None).await.member, card);
    for nobody in ["1370013", "CPM:", "GOL", "沪A0012"] {
        assert_eq!(look(nobody, None).await, LookupReply::default(), "{nobody}");
    }
    // an older counter asks with no word of what it is
    let old = away
        .send(
            &bench,
            "/v1/lookup",
            &serde_json::json!({"query": "F13002"}),
        )
        .await;
    let old: LookupReply = serde_json::from_slice(&old.body).unwrap();
    assert!(old.member.is_some());
}

async fn a_code_waits_for_the_card_that_it_means(engine: Engine) {
    let bench = bench_on(engine).await;
    let mut counter = bench.counter(true).await;
    let mut sent = Vec::new();
    for (n, code) in ["ab-1001", "GOLD", "CPM:A:x1", "AB-2002"]
        .iter()
        .enumerate()
    {
        let code = MemberRef::Code {
            code: (*code).to_owned(),
        };
        sent.push(counter.append(&Body::Sale(sale(&format!("T{n}"), 10_000, code))));
    }
    let results = counter.results(&bench, &sent).await;
    assert!(
        results
            .iter()
            .all(|r| matches!(r.outcome, Outcome::Held { .. }))
    );
    // a build before this one wrote down the code in capitals
    let older = "UPDATE held SET waits_for = 'AB-2002' WHERE waits_for = 'ab2002'";
    bench
        .centre
        .db()
        .read()
        .execute_unprepared(older)
        .await
        .unwrap();
    for (n, no) in ["ab-1001", "GOLD", "A", "ab-2002"].iter().enumerate() {
        let her = carded(&bench, no, &format!("137000500{n:02}"))
            .await
            .unwrap();
        let balance = counter.sees(&bench, her.id.as_str()).await.balance;
        assert_eq!(balance.get(), 100, "{no}");
    }
    // two cards fold alike: it waits for the one that is meant alone
    for (no, phone) in [("10-01", "13700060001"), ("100-1", "13700060002")] {
        carded(&bench, no, phone).await.unwrap();
    }
    let code = MemberRef::Code {
        code: "1001".to_owned(),
    };
    let op = counter.append(&Body::Sale(sale("T9", 10_000, code)));
    let held = counter.results(&bench, &[op]).await;
    assert!(matches!(held[0].outcome, Outcome::Held { .. }));
    let exact = carded(&bench, "1001", "13700060003").await.unwrap();
    assert_eq!(
        counter.sees(&bench, exact.id.as_str()).await.balance.get(),
        100
    );
}

async fn our_own_numbers_are_drawn_and_have_a_check_digit(engine: Engine) {
    let bench = bench_on(engine).await;
    let mut drawn = Vec::new();
    for n in 0..20 {
        let id = bench.member(&format!("137000700{n:02}"), 0).await;
        let her = member::Entity::find_by_id(id.as_str())
            .one(bench.centre.db().read())
            .await
            .unwrap()
            .unwrap();
        let card = identity::CardNo::parse(&her.card_no).unwrap();
        assert!(card.as_str().len() == identity::card::OWN_DIGITS && !card.is_own_mistyped());
        drawn.push(her.card_no.parse::<u64>().unwrap());
    }
    // who joins after another has no number that follows hers
    assert!(drawn.windows(2).all(|two| two[0].abs_diff(two[1]) > 10));
    assert!(!drawn.is_sorted());
}

on_both_engines!(
    a_number_is_one_members_or_asked_about,
    a_code_waits_for_the_card_that_it_means,
    our_own_numbers_are_drawn_and_have_a_check_digit,
);
