//! Codes by short message: whose they are, how often they count, and how many are sent.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use centre::joining::{self, Asked, Invitation, Page, Phone, SmsLimits};
use centre_store::tables::{code_try, manager_list, member, sent_code, tally};
use futures_util::future::{BoxFuture, join_all};
use protocol::ErrorCode;
use protocol::code::SignUpCode;
use sea_orm::{ConnectionTrait, EntityTrait};
use serde_json::{Value, json};
use sms::{Outgoing, Report, SmsError, SmsSender};

use crate::common::{Bench, Counter, Engine, bench_on};

const HERS: &str = "13900001111";
const OTHER: &str = "13900002222";

/// A way to send that counts, and fails when it is told to.
#[derive(Debug, Default)]
struct Gateway {
    sent: AtomicU32,
    fails: AtomicBool,
}

impl SmsSender for Gateway {
    fn send<'a>(&'a self, _out: &'a Outgoing<'a>) -> BoxFuture<'a, Result<(), SmsError>> {
        Box::pin(async {
            if self.fails.load(Ordering::SeqCst) {
                return Err(SmsError::Refused("the gateway says no".to_owned()));
            }
            self.sent.fetch_add(1, Ordering::SeqCst);
            Ok(())
        })
    }

    fn report<'a>(
        &'a self,
        _out: &'a Outgoing<'a>,
        _since: chrono::DateTime<chrono::Utc>,
    ) -> BoxFuture<'a, Result<Report, SmsError>> {
        Box::pin(async { Ok(Report::Nothing) })
    }

    fn says(&self, _kind: sms::Kind) -> bool {
        true
    }
}

/// Codes of one counter and how they are sent.
struct Desk {
    bench: Bench,
    counter: Counter,
    gateway: Arc<Gateway>,
    phone: Phone,
}

impl Desk {
    async fn open(engine: Engine, limits: SmsLimits) -> Self {
        let bench = bench_on(engine).await;
        let counter = bench.counter(true).await;
        let gateway = Arc::new(Gateway::default());
        let phone = Phone::limited(Arc::clone(&gateway) as Arc<dyn SmsSender>, limits);
        Self {
            bench,
            counter,
            gateway,
            phone,
        }
    }

    fn code(&self) -> String {
        code(&self.counter)
    }

    async fn invitation(&self) -> Invitation {
        joining::check(&self.bench.centre, &self.code())
            .await
            .unwrap()
    }

    async fn send(
        &self,
        invitation: &Invitation,
        phone: &str,
        from: Option<u8>,
        ticket: Option<&str>,
    ) -> Result<String, ErrorCode> {
        let asked = Asked {
            invitation,
            phone,
            guardian: false,
            ticket,
            address: from.map(|last| IpAddr::from([192, 0, 2, last])),
        };
        let sent = self.phone.send(&self.bench.centre, asked).await;
        sent.map(|s| s.demo_code.unwrap()).map_err(|e| match e {
            centre::error::ServiceError::Refused(e) => e.code,
            other => panic!("{other}"),
        })
    }

    async fn proves(
        &self,
        invitation: &Invitation,
        phone: &str,
        code: &str,
        ticket: Option<&str>,
    ) -> bool {
        let page = Page::of(invitation, phone, ticket);
        joining::prove(&self.bench.centre, &page, code)
            .await
            .is_ok()
    }

    fn sent(&self) -> u32 {
        self.gateway.sent.load(Ordering::SeqCst)
    }

    /// A minute passes for every page.
    async fn a_minute_later(&self) {
        let db = self.bench.centre.db().read();
        let sql = "UPDATE sent_code SET sent_at = sent_at - 61000";
        db.execute_unprepared(sql).await.unwrap();
    }

    async fn listed(&self) -> Vec<String> {
        let db = self.bench.centre.db().read();
        let rows = manager_list::Entity::find().all(db).await.unwrap();
        rows.into_iter().map(|row| row.reason).collect()
    }
}

fn code(counter: &Counter) -> String {
    let now = centre::Clock::default().now();
    let code = SignUpCode::issue(counter.device, "C1".into(), None, now).unwrap();
    code.sign(&counter.key)
}

fn number(n: u32) -> String {
    format!("139{n:08}")
}

