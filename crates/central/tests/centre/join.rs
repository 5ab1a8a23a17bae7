//! Joining by a counter's code, from the phone to the counter's screen.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::common::{Bench, Counter, Engine, bench_on};
use centre_store::tables::{consent, member};
use loyalty::Points;
use protocol::code::SignUpCode;
use protocol::entity::{self as wire, EntityKind};
use protocol::push::Outcome;
use sea_orm::{ConnectionTrait, EntityTrait};
use serde_json::{Value, json};

const PHONE: &str = "13900001111";

async fn post(bench: &Bench, path: &str, body: Value) -> (u16, Value) {
    let raw = bench.post(path, body.to_string().into_bytes(), &[]).await;
    (raw.status, serde_json::from_slice(&raw.body).unwrap())
}

fn code(counter: &Counter, minutes_ago: i64) -> (String, String) {
    let at = centre::Clock::default().now() - chrono::Duration::minutes(minutes_ago);
    let code = SignUpCode::issue(counter.device, "C1".into(), None, at).unwrap();
    (code.sign(&counter.key), hex::encode(code.nonce))
}

fn joining(verification: &str, skin_consent: bool) -> Value {
    json!({
        "phone": "+86 139-0000-1111",
        "verification": verification,
        "skin": {"moisture": "dry", "sensitivity": "sensitive"},
        "concerns": ["保湿"],
        "allergies": ["酒精"],
        "consents": [
            {"purpose": "terms", "given": true, "version": "2026-01"},
            {"purpose": "skin", "given": skin_consent, "version": "2026-01"},
            {"purpose": "marketing", "given": false, "version": "2026-01"}
        ]
    })
}

async fn she_joins_and_the_sale_that_waited_is_hers(engine: Engine) {
    let bench = bench_on(engine).await;
    let mut counter = bench.counter(true).await;
    let waiting = counter.sale_for_phone("T1", 20_000, PHONE);
    counter
        .results(&bench, std::slice::from_ref(&waiting))
        .await;
    let (code, nonce) = code(&counter, 2);
    let path = format!("/phone/v1/join/{code}");

    let first = bench
        .client
        .get(format!("{}{path}", bench.base))
        .send()
        .await
        .unwrap();
    assert_eq!(first.status(), 200);
    let first: Value = serde_json::from_slice(&first.bytes().await.unwrap()).unwrap();
    assert_eq!(first["brand"], "花间");
    assert_eq!(first["clerk"]["name"], "陈思雨");
    assert_eq!(
        (first["demo"].as_bool(), first["welcome_points"].as_i64()),
        (Some(true), Some(50))
    );

    let verify = format!("{path}/verify");
    let (status, sent) = post(&bench, &verify, json!({"phone": PHONE})).await;
    assert_eq!(status, 200, "{sent}");
    let (status, again) = post(&bench, &verify, json!({"phone": PHONE})).await;
    assert_eq!((status, again["code"].as_str()), (429, Some("too_many")));
    let sms = std::fs::read_to_string(bench.folder.path().join("sms.jsonl")).unwrap();
    let verification = sent["demo_code"].as_str().unwrap();
    assert!(sms.contains(verification));

    let join = format!("{path}/join");
    let wrong = if verification == "000000" {
        "000001"
    } else {
        "000000"
    };
    let (status, refused) = post(&bench, &join, joining(wrong, true)).await;
    assert_eq!(
        (status, refused["code"].as_str()),
        (400, Some("verification_invalid"))
    );
    let mut without = joining(verification, true);
    without["consents"] = json!([]);
    assert_eq!(post(&bench, &join, without).await.0, 400);
    let (status, joined) = post(&bench, &join, joining(verification, true)).await;
    assert_eq!(
        (status, joined["status"].as_str()),
        (200, Some("joined")),
        "{joined}"
    );
    // 50 for joining, 200 for the sale that waited
    assert_eq!(joined["points"], 250);
    let (_, again) = post(&bench, &join, joining(verification, true)).await;
    assert_eq!(again, joined);

    let pulled = counter.pull(&bench, "store:S1", 0).await;
    let shown = pulled
        .changes
        .iter()
        .find(|c| c.entity == EntityKind::Member.name())
        .unwrap();
    let shown: wire::Member = serde_json::from_str(shown.body.as_ref().unwrap().get()).unwrap();
    assert_eq!(shown.joined_by_code.as_deref(), Some(nonce.as_str()));
    assert_eq!((shown.phone.as_str(), shown.balance), (PHONE, Points(250)));
    assert_eq!(shown.skin.unwrap().moisture, "dry");
    // joining is something that the brand values
    let behaved = pulled
        .changes
        .iter()
        .find(|c| c.entity == EntityKind::Behaved.name());
    let behaved: wire::Behaved =
        serde_json::from_str(behaved.unwrap().body.as_ref().unwrap().get()).unwrap();
    assert_eq!((behaved.behaviour.as_str(), behaved.times), ("join", 1));
    assert_eq!(behaved.moments.len(), 1);
    let again = counter.results(&bench, &[waiting]).await;
    assert!(matches!(&again[0].outcome, Outcome::Exists(e) if e.earned == Points(200)));
    let db = bench.centre.db().read();
    assert_eq!(consent::Entity::find().all(db).await.unwrap().len(), 3);
    bench.check_sums().await;

    // by another sign-up code, and a message of its own, she is a member already, and nothing changes
    let (other, _) = self::code(&counter, 0);
    let path = format!("/phone/v1/join/{other}");
    let (_, sent) = post(&bench, &format!("{path}/verify"), json!({"phone": PHONE})).await;
    let verification = sent["demo_code"].as_str().unwrap();
    let (_, known) = post(
        &bench,
        &format!("{path}/join"),
        joining(verification, false),
    )
    .await;
    assert_eq!(known["status"], "member_already");
    assert_eq!(known["member_no"], joined["member_no"]);
}

