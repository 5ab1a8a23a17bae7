//! A member's own page: she proves her number, sees what she agreed to and withdraws it; strangers are told nothing.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

use std::time::Duration;

use centre::log::Kind;
use centre::logbook::{self, Filter};
use centre_store::tables::{member, sent_code, tally};
use protocol::MemberId;
use protocol::operation::{Body, Profile};
use protocol::profile::{Consents, Fields};
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::common::acts::done;
use crate::common::{Bench, Engine, bench_on};

const HERS: &str = "13800005678";
const STRANGER: &str = "13900001111";

async fn post(bench: &Bench, step: &str, body: Value) -> (u16, Value) {
    let body = body.to_string().into_bytes();
    let headers = [("content-type", "application/json")];
    let path = format!("/phone/v1/me/{step}");
    let reply = bench.post(&path, body, &headers).await;
    (reply.status, serde_json::from_slice(&reply.body).unwrap())
}

/// A member who agreed to what is asked, with an allergy.
async fn agreed(bench: &Bench) -> MemberId {
    let member = bench.member(HERS, 100).await;
    let mut counter = bench.counter(true).await;
    let profile = Profile {
        member: member.as_str().into(),
        seen: 0,
        set: Fields::default(),
        allergies_add: vec!["香精".into()],
        allergies_remove: Vec::new(),
        consents: Consents {
            skin: Some(true),
            marketing: Some(true),
            text_version: "2026-01".into(),
            ..Consents::default()
        },
    };
    let told = done(&mut counter, &Body::Profile(profile));
    crate::common::acts::outcomes(bench, &counter, &[told]).await;
    member.as_str().into()
}

fn given(held: &Value, purpose: &str) -> Option<bool> {
    let all = held["consents"].as_array()?;
    let one = all.iter().find(|c| c["purpose"] == purpose)?;
    one["given"].as_bool()
}

async fn she_sees_what_she_agreed_to_and_withdraws_it(engine: Engine) {
    let bench = bench_on(engine).await;
    let id = agreed(&bench).await;
    let ticket = "a page";
    let (status, sent) = post(&bench, "verify", json!({"phone": HERS, "ticket": ticket})).await;
    assert_eq!(status, 200, "{sent}");
    let code = sent["demo_code"].as_str().unwrap();
    let who = json!({"phone": HERS, "ticket": ticket, "verification": code});
    let (status, held) = post(&bench, "open", who.clone()).await;
    assert_eq!(status, 200, "{held}");
    assert_eq!(
        (given(&held, "skin"), given(&held, "marketing")),
        (Some(true), Some(true))
    );
    // nothing of her but what she agreed to
    let text = held.to_string();
    assert!(
        !text.contains("香精") && !text.contains(id.as_str()),
        "{text}"
    );
    let mut withdraw = who.clone();
    withdraw["purpose"] = json!("skin");
    let twice = [withdraw.clone(), withdraw.clone()].map(|body| post(&bench, "withdraw", body));
    for (status, held) in futures_util::future::join_all(twice).await {
        assert_eq!(status, 200, "{held}");
        assert_eq!(
            (given(&held, "skin"), given(&held, "marketing")),
            (Some(false), Some(true))
        );
    }
    let db = bench.centre.db().read();
    let row = member::Entity::find_by_id(&id)
        .one(db)
        .await
        .unwrap()
        .unwrap();
    assert!(!row.consent_skin && row.consent_marketing);
    assert_eq!(row.allergies.text(), "[]", "what was kept with it goes");
    let receipts = centre::rights::consents::receipts(db, &id).await.unwrap();
    let last = receipts.iter().rfind(|r| r.purpose == "skin").unwrap();
    assert_eq!((last.given, last.source.as_str()), (false, "phone"));
    let filter = Filter {
        kind: Some(Kind::ConsentChanged),
        ..Filter::default()
    };
    let noted = logbook::entries(db, &filter, 0, 10).await.unwrap();
    assert!(noted.iter().any(|n| n.who_kind == "member"), "{noted:?}");
    // what nobody can withdraw and stay a member
    withdraw["purpose"] = json!("terms");
    assert_eq!(post(&bench, "withdraw", withdraw).await.0, 400);
    // another page has a code of its own to know
    let mut elsewhere = who;
    elsewhere["ticket"] = json!("another page");
    let (_, said) = post(&bench, "open", elsewhere).await;
    assert_eq!(said["code"], "verification_invalid");
}