/// Six digits that are none of these.
fn guess(sent: &[&str]) -> String {
    let mut all = (0..).map(|n| format!("{n:06}"));
    all.find(|g| !sent.contains(&g.as_str())).unwrap()
}

async fn refused_tries_use_up_nothing_of_an_invitation(engine: Engine) {
    let desk = Desk::open(engine, SmsLimits::default()).await;
    let invitation = desk.invitation().await;
    desk.send(&invitation, HERS, Some(1), None).await.unwrap();
    // asked for again at once, and for what is no number: refused, and not counted
    for _ in 0..40 {
        let again = desk.send(&invitation, HERS, Some(1), None).await;
        assert_eq!(again, Err(ErrorCode::TooMany));
    }
    let path = format!("/phone/v1/join/{}/verify", desk.code());
    for wrong in [
        json!({"phone": "12"}),
        json!({}),
        json!({"phone": HERS, "ticket": ""}),
    ] {
        let raw = desk
            .bench
            .post(&path, wrong.to_string().into_bytes(), &[])
            .await;
        assert_eq!((raw.status, raw.code()), (400, "malformed".to_owned()));
    }
    for n in 1..12 {
        let sent = desk.send(&invitation, &number(n), Some(1), None).await;
        assert!(sent.is_ok(), "message {n}: {sent:?}");
    }
    let beyond = desk.send(&invitation, &number(13), Some(1), None).await;
    assert_eq!((beyond, desk.sent()), (Err(ErrorCode::TooMany), 12));
    // who took all of one address took nothing from those elsewhere
    assert!(desk.send(&invitation, OTHER, Some(2), None).await.is_ok());
}

async fn only_what_was_sent_counts(engine: Engine) {
    let limits = SmsLimits {
        device: 3,
        ..SmsLimits::default()
    };
    let desk = Desk::open(engine, limits).await;
    let invitation = desk.invitation().await;
    desk.gateway.fails.store(true, Ordering::SeqCst);
    for _ in 0..10 {
        let failed = desk.send(&invitation, HERS, Some(1), None).await;
        assert_eq!(failed, Err(ErrorCode::Unavailable));
    }
    let db = desk.bench.centre.db().read();
    let counted = tally::Entity::find().all(db).await.unwrap();
    assert!(
        !counted.is_empty() && counted.iter().all(|t| t.n == 0),
        "{counted:?}"
    );
    assert!(sent_code::Entity::find().all(db).await.unwrap().is_empty());
    desk.gateway.fails.store(false, Ordering::SeqCst);
    for n in 0..3 {
        assert!(
            desk.send(&invitation, &number(n), Some(1), None)
                .await
                .is_ok()
        );
    }
    let beyond = desk.send(&invitation, HERS, Some(1), None).await;
    assert_eq!((beyond, desk.sent()), (Err(ErrorCode::TooMany), 3));
}

async fn self_made_codes_cannot_send_to_hundreds_of_numbers(engine: Engine) {
    let desk = Desk::open(engine, SmsLimits::default()).await;
    // 600 numbers, each by a sign-up code of its own, as the device's key can make them
    let mut refused = 0;
    for n in 0..600 {
        let invitation = desk.invitation().await;
        if desk
            .send(&invitation, &number(n), Some(1), None)
            .await
            .is_err()
        {
            refused += 1;
        }
        if refused > 20 {
            break;
        }
    }
    assert_eq!(u64::from(desk.sent()), SmsLimits::default().device);
    assert_eq!(desk.listed().await, ["messages_pace"], "once");
    // another counter of the shop sends on, until the address or the brand has had its share
    let other = desk.bench.counter(true).await;
    let small = SmsLimits {
        device: 100,
        address: 103,
        brand: 105,
        ..SmsLimits::default()
    };
    let phone = Phone::limited(Arc::clone(&desk.gateway) as Arc<dyn SmsSender>, small);
    let mut done = Vec::new();
    for (n, last) in [(1, 1), (2, 1), (3, 1), (4, 1), (5, 2), (6, 2), (7, 3)] {
        let invitation = joining::check(&desk.bench.centre, &code(&other))
            .await
            .unwrap();
        let number = number(1_000 + n);
        let asked = Asked {
            invitation: &invitation,
            phone: &number,
            guardian: false,
            ticket: None,
            address: Some(IpAddr::from([192, 0, 2, last])),
        };
        done.push(phone.send(&desk.bench.centre, asked).await.is_ok());
    }
    assert_eq!(done, [true, true, true, false, true, true, false]);
}