async fn without_consent_nothing_of_her_skin_is_kept(engine: Engine) {
    let bench = bench_on(engine).await;
    let counter = bench.counter(true).await;
    let (code, _) = code(&counter, 0);
    let path = format!("/phone/v1/join/{code}");
    let (_, sent) = post(&bench, &format!("{path}/verify"), json!({"phone": PHONE})).await;
    let verification = sent["demo_code"].as_str().unwrap();
    post(
        &bench,
        &format!("{path}/join"),
        joining(verification, false),
    )
    .await;
    let row = member::Entity::find()
        .one(bench.centre.db().read())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (row.skin, row.allergies.text(), row.consent_skin),
        (None, "[]", false)
    );
    assert_eq!(row.joined_by_clerk, Some("C1".into()));
    assert_eq!(row.advisor, Some("C1".into()));
}

async fn forged_old_and_strange_codes_lead_nowhere(engine: Engine) {
    let bench = bench_on(engine).await;
    let counter = bench.counter(true).await;
    let mut stranger = counter.clone();
    stranger.key = ed25519_dalek::SigningKey::from_bytes(&[9; 32]);
    for (text, why) in [
        (code(&counter, 31).0, "expired"),
        (code(&stranger, 0).0, "forged"),
        ("AAAA".to_owned(), "malformed"),
    ] {
        let url = format!("{}/phone/v1/join/{text}", bench.base);
        let reply = bench.client.get(url).send().await.unwrap();
        assert_eq!(reply.status(), 400);
        let body: Value = serde_json::from_slice(&reply.bytes().await.unwrap()).unwrap();
        assert_eq!(body["code"], "sign_up_code_invalid");
        assert_eq!(body["message"], why);
    }
    let page = bench
        .client
        .get(format!("{}/j/AAAA", bench.base))
        .send()
        .await
        .unwrap();
    assert!([200, 503].contains(&page.status().as_u16()));
    let policy = page.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"));
    assert_eq!(page.headers()["referrer-policy"], "no-referrer");
}

/// Lets a minute pass for a number: another message may go.
async fn a_minute_later(bench: &Bench) {
    let db = bench.centre.db().read();
    let sql = "UPDATE sent_code SET sent_at = sent_at - 61000";
    db.execute_unprepared(sql).await.unwrap();
}

async fn every_message_counts_while_its_time_runs(engine: Engine) {
    let bench = bench_on(engine).await;
    let counter = bench.counter(true).await;
    let (code, _) = code(&counter, 0);
    let path = format!("/phone/v1/join/{code}");
    let verify = format!("{path}/verify");
    let check = async |typed: &str| {
        let body = json!({"phone": PHONE, "verification": typed});
        let (status, said) = post(&bench, &format!("{path}/check"), body).await;
        (status, said["code"].as_str().unwrap_or_default().to_owned())
    };
    let right = (200, String::new());
    let wrong = (400, "verification_invalid".to_owned());
    let mut sent = Vec::new();
    for _ in 0..3 {
        let (_, said) = post(&bench, &verify, json!({"phone": PHONE})).await;
        sent.push(said["demo_code"].as_str().unwrap().to_owned());
        a_minute_later(&bench).await;
    }
    let guess = (0..10)
        .map(|n| format!("{n:06}"))
        .find(|g| !sent.contains(g))
        .unwrap();
    for typed in [&sent[0], &sent[2], &sent[1], &sent[0]] {
        assert_eq!(check(typed).await, right, "of {sent:?}");
    }
    // nobody else's, and wrong tries are counted over all of them, also by the next message
    assert_eq!(check(&guess).await, wrong);
    assert_eq!(check(&guess).await, wrong);
    let (_, said) = post(&bench, &verify, json!({"phone": PHONE})).await;
    sent.push(said["demo_code"].as_str().unwrap().to_owned());
    for _ in 0..3 {
        assert_eq!(check(&guess).await, wrong);
    }
    for typed in &sent {
        assert_eq!(check(typed).await, wrong, "after five wrong ones");
    }
    // then only a new message helps, and only it
    a_minute_later(&bench).await;
    let (_, said) = post(&bench, &verify, json!({"phone": PHONE})).await;
    let newest = said["demo_code"].as_str().unwrap().to_owned();
    assert_eq!(check(&newest).await, right);
    if !sent.contains(&newest) {
        assert_eq!(check(&sent[0]).await, wrong);
    }
    // one whose time is over is none; one that was typed rightly stands until she is done
    let db = bench.centre.db().read();
    let over = "UPDATE sent_code SET expires_at = expires_at - 310000";
    db.execute_unprepared(over).await.unwrap();
    assert_eq!(check(&newest).await, right);
    let (_, joined) = post(&bench, &format!("{path}/join"), joining(&newest, true)).await;
    assert_eq!(joined["status"], "joined", "{joined}");
    let over = "UPDATE sent_code SET expires_at = expires_at - 1810000";
    db.execute_unprepared(over).await.unwrap();
    assert_eq!(check(&newest).await, wrong);
}

on_both_engines!(
    every_message_counts_while_its_time_runs,
    she_joins_and_the_sale_that_waited_is_hers,
    without_consent_nothing_of_her_skin_is_kept,
    forged_old_and_strange_codes_lead_nowhere,
);
