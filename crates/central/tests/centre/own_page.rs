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

on_both_engines!(
    she_sees_what_she_agreed_to_and_withdraws_it,
    a_stranger_is_told_what_a_member_is_and_nothing_is_sent,
);
