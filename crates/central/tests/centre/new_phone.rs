//! A member's new phone number waits until a code that was sent to it is said.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::common::{Bench, Counter, Engine, bench_on};
use centre::log::Kind;
use centre_store::column::Col;
use centre_store::tables::{log_entry, member, tally};
use protocol::new_phone::{NewPhone, NewPhoneReply, NewPhoneRequest};
use protocol::operation::{Body, PHONE, Profile};
use protocol::personal::PersonalField;
use protocol::push::Outcome;
use protocol::{ErrorCode, WireError};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::Value;

const OLD: &str = "13800005678";
const NEW: &str = "13900001234";

fn asks_for(counter: &mut Counter, member: &str, phone: &str) -> protocol::operation::Operation {
    let body: Profile =
        serde_json::from_value(serde_json::json!({"member": member, "seen": 0})).unwrap();
    let body = Body::Profile(body);
    let beside = vec![PersonalField::commit(PHONE, phone).unwrap()];
    let now = centre::Clock::default().now();
    counter.append_raw(body.kind(), body.to_json().unwrap(), beside, now)
}

async fn told(bench: &Bench, counter: &mut Counter, member: &str, phone: &str) {
    let op = asks_for(counter, member, phone);
    let reply = counter.results(bench, std::slice::from_ref(&op)).await;
    assert!(
        matches!(reply[0].outcome, Outcome::Applied(_)),
        "{:?}",
        reply[0].outcome
    );
}

fn request(member: &str, what: NewPhone) -> NewPhoneRequest {
    NewPhoneRequest {
        member: member.into(),
        clerk: "C1".into(),
        what,
    }
}

async fn does(bench: &Bench, counter: &Counter, member: &str, what: NewPhone) -> NewPhoneReply {
    counter
        .ask(bench, "/v1/new-phone", &request(member, what))
        .await
}

async fn refused(bench: &Bench, counter: &Counter, member: &str, what: NewPhone) -> ErrorCode {
    let raw = counter
        .send(bench, "/v1/new-phone", &request(member, what))
        .await;
    serde_json::from_slice::<WireError>(&raw.body).unwrap().code
}

fn says(code: &str) -> NewPhone {
    NewPhone::Prove { code: code.into() }
}

/// Messages that went out: to which number, and what.
fn sent(bench: &Bench) -> Vec<(String, String)> {
    let text = std::fs::read_to_string(bench.folder.path().join("sms.jsonl")).unwrap_or_default();
    let line = |line: &str| {
        let value: Value = serde_json::from_str(line).unwrap();
        let of = |key: &str| value[key].as_str().unwrap().to_owned();
        (of("phone"), of("text"))
    };
    text.lines().map(line).collect()
}

async fn numbers(bench: &Bench, id: &str) -> (Option<String>, Option<String>) {
    let row = member::Entity::find_by_id(Col(protocol::MemberId::from(id)))
        .one(bench.centre.db().read())
        .await
        .unwrap()
        .unwrap();
    (row.phone, row.phone_waits)
}

async fn a_new_number_waits_for_its_code_and_the_old_one_hears_of_it(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member(OLD, 0).await;
    let mut counter = bench.counter(true).await;
    let none = refused(&bench, &counter, &member, NewPhone::Send).await;
    assert_eq!(none, ErrorCode::NotFound);
    told(&bench, &mut counter, &member, NEW).await;
    assert_eq!(
        numbers(&bench, &member).await,
        (Some(OLD.into()), Some(NEW.into()))
    );
    let shown = counter.sees(&bench, &member).await;
    assert_eq!(
        (shown.phone.as_str(), shown.phone_waits.as_deref()),
        (OLD, Some("1234"))
    );
    let reply = does(&bench, &counter, &member, NewPhone::Send).await;
    let code = reply.sent.unwrap().demo_code.unwrap();
    let (to, text) = sent(&bench).pop().unwrap();
    assert_eq!(to, NEW);
    assert!(text.contains(&code), "{text}");
    // one a minute
    let soon = refused(&bench, &counter, &member, NewPhone::Send).await;
    assert_eq!(soon, ErrorCode::TooMany);
    let other = if code == "111111" { "222222" } else { "111111" };
    let wrong = refused(&bench, &counter, &member, says(other)).await;
    assert_eq!(wrong, ErrorCode::VerificationInvalid);
    assert_eq!(numbers(&bench, &member).await.0.as_deref(), Some(OLD));
    does(&bench, &counter, &member, says(&code)).await;
    assert_eq!(numbers(&bench, &member).await, (Some(NEW.into()), None));
    let (to, text) = sent(&bench).pop().unwrap();
    assert_eq!(to, OLD);
    assert!(text.contains("1234") && !text.contains(NEW), "{text}");
    let shown = counter.sees(&bench, &member).await;
    assert_eq!((shown.phone.as_str(), shown.phone_waits), (NEW, None));
    let noted = log_entry::Entity::find()
        .filter(log_entry::Column::Kind.eq(Kind::PhoneChanged.word()))
        .all(bench.centre.db().read())
        .await
        .unwrap();
    assert_eq!(noted.len(), 1);
    assert_eq!(
        (noted[0].who.as_str(), noted[0].what.as_str()),
        ("C1", "proven")
    );
    // once
    let again = refused(&bench, &counter, &member, says(&code)).await;
    assert_eq!(again, ErrorCode::NotFound);
}