async fn one_number_is_not_sent_to_again_and_again(engine: Engine) {
    let desk = Desk::open(engine, SmsLimits::default()).await;
    // by codes of one counter six in a day; another counter, where she stands, is not kept from it
    for n in 0..10 {
        let invitation = desk.invitation().await;
        let sent = desk.send(&invitation, HERS, Some(1), None).await;
        assert_eq!(sent.is_ok(), n < 6, "message {n}");
    }
    let here = desk.bench.counter(true).await;
    let invitation = joining::check(&desk.bench.centre, &code(&here))
        .await
        .unwrap();
    assert!(desk.send(&invitation, HERS, Some(2), None).await.is_ok());
    // and in all there is an end
    let mut sent = 7;
    for _ in 0..6 {
        let counter = desk.bench.counter(true).await;
        for _ in 0..6 {
            let invitation = joining::check(&desk.bench.centre, &code(&counter))
                .await
                .unwrap();
            sent += u32::from(desk.send(&invitation, HERS, Some(3), None).await.is_ok());
        }
    }
    assert_eq!((sent, desk.sent()), (24, 24));
}

async fn a_code_proves_under_its_own_invitation_alone(engine: Engine) {
    let desk = Desk::open(engine, SmsLimits::default()).await;
    let (a, b) = (desk.invitation().await, desk.invitation().await);
    let sent = desk.send(&a, HERS, None, None).await.unwrap();
    let under_b = desk.send(&b, OTHER, None, None).await.unwrap();
    assert!(!desk.proves(&b, HERS, &sent, None).await);
    assert!(!desk.proves(&a, OTHER, &under_b, None).await);
    assert!(desk.proves(&a, HERS, &sent, None).await);
    // proved under A it is none under B either
    assert!(!desk.proves(&b, HERS, &sent, None).await);
}

fn sign_up(code: &str, verification: &str, name: &str) -> (String, Vec<u8>) {
    let body = json!({
        "phone": HERS, "verification": verification, "name": name,
        "consents": [{"purpose": "terms", "given": true, "version": "2026-01"}]
    });
    let path = format!("/phone/v1/join/{code}/join");
    (path, body.to_string().into_bytes())
}

async fn a_code_works_once(engine: Engine) {
    let desk = Desk::open(engine, SmsLimits::default()).await;
    let bench = &desk.bench;
    let (a, b) = (desk.code(), desk.code());
    let verify = json!({ "phone": HERS }).to_string().into_bytes();
    let sent = bench
        .post(&format!("/phone/v1/join/{a}/verify"), verify, &[])
        .await;
    let sent: Value = serde_json::from_slice(&sent.body).unwrap();
    let verification = sent["demo_code"].as_str().unwrap();
    let join = async |code: &str, name: &str| {
        let (path, body) = sign_up(code, verification, name);
        let raw = bench.post(&path, body, &[]).await;
        let said: Value = serde_json::from_slice(&raw.body).unwrap();
        (raw.status, said)
    };
    let invalid = (400, Some("verification_invalid".to_owned()));
    let code = |said: &(u16, Value)| (said.0, said.1["code"].as_str().map(str::to_owned));
    assert_eq!(
        code(&join(&b, "陆雪").await),
        invalid,
        "under another invitation"
    );
    // of several at once, each another sign-up, one is
    let names = ["陆雪", "陆霜", "陆露", "陆雨"];
    let all = join_all(names.iter().map(|name| join(&a, name))).await;
    let joined: Vec<usize> = (0..names.len()).filter(|n| all[*n].0 == 200).collect();
    assert_eq!(joined.len(), 1, "{all:?}");
    let first = &all[joined[0]];
    assert_eq!(first.1["status"], "joined");
    // the same again, whose answer was lost, is answered the same; anything else is nothing
    assert_eq!(&join(&a, names[joined[0]]).await, first);
    assert_eq!(code(&join(&a, "别人").await), invalid);
    assert_eq!(code(&join(&b, "陆雪").await), invalid);
    let check = json!({"phone": HERS, "verification": verification}).to_string();
    let path = format!("/phone/v1/join/{a}/check");
    let again = bench.post(&path, check.into_bytes(), &[]).await;
    // that the phone is hers stands for whoever has the code, and nothing more comes of it
    assert_eq!(again.status, 200);
    assert_eq!(code(&join(&a, "别人").await), invalid);
    let members = member::Entity::find()
        .all(bench.centre.db().read())
        .await
        .unwrap();
    assert_eq!(members.len(), 1);
}

