//! Sign-ups without the network: whoever has the number becomes one member, however often it was written down.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

use centre::jobs::Job;
use centre_store::tables::{member, operation, sign_up_waits};
use protocol::join::{Consent, MARKETING, SKIN, TERMS};
use protocol::operation::{Agreeing, Body, Operation, PHONE, SignUp, TOLD, Told};
use protocol::personal::PersonalField;
use protocol::push::{Effect, Outcome, SetAsideReason};
use sea_orm::EntityTrait;
use serde_json::json;

use crate::common::{Bench, Counter, Engine, STORE, bench_on, by_id, sale};
use crate::joining::{code_to, her, joins, path, post};

const NUMBER: &str = "13900001111";
const FIRST: &str = "0190f3c2a4b57d1e8f00112233445566";
const SECOND: &str = "0190f3c2a4b57d1e8f00112233445577";

fn consent(purpose: &str, given: bool) -> Consent {
    Consent {
        purpose: purpose.into(),
        given,
        version: "2026-01".into(),
    }
}

fn sign_up(id: &str, allergy: &str, marketing: bool) -> SignUp {
    SignUp {
        member: id.into(),
        store: STORE.into(),
        campaign: None,
        consents: vec![
            consent(TERMS, true),
            consent(SKIN, true),
            consent(MARKETING, marketing),
        ],
        agreeing: Agreeing::Ticked,
        told: Told {
            name: "陆雪".into(),
            allergies: vec![allergy.into()],
            ..Told::default()
        },
    }
}

fn written(counter: &mut Counter, body: SignUp, phone: Option<&str>) -> Operation {
    let told = serde_json::to_string(&body.told).unwrap();
    let mut beside = vec![PersonalField::commit(TOLD, &told).unwrap()];
    beside.extend(phone.map(|phone| PersonalField::commit(PHONE, phone).unwrap()));
    let body = Body::SignUp(body);
    let now = centre::Clock::default().now();
    counter.append_raw(body.kind(), body.to_json().unwrap(), beside, now)
}

async fn applied(bench: &Bench, counter: &Counter, ops: &[Operation]) -> Vec<Effect> {
    let results = counter.results(bench, ops).await;
    let effect = |outcome| match outcome {
        Outcome::Applied(effect) | Outcome::Exists(effect) => effect,
        other => panic!("{other:?}"),
    };
    results.into_iter().map(|r| effect(r.outcome)).collect()
}

async fn members(bench: &Bench) -> Vec<member::Model> {
    member::Entity::find()
        .all(bench.centre.db().read())
        .await
        .unwrap()
}

async fn waiting(bench: &Bench) -> usize {
    let rows = sign_up_waits::Entity::find().all(bench.centre.db().read());
    rows.await.unwrap().len()
}

fn bought(counter: &mut Counter, receipt: &str, member: &str) -> Operation {
    let sold = sale(receipt, 10_000, by_id(member));
    counter.append(&Body::Sale(sold))
}

async fn two_counters_and_her_phone_make_one_member(engine: Engine) {
    let bench = bench_on(engine).await;
    let (mut a, mut b) = (bench.counter(true).await, bench.counter(true).await);
    let first = sign_up(FIRST, "酒精", true);
    let ops = [
        written(&mut a, first, Some(NUMBER)),
        bought(&mut a, "T1", FIRST),
    ];
    let effects = applied(&bench, &a, &ops).await;
    assert_eq!(effects[0].member, None);
    let seen = a.sees(&bench, FIRST).await;
    assert_eq!(
        (seen.name.as_str(), seen.allergies),
        ("陆雪", vec!["酒精".to_owned()])
    );
    assert!(seen.balance.is_positive() && !seen.no.is_empty());

    let second = sign_up(SECOND, "视黄醇", false);
    let ops = [
        written(&mut b, second, Some(NUMBER)),
        bought(&mut b, "T2", SECOND),
    ];
    let effects = applied(&bench, &b, &ops).await;
    assert_eq!(effects[0].member.as_ref().map(|m| m.as_str()), Some(FIRST));
    // delivered again, it is answered the same
    assert_eq!(applied(&bench, &b, &ops).await[0].member, effects[0].member);
    // what she bought is hers; what was told waits until she proves the number
    let both = b.sees(&bench, FIRST).await;
    assert_eq!(both.balance, seen.balance + seen.balance);
    assert_eq!(both.allergies, ["酒精"]);
    assert!(both.consent_marketing);
    assert_eq!((members(&bench).await.len(), waiting(&bench).await), (1, 1));
    assert!(!her(&bench, NUMBER).await.phone_proven);

    let (status, joined) = joins(&bench, &path(&a, None), NUMBER).await;
    assert_eq!((status, joined["status"].as_str()), (200, Some("joined")));
    let row = her(&bench, NUMBER).await;
    assert_eq!((row.id.as_str(), row.phone_proven), (FIRST, true));
    assert_eq!((members(&bench).await.len(), waiting(&bench).await), (1, 0));
    let now = a.sees(&bench, FIRST).await;
    assert_eq!(now.allergies, ["视黄醇", "酒精"]);
    assert!(!now.consent_marketing, "the stricter word holds");
    // once is enough
    let (_, again) = joins(&bench, &path(&b, None), NUMBER).await;
    assert_eq!(again["status"], "member_already");
    assert_eq!(a.sees(&bench, FIRST).await.balance, now.balance);
    bench.check_sums().await;
}