async fn five_wrong_codes_end_one_and_another_store_has_no_part_in_it(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member(OLD, 0).await;
    let mut counter = bench.counter(true).await;
    told(&bench, &mut counter, &member, NEW).await;
    let elsewhere = bench.counter_of("S2", true).await;
    let there = refused(&bench, &elsewhere, &member, NewPhone::Send).await;
    assert_eq!(there, ErrorCode::NotFound);
    let reply = does(&bench, &counter, &member, NewPhone::Send).await;
    let code = reply.sent.unwrap().demo_code.unwrap();
    let other = if code == "111111" { "222222" } else { "111111" };
    for _ in 0..5 {
        refused(&bench, &counter, &member, says(other)).await;
    }
    let late = refused(&bench, &counter, &member, says(&code)).await;
    assert_eq!(late, ErrorCode::VerificationInvalid);
    assert_eq!(numbers(&bench, &member).await.0.as_deref(), Some(OLD));
    // it was a mistake: nothing of the new number stays
    does(&bench, &counter, &member, NewPhone::Drop).await;
    assert_eq!(numbers(&bench, &member).await, (Some(OLD.into()), None));
}

/// Somebody may join with the number while it waits, and whoever proves it first has it.
async fn a_number_that_is_anothers_by_now_stays_anothers(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member(OLD, 0).await;
    let mut counter = bench.counter(true).await;
    told(&bench, &mut counter, &member, NEW).await;
    let reply = does(&bench, &counter, &member, NewPhone::Send).await;
    let code = reply.sent.unwrap().demo_code.unwrap();
    let second = bench.member(NEW, 0).await;
    let taken = refused(&bench, &counter, &member, says(&code)).await;
    assert_eq!(taken, ErrorCode::PhoneTaken);
    assert_eq!(numbers(&bench, &second).await.0.as_deref(), Some(NEW));
    assert_eq!(numbers(&bench, &member).await.0.as_deref(), Some(OLD));
    // what was sent counts with all that the brand sends
    let counted = tally::Entity::find()
        .filter(tally::Column::Kind.eq("sms"))
        .one(bench.centre.db().read())
        .await
        .unwrap();
    assert_eq!(counted.map(|c| *c.n), Some(1));
}

/// A sale to the new number waits until it is proven, and is credited then.
async fn a_sale_to_the_new_number_comes_with_the_proof(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member(OLD, 0).await;
    let mut counter = bench.counter(true).await;
    told(&bench, &mut counter, &member, NEW).await;
    let op = counter.sale_for_phone("T1", 3_000, NEW);
    let held = counter.results(&bench, std::slice::from_ref(&op)).await;
    assert!(matches!(held[0].outcome, Outcome::Held { .. }), "{held:?}");
    let reply = does(&bench, &counter, &member, NewPhone::Send).await;
    does(
        &bench,
        &counter,
        &member,
        says(&reply.sent.unwrap().demo_code.unwrap()),
    )
    .await;
    assert_eq!(counter.sees(&bench, &member).await.receipts, 1);
}

on_both_engines!(
    a_new_number_waits_for_its_code_and_the_old_one_hears_of_it,
    five_wrong_codes_end_one_and_another_store_has_no_part_in_it,
    a_number_that_is_anothers_by_now_stays_anothers,
    a_sale_to_the_new_number_comes_with_the_proof,
);