async fn somebody_elses_tries_take_nothing_from_hers(engine: Engine) {
    let desk = Desk::open(engine, SmsLimits::default()).await;
    let a = desk.invitation().await;
    let sent = desk.send(&a, HERS, None, Some("her page")).await.unwrap();
    // who has a picture of her sign-up code guesses, asks for messages, and tries what it was sent
    let theirs = desk.send(&a, HERS, None, Some("their page")).await.unwrap();
    let wrong = guess(&[&sent, &theirs]);
    for _ in 0..20 {
        assert!(!desk.proves(&a, HERS, &wrong, Some("their page")).await);
        assert!(!desk.proves(&a, HERS, &wrong, None).await);
    }
    if sent != theirs {
        assert!(!desk.proves(&a, HERS, &sent, Some("a third page")).await);
    }
    desk.a_minute_later().await;
    assert!(desk.proves(&a, HERS, &sent, Some("her page")).await);
    // her own wrong ones count, and the next message helps
    for _ in 0..5 {
        assert!(!desk.proves(&a, HERS, &wrong, Some("her page")).await);
    }
    assert!(!desk.proves(&a, HERS, &sent, Some("her page")).await);
    let next = desk.send(&a, HERS, None, Some("her page")).await.unwrap();
    assert!(desk.proves(&a, HERS, &next, Some("her page")).await);
}

async fn tries_at_once_are_counted_one_by_one(engine: Engine) {
    let desk = Desk::open(engine, SmsLimits::default()).await;
    let a = desk.invitation().await;
    let sent = desk.send(&a, HERS, None, None).await.unwrap();
    let wrong = guess(&[&sent]);
    let all = (0..30).map(|_| desk.proves(&a, HERS, &wrong, None));
    assert!(join_all(all).await.iter().all(|right| !right));
    let tries = code_try::Entity::find()
        .all(desk.bench.centre.db().read())
        .await
        .unwrap();
    assert_eq!(tries.iter().map(|t| *t.wrong).collect::<Vec<_>>(), [5]);
    assert!(!desk.proves(&a, HERS, &sent, None).await);
    // several messages asked for at once are one
    let all = (0..10).map(|_| desk.send(&a, OTHER, None, None));
    let sent = join_all(all)
        .await
        .into_iter()
        .filter(Result::is_ok)
        .count();
    assert_eq!((sent, desk.sent()), (1, 2));
}

async fn what_is_over_is_forgotten(engine: Engine) {
    let desk = Desk::open(engine, SmsLimits::default()).await;
    let a = desk.invitation().await;
    let sent = desk.send(&a, HERS, Some(1), None).await.unwrap();
    desk.proves(&a, HERS, &guess(&[&sent]), None).await;
    let db = desk.bench.centre.db().read();
    let later = centre::Clock::default().now() + chrono::Duration::days(3);
    joining::forget(&desk.bench.centre, later).await.unwrap();
    assert!(sent_code::Entity::find().all(db).await.unwrap().is_empty());
    assert!(code_try::Entity::find().all(db).await.unwrap().is_empty());
    assert!(tally::Entity::find().all(db).await.unwrap().is_empty());
}

on_both_engines!(
    refused_tries_use_up_nothing_of_an_invitation,
    only_what_was_sent_counts,
    self_made_codes_cannot_send_to_hundreds_of_numbers,
    one_number_is_not_sent_to_again_and_again,
    a_code_proves_under_its_own_invitation_alone,
    a_code_works_once,
    somebody_elses_tries_take_nothing_from_hers,
    tries_at_once_are_counted_one_by_one,
    what_is_over_is_forgotten,
);
