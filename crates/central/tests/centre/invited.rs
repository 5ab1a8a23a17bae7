//! How far a guest has come by a sign-up code, as the counter that made it sees it.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::common::{Bench, Counter, Engine, bench_on};
use centre::joining;
use centre_store::tables::{invited, member};
use protocol::code::SignUpCode;
use protocol::invited::{InvitedReply, Seen};
use sea_orm::EntityTrait;
use serde_json::{Value, json};

const PHONE: &str = "13900001111";
const OTHER: &str = "13900002222";

async fn post(bench: &Bench, path: &str, body: Value) -> Value {
    let raw = bench.post(path, body.to_string().into_bytes(), &[]).await;
    assert_eq!(raw.status, 200, "{path}: {:?}", raw.code());
    serde_json::from_slice(&raw.body).unwrap()
}

async fn open(bench: &Bench, path: &str) {
    let url = format!("{}{path}", bench.base);
    assert_eq!(bench.client.get(url).send().await.unwrap().status(), 200);
}

async fn asked(bench: &Bench, counter: &Counter, codes: &[&str]) -> (u16, Vec<u8>) {
    let body = json!({ "codes": codes });
    let raw = counter.send(bench, "/v1/invited", &body).await;
    (raw.status, raw.body)
}

async fn seen(bench: &Bench, counter: &Counter, nonce: &str) -> Option<Seen> {
    let (status, body) = asked(bench, counter, &[nonce]).await;
    assert_eq!(status, 200);
    let reply: InvitedReply = serde_json::from_slice(&body).unwrap();
    assert!(reply.seen.iter().all(|s| s.code == nonce));
    reply.seen.into_iter().next()
}

fn code(counter: &Counter) -> (String, String) {
    let code = SignUpCode::issue(
        counter.device,
        "C1".into(),
        None,
        centre::Clock::default().now(),
    )
    .unwrap();
    let path = protocol::join::path(&code.sign(&counter.key));
    (path, hex::encode(code.nonce))
}

fn joining(phone: &str, verification: &Value, more: Value) -> Value {
    let mut body = json!({
        "phone": phone,
        "verification": verification,
        "skin": {"moisture": "dry"},
        "allergies": ["酒精"],
        "consents": [
            {"purpose": "terms", "given": true, "version": "2026-01"},
            {"purpose": "skin", "given": true, "version": "2026-01"}
        ]
    });
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

async fn each_step_shows_to_the_counter_that_invites_and_to_no_other(engine: Engine) {
    let bench = bench_on(engine).await;
    let (counter, other) = (bench.counter(true).await, bench.counter(true).await);
    let (path, nonce) = code(&counter);
    assert_eq!(seen(&bench, &counter, &nonce).await, None);

    open(&bench, &path).await;
    let opened = seen(&bench, &counter, &nonce).await.unwrap();
    assert!(opened.opened.is_some() && opened.sent.is_none() && opened.joined.is_none());
    let sent = post(&bench, &format!("{path}/verify"), json!({"phone": PHONE})).await;
    let now = seen(&bench, &counter, &nonce).await.unwrap();
    assert!(now.sent.is_some() && now.proven.is_none());
    assert_eq!(now.opened, opened.opened);
    let verification = &sent["demo_code"];
    let check = json!({"phone": PHONE, "verification": verification});
    post(&bench, &format!("{path}/check"), check).await;
    assert!(
        seen(&bench, &counter, &nonce)
            .await
            .unwrap()
            .proven
            .is_some()
    );

    // another opens it meanwhile, and is there still when the first has joined
    let join = format!("{path}/join");
    post(&bench, &join, joining(PHONE, verification, json!({}))).await;
    let joined = seen(&bench, &counter, &nonce).await.unwrap();
    assert!(joined.joined.is_some() && joined.opened.is_none() && joined.proven.is_none());
    post(&bench, &format!("{path}/verify"), json!({"phone": OTHER})).await;
    let next = seen(&bench, &counter, &nonce).await.unwrap();
    assert!(next.joined.is_some() && next.sent.is_some() && next.proven.is_none());

    assert_eq!(seen(&bench, &other, &nonce).await, None);
    let many: Vec<&str> = std::iter::repeat_n(nonce.as_str(), 9).collect();
    assert_eq!(asked(&bench, &counter, &many).await.0, 400);
    let stranger = json!({"codes": [nonce]}).to_string().into_bytes();
    assert_eq!(bench.post("/v1/invited", stranger, &[]).await.status, 401);

    // nothing is kept once its time is over
    let later = centre::Clock::default().now() + chrono::Duration::minutes(31);
    assert_eq!(
        joining::forget(&bench.centre, centre::Clock::default().now())
            .await
            .unwrap(),
        0
    );
    assert_eq!(joining::forget(&bench.centre, later).await.unwrap(), 1);
    let rows = invited::Entity::find();
    assert!(rows.all(bench.centre.db().read()).await.unwrap().is_empty());
}

async fn her_name_and_birthday_are_kept_and_a_childs_skin_is_not(engine: Engine) {
    let bench = bench_on(engine).await;
    let counter = bench.counter(true).await;
    for (phone, born, guardian, kept) in [
        (PHONE, "1604-05-06", false, true),
        (OTHER, "2020-05-06", false, false),
        ("13900003333", "2020-05-06", true, true),
    ] {
        let (path, _) = code(&counter);
        let sent = post(&bench, &format!("{path}/verify"), json!({ "phone": phone })).await;
        let mut body = joining(
            phone,
            &sent["demo_code"],
            // the guardian stands at the counter
            json!({"name": " 陆雪 ", "called": "陆女士", "birthday": born, "at_counter": true}),
        );
        let agreed = json!({"purpose": "guardian", "given": guardian, "version": "2026-01"});
        body["consents"].as_array_mut().unwrap().push(agreed);
        let mut wrong = body.clone();
        wrong["birthday"] = json!("2199-01-01");
        let wrong = wrong.to_string().into_bytes();
        let refused = bench.post(&format!("{path}/join"), wrong, &[]).await;
        assert_eq!(
            (refused.status, refused.code().as_str()),
            (400, "malformed")
        );
        post(&bench, &format!("{path}/join"), body).await;
        let rows = member::Entity::find();
        let rows = rows.all(bench.centre.db().read()).await.unwrap();
        let her = rows
            .into_iter()
            .find(|m| m.phone.as_deref() == Some(phone))
            .unwrap();
        assert_eq!((her.name.as_str(), her.called.as_str()), ("陆雪", "陆女士"));
        assert_eq!(her.birthday.map(|b| b.to_string()).as_deref(), Some(born));
        assert_eq!(her.skin.is_some(), kept, "{phone}");
        assert_eq!(her.allergies.text() != "[]", kept, "{phone}");
        assert!(her.consent_skin);
    }
    bench.check_sums().await;
}

on_both_engines!(
    each_step_shows_to_the_counter_that_invites_and_to_no_other,
    her_name_and_birthday_are_kept_and_a_childs_skin_is_not,
);