async fn a_stranger_is_told_what_a_member_is_and_nothing_is_sent(engine: Engine) {
    let bench = bench_on(engine).await;
    agreed(&bench).await;
    let mut answers = Vec::new();
    for phone in [HERS, STRANGER] {
        let (status, mut sent) = post(&bench, "verify", json!({"phone": phone})).await;
        // what stands in for the message in a demonstration
        let code = sent.as_object_mut().unwrap().remove("demo_code");
        assert_eq!(code.is_some(), phone == HERS);
        let soon = post(&bench, "verify", json!({"phone": phone})).await;
        let typed = json!({"phone": phone, "verification": "000000"});
        answers.push((status, sent, soon, post(&bench, "open", typed).await));
    }
    assert_eq!(answers[0], answers[1]);
    let outbox = bench.folder.path().join("sms.jsonl");
    let mut text = String::new();
    for _ in 0..100 {
        text = std::fs::read_to_string(&outbox).unwrap_or_default();
        if !text.is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(text.contains(HERS) && !text.contains(STRANGER), "{text}");
    // a stranger's number takes nothing from the brand's messages
    let db = bench.centre.db().read();
    let counted = tally::Entity::find().all(db).await.unwrap();
    let of_brand = counted.iter().find(|t| t.kind == "sms").unwrap();
    assert_eq!(*of_brand.n, 1);
    // the right code of a number that is nobody's opens nothing either
    let codes = sent_code::Entity::find().all(db).await.unwrap();
    assert!(
        codes.iter().any(|c| c.phone == STRANGER),
        "tries are counted alike"
    );
}

/// A request of a page with a session.
async fn with(bench: &Bench, session: &str, step: &str, body: Option<Value>) -> (u16, Vec<u8>) {
    let url = format!("{}/phone/v1/me/{step}", bench.base);
    let request = match body {
        Some(body) => bench.client.post(url).json(&body),
        None => bench.client.get(url),
    };
    let request = request.header("authorization", format!("Bearer {session}"));
    let reply = request.send().await.unwrap();
    let status = reply.status().as_u16();
    (status, reply.bytes().await.unwrap().to_vec())
}

async fn signs_in(bench: &Bench, ticket: &str) -> String {
    let (_, sent) = post(bench, "verify", json!({"phone": HERS, "ticket": ticket})).await;
    let who = json!({"phone": HERS, "ticket": ticket, "verification": sent["demo_code"]});
    let (status, opened) = post(bench, "open", who).await;
    assert_eq!(status, 200, "{opened}");
    opened["session"].as_str().unwrap().to_owned()
}

fn json_of(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap()
}

async fn a_session_shows_what_she_has_until_it_is_ended(engine: Engine) {
    let bench = bench_on(engine).await;
    agreed(&bench).await;
    let mut counter = bench.counter(true).await;
    let sold = counter.sale_for_phone("T1", 20_000, HERS);
    counter.results(&bench, &[sold]).await;
    let session = signs_in(&bench, "one").await;
    let (status, page) = with(&bench, &session, "page", None).await;
    let page = json_of(&page);
    assert_eq!(status, 200, "{page}");
    assert_eq!(
        (page["points"].as_i64(), page["phone"].as_str()),
        (Some(300), Some("138****5678"))
    );
    assert_eq!(page["purchases"][0]["receipt"], "T1");
    assert_eq!(page["purchases"][0]["paid"], "200.00");
    assert!(page["skin_kept"].as_bool().unwrap());
    // a message is on its way to her while she signs in, and stands there once it was sent
    let mut messages = Vec::new();
    for _ in 0..100 {
        let (_, page) = with(&bench, &session, "page", None).await;
        messages = json_of(&page)["messages"].as_array().unwrap().clone();
        if !messages.is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(messages[0]["kind"], "own_page_code");
    let (_, all) = with(&bench, &session, "export", Some(json!({}))).await;
    let all = String::from_utf8(all).unwrap();
    assert!(
        all.contains("香精") && !all.contains(&session),
        "what is held, and no secret"
    );
    // nobody else's, nobody's, and none
    for other in ["", "0000", &session[1..]] {
        let (status, _) = with(&bench, other, "page", None).await;
        assert_eq!(status, 401, "{other}");
    }
    let second = signs_in(&bench, "two").await;
    assert_eq!(
        with(&bench, &session, "end", Some(json!({"everywhere": false})))
            .await
            .0,
        204
    );
    assert_eq!(with(&bench, &session, "page", None).await.0, 401);
    assert_eq!(with(&bench, &second, "page", None).await.0, 200);
    let third = signs_in(&bench, "three").await;
    assert_eq!(
        with(&bench, &third, "end", Some(json!({"everywhere": true})))
            .await
            .0,
        204
    );
    for ended in [&second, &third] {
        assert_eq!(with(&bench, ended, "page", None).await.0, 401);
    }
}

async fn her_code_is_the_centres_and_holds_for_a_moment(engine: Engine) {
    let bench = bench_on(engine).await;
    let id = agreed(&bench).await;
    let counter = bench.counter(true).await;
    let session = signs_in(&bench, "one").await;
    let (status, code) = with(&bench, &session, "code", Some(json!({}))).await;
    let code = json_of(&code);
    assert_eq!(
        (status, code["renew_after_seconds"].as_i64()),
        (200, Some(60))
    );
    assert!(code["svg"].as_str().unwrap().contains("<svg"));
    let ask = async |what: Value| {
        let mut body = json!({"member": id.as_str(), "clerk": "C1"});
        for (name, value) in what.as_object().unwrap() {
            body[name] = value.clone();
        }
        let raw = counter.send(&bench, "/v1/presence", &body).await;
        (raw.status, json_of(&raw.body))
    };
    // the number on her page, and no other
    let number = code["number"].as_str().unwrap();
    assert_eq!(number.len(), 8);
    let (status, said) = ask(json!({"what": "number", "number": number})).await;
    assert_eq!(
        (status, said["shown"].as_bool()),
        (200, Some(true)),
        "{said}"
    );
    let (status, said) = ask(json!({"what": "number", "number": "00000000"})).await;
    assert_eq!(
        (status, said["code"].as_str()),
        (400, Some("verification_invalid"))
    );
    // a code that is sent to her number
    let (status, sent) = ask(json!({"what": "send"})).await;
    assert_eq!(
        (status, sent["shown"].as_bool()),
        (200, Some(false)),
        "{sent}"
    );
    let digits = sent["sent"]["demo_code"].as_str().unwrap();
    assert_eq!(ask(json!({"what": "code", "code": digits})).await.0, 200);
    let wrong = if digits == "000000" {
        "000001"
    } else {
        "000000"
    };
    assert_eq!(ask(json!({"what": "code", "code": wrong})).await.0, 400);
    // a member whom this counter does not keep
    let body = json!({"member": "nobody", "clerk": "C1", "what": "send"});
    assert_eq!(
        counter.send(&bench, "/v1/presence", &body).await.status,
        404
    );
}

async fn she_leaves_by_a_code_and_is_gone(engine: Engine) {
    let bench = bench_on(engine).await;
    let id = agreed(&bench).await;
    let session = signs_in(&bench, "one").await;
    let leave = |code: &str| Some(json!({"verification": code, "ticket": "leaving"}));
    assert_eq!(
        with(&bench, &session, "leave", leave("000000")).await.0,
        400
    );
    let (_, sent) = post(
        &bench,
        "verify",
        json!({"phone": HERS, "ticket": "leaving"}),
    )
    .await;
    let code = sent["demo_code"].as_str().unwrap();
    assert_eq!(with(&bench, &session, "leave", leave(code)).await.0, 204);
    assert_eq!(with(&bench, &session, "page", None).await.0, 401);
    let row = member::Entity::find_by_id(&id)
        .one(bench.centre.db().read())
        .await;
    let row = row.unwrap().unwrap();
    assert!(row.erased_at.is_some() && row.phone.is_none());
    bench.check_sums().await;
}

on_both_engines!(
    a_session_shows_what_she_has_until_it_is_ended,
    her_code_is_the_centres_and_holds_for_a_moment,
    she_leaves_by_a_code_and_is_gone,
    she_sees_what_she_agreed_to_and_withdraws_it,
    a_stranger_is_told_what_a_member_is_and_nothing_is_sent,
);