async fn her_own_sign_up_before_takes_the_counters_in(engine: Engine) {
    let bench = bench_on(engine).await;
    let mut counter = bench.counter(true).await;
    let (_, joined) = joins(&bench, &path(&counter, None), NUMBER).await;
    assert_eq!(joined["status"], "joined");
    let own = her(&bench, NUMBER).await;
    let ops = [
        written(&mut counter, sign_up(SECOND, "酒精", true), Some(NUMBER)),
        bought(&mut counter, "T1", SECOND),
    ];
    let effects = applied(&bench, &counter, &ops).await;
    assert_eq!(
        effects[0].member.as_ref().map(|m| m.as_str()),
        Some(own.id.as_str())
    );
    let seen = counter.sees(&bench, own.id.as_str()).await;
    assert!(seen.balance.is_positive() && seen.allergies.is_empty());
    assert_eq!(seen.name, own.name);
    bench.check_sums().await;
}

async fn her_own_word_counts_over_a_clerks(engine: Engine) {
    let bench = bench_on(engine).await;
    let mut counter = bench.counter(true).await;
    let op = written(&mut counter, sign_up(FIRST, "酒精", true), Some(NUMBER));
    applied(&bench, &counter, &[op]).await;
    let code = path(&counter, None);
    let verification = code_to(&bench, &code, NUMBER, false).await;
    let form = json!({
        "phone": NUMBER, "verification": verification, "ticket": NUMBER, "name": "陆晓雪",
        "skin": {"moisture": "oily", "sensitivity": "", "pigmentation": "", "ageing": ""},
        "consents": [consent(TERMS, true), consent(SKIN, true)],
    });
    let (status, joined) = post(&bench, &format!("{code}/join"), &form).await;
    assert_eq!(status, 200, "{joined}");
    let seen = counter.sees(&bench, FIRST).await;
    assert_eq!(seen.name, "陆晓雪");
    assert_eq!(seen.skin.map(|s| s.moisture).as_deref(), Some("oily"));
    assert_eq!(
        seen.allergies,
        ["酒精"],
        "a warning is not taken back unsaid"
    );
    bench.check_sums().await;
}

async fn what_nobody_proved_is_forgotten(engine: Engine) {
    let bench = bench_on(engine).await;
    let mut counter = bench.counter(true).await;
    bench.member(NUMBER, 0).await;
    let body = sign_up(FIRST, "视黄醇", true);
    let op = written(&mut counter, body, Some(NUMBER));
    applied(&bench, &counter, std::slice::from_ref(&op)).await;
    assert_eq!(waiting(&bench).await, 1);
    let soon = bench.centre.now() + chrono::Duration::days(179);
    Job::Retention.run(&bench.centre, soon).await.unwrap();
    assert_eq!(waiting(&bench).await, 1);
    let later = bench.centre.now() + chrono::Duration::days(181);
    let report = Job::Retention.run(&bench.centre, later).await.unwrap();
    assert_eq!((report.things, waiting(&bench).await), (1, 0));
    let rows = operation::Entity::find().all(bench.centre.db().read());
    for row in rows.await.unwrap() {
        assert!(!row.openings.text().contains("视黄醇"));
    }
    // the operation is answered as before, and the books hold
    let again = applied(&bench, &counter, &[op]).await;
    assert!(again[0].member.is_some());
    bench.check_sums().await;
}

async fn what_is_no_sign_up_makes_nobody(engine: Engine) {
    let bench = bench_on(engine).await;
    let mut counter = bench.counter(true).await;
    let other = bench.member("13800005678", 100).await;
    let before = members(&bench).await.len();
    let mut unsaid = sign_up(FIRST, "酒精", true);
    unsaid.consents[0].given = false;
    let ops = [
        // another's id
        written(&mut counter, sign_up(&other, "酒精", true), Some(NUMBER)),
        written(&mut counter, sign_up(FIRST, "酒精", true), None),
        written(&mut counter, sign_up(FIRST, "酒精", true), Some("12")),
        written(&mut counter, unsaid, Some(NUMBER)),
    ];
    let results = counter.results(&bench, &ops).await;
    let reasons: Vec<SetAsideReason> = results
        .into_iter()
        .map(|r| match r.outcome {
            Outcome::SetAside { reason } => reason,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(reasons[0], SetAsideReason::Conflict);
    assert!(reasons[1..].iter().all(|r| *r == SetAsideReason::Malformed));
    assert_eq!(members(&bench).await.len(), before);
    bench.check_sums().await;
}

on_both_engines!(
    two_counters_and_her_phone_make_one_member,
    her_own_sign_up_before_takes_the_counters_in,
    her_own_word_counts_over_a_clerks,
    what_nobody_proved_is_forgotten,
    what_is_no_sign_up_makes_nobody,
);
