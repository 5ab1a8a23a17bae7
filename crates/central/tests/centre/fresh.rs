//! Requests that count once, tokens, and two users of one key.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

mod user;

use user::{Sent, User, pull_of};

use crate::common::{Bench, Engine, bench_on, redemption};
use centre::log::Kind;
use centre_store::column::Col;
use centre_store::tables::{device, log_entry, manager_list};
use chrono::TimeDelta;
use ed25519_dalek::SigningKey;
use protocol::attestation::Attested;
use protocol::grant::GrantReply;
use protocol::ids::{Epoch, LifeId};
use protocol::operation::{Body, Presence, Redemption};
use protocol::push::{Outcome, PushReply};
use protocol::signature::{DEVICE_HEADER, SIGNATURE_HEADER, sign_request};
use protocol::token::{
    ASSERTION_TYPE, Assertion, GRANT, NONCE_HEADER, PROOF_HEADER, Rotated, Rotation, TokenError,
    TokenRefusal, TokenRequest,
};
use protocol::{ErrorCode, WireError};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

async fn code(response: reqwest::Response) -> (u16, Option<ErrorCode>) {
    let status = response.status().as_u16();
    let error = response.json::<WireError>().await;
    (status, error.ok().map(|e| e.code))
}

async fn error(response: reqwest::Response) -> TokenError {
    response.json::<TokenRefusal>().await.unwrap().error
}

async fn row(bench: &Bench, user: &User) -> device::Model {
    let found = device::Entity::find_by_id(user.counter.device);
    let found = found.one(bench.centre.db().read()).await.unwrap();
    found.unwrap()
}

/// Entries of the store's list about two users of a key, and those of the log.
async fn seen(bench: &Bench) -> (usize, usize) {
    let db = bench.centre.db().read();
    let listed = manager_list::Entity::find()
        .filter(manager_list::Column::Reason.eq("key_used_twice"))
        .all(db)
        .await
        .unwrap();
    let noted = log_entry::Entity::find()
        .filter(log_entry::Column::Kind.eq(Kind::KeyUsedTwice.word()))
        .all(db)
        .await
        .unwrap();
    (listed.len(), noted.len())
}

async fn a_captured_request_counts_once(engine: Engine) {
    let bench = bench_on(engine).await;
    let mut user = User::enrolled(&bench).await;
    user.ask(&bench).await;
    let sent = user.pull();
    assert_eq!(sent.send(&bench).await.status(), 200);
    let again = sent.send(&bench).await;
    let asks = again.headers()["www-authenticate"].to_str().unwrap();
    assert!(asks.contains("use_dpop_nonce"), "{asks}");
    assert!(again.headers().contains_key(NONCE_HEADER));
    assert_eq!(code(again).await, (401, Some(ErrorCode::NonceStale)));
    // nor is it another request, however it is changed
    let fresh = user.pull();
    let other_body = Sent {
        body: serde_json::to_vec(
            &json!({"scope": "brand", "cursor": 7, "generation": 1, "limit": 10}),
        )
        .unwrap(),
        ..fresh.clone()
    };
    let other_path = Sent {
        path: "/v1/grant".into(),
        ..fresh.clone()
    };
    let query = Sent {
        path: "/v1/pull?x=1".into(),
        ..fresh.clone()
    };
    let mut twice = fresh.clone();
    twice
        .headers
        .push((PROOF_HEADER, sent.headers[1].1.clone()));
    for changed in [other_body, other_path, query, twice] {
        let refused = code(changed.send(&bench).await).await;
        assert_eq!(refused, (401, Some(ErrorCode::NotAuthenticated)));
    }
    assert_eq!(fresh.send(&bench).await.status(), 200, "as it was made");
    // the same token request is one as well
    let asking = user.asking(Uuid::new_v4());
    assert_eq!(asking.send(&bench).await.status(), 200);
    let again = asking.send(&bench).await;
    assert_eq!(error(again).await, TokenError::UseDpopNonce);
}

async fn a_token_is_its_devices_and_ends(engine: Engine) {
    let bench = bench_on(engine).await;
    let mut user = User::enrolled(&bench).await;
    let mut other = User::enrolled(&bench).await;
    user.ask(&bench).await;
    other.ask(&bench).await;
    // another's token with the own key, and with the other's name
    let mut thief = other.clone();
    thief.token.clone_from(&user.token);
    let refused = (401, Some(ErrorCode::NotAuthenticated));
    assert_eq!(code(thief.pull().send(&bench).await).await, refused);
    let named = thief
        .pull()
        .with(DEVICE_HEADER, &user.counter.device.to_string());
    assert_eq!(code(named.send(&bench).await).await, refused);
    // none at all, a made-up one, another scheme
    let sent = user.pull();
    let stale = (401, Some(ErrorCode::TokenStale));
    let made_up = sent.clone().with("authorization", "DPoP a.b.c");
    assert_eq!(code(made_up.send(&bench).await).await, stale);
    let bearer = format!("Bearer {}", user.token);
    let bearer = sent.clone().with("authorization", &bearer);
    assert_eq!(code(bearer.send(&bench).await).await, refused);
    let mut none = sent.clone();
    none.headers.retain(|(name, _)| *name != "authorization");
    assert_eq!(code(none.send(&bench).await).await, refused);
    // one of before is over with the next
    let before = user.token.clone();
    user.ask(&bench).await;
    let new = std::mem::replace(&mut user.token, before);
    assert_eq!(code(user.pull().send(&bench).await).await, stale);
    user.token = new;
    assert_eq!(user.pull().send(&bench).await.status(), 200);
    assert_eq!(seen(&bench).await, (0, 0));
}

async fn a_request_for_a_token_is_what_the_standard_says(engine: Engine) {
    let bench = bench_on(engine).await;
    let mut user = User::enrolled(&bench).await;
    let first = user.asking(Uuid::new_v4()).send(&bench).await;
    user.hear(&first);
    assert_eq!(error(first).await, TokenError::UseDpopNonce);
    let place = (user.counter.centre, user.counter.device);
    let at = |now| Assertion::new(place, Epoch(1), None, Uuid::new_v4(), now);
    let sign = |said: &Assertion| said.sign(&user.counter.key).unwrap();
    let form = |grant: &str, kind: &str, assertion: String| TokenRequest {
        grant_type: grant.into(),
        client_assertion_type: kind.into(),
        client_assertion: assertion,
    };
    let now = user.now();
    let stranger = SigningKey::from_bytes(&[3; 32]);
    let late = now - TimeDelta::minutes(10);
    let early = now + TimeDelta::minutes(10);
    for (asked, wrong) in [
        (
            form("password", ASSERTION_TYPE, sign(&at(now))),
            TokenError::UnsupportedGrantType,
        ),
        (form(GRANT, "x", sign(&at(now))), TokenError::InvalidClient),
        (
            form(GRANT, ASSERTION_TYPE, "x".into()),
            TokenError::InvalidClient,
        ),
        (
            form(GRANT, ASSERTION_TYPE, at(now).sign(&stranger).unwrap()),
            TokenError::InvalidClient,
        ),
        (
            form(GRANT, ASSERTION_TYPE, sign(&at(late))),
            TokenError::UseDpopNonce,
        ),
        (
            form(GRANT, ASSERTION_TYPE, sign(&at(early))),
            TokenError::UseDpopNonce,
        ),
    ] {
        let refused = user.form(&asked).send(&bench).await;
        user.hear(&refused);
        assert_eq!(error(refused).await, wrong, "{asked:?}");
    }
    let not_a_form = user
        .asking(Uuid::new_v4())
        .with("content-type", "application/json");
    let refused = not_a_form.send(&bench).await;
    assert_eq!(error(refused).await, TokenError::InvalidRequest);
    let mut unproven = user.asking(Uuid::new_v4());
    unproven.headers.retain(|(name, _)| *name != PROOF_HEADER);
    let refused = unproven.send(&bench).await;
    assert_eq!(error(refused).await, TokenError::InvalidDpopProof);
    // nobody learns which devices there are
    let unknown = protocol::DeviceId::fresh().to_string();
    let unknown = user.asking(Uuid::new_v4()).with(DEVICE_HEADER, &unknown);
    let refused = unknown.send(&bench).await;
    assert_eq!(error(refused).await, TokenError::InvalidClient);
    assert!(row(&bench, &user).await.tokens_since.is_none());
}

/// What can ask by tokens is not believed by a signature alone any more: a request that was captured before is over.
async fn a_signature_alone_ends_with_the_first_token(engine: Engine) {
    let bench = bench_on(engine).await;
    let mut user = User::enrolled(&bench).await;
    let c = user.counter.clone();
    let body = serde_json::to_vec(&pull_of(&c)).unwrap();
    let signature = sign_request(&c.key, c.centre, c.device, "POST", "/v1/pull", &body);
    let old = Sent {
        method: "POST",
        path: "/v1/pull".into(),
        headers: vec![
            (DEVICE_HEADER, c.device.to_string()),
            (SIGNATURE_HEADER, signature),
        ],
        body,
    };
    assert_eq!(old.send(&bench).await.status(), 200);
    user.ask(&bench).await;
    let refused = code(old.send(&bench).await).await;
    assert_eq!(refused, (401, Some(ErrorCode::NotAuthenticated)));
}

/// A copy of a folder is seen when it first asks, though it only reads; whoever says hello first goes on in a new life,
/// and the other is superseded.
async fn two_users_of_a_key_are_seen(engine: Engine) {
    let bench = bench_on(engine).await;
    let mut first = User::enrolled(&bench).await;
    first.ask(&bench).await;
    first.hello(&bench).await.unwrap();
    let mut copy = first.clone();
    // the first has gone on since
    first.ask(&bench).await;
    assert_eq!(first.pull().send(&bench).await.status(), 200);
    assert_eq!(seen(&bench).await, (0, 0));
    // with the token that it was copied with it gets nothing
    let stale = (401, Some(ErrorCode::TokenStale));
    assert_eq!(code(copy.pull().send(&bench).await).await, stale);
    // and by its first asking it is seen
    copy.ask(&bench).await;
    assert_eq!(seen(&bench).await, (1, 1));
    assert_eq!(code(copy.pull().send(&bench).await).await, stale);
    // neither reads on before it has said hello
    assert_eq!(code(first.pull().send(&bench).await).await, stale);
    first.ask(&bench).await;
    assert_eq!(code(first.pull().send(&bench).await).await, stale);
    let said = first.hello(&bench).await.unwrap();
    assert_eq!(said.begin_epoch, Some(Epoch(2)));
    first.counter.epoch = Epoch(2);
    first.counter.life = Some(LifeId::fresh());
    let said = first.hello(&bench).await.unwrap();
    assert_eq!((said.begin_epoch, said.superseded), (None, false));
    first.ask(&bench).await;
    assert_eq!(first.pull().send(&bench).await.status(), 200);
    // the copy only delivers
    copy.ask(&bench).await;
    let said = copy.hello(&bench).await.unwrap();
    assert!(said.superseded, "{said:?}");
    assert_eq!(code(copy.pull().send(&bench).await).await, stale);
    assert_eq!(first.pull().send(&bench).await.status(), 200, "undisturbed");
    assert_eq!(seen(&bench).await, (1, 1), "once");
}

/// The copy may come first: then the first user is seen at its next asking.
async fn whoever_comes_second_is_seen(engine: Engine) {
    let bench = bench_on(engine).await;
    let mut first = User::enrolled(&bench).await;
    first.ask(&bench).await;
    let mut copy = first.clone();
    copy.ask(&bench).await;
    assert_eq!(copy.pull().send(&bench).await.status(), 200);
    assert_eq!(seen(&bench).await, (0, 0));
    let stale = (401, Some(ErrorCode::TokenStale));
    assert_eq!(code(first.pull().send(&bench).await).await, stale);
    first.ask(&bench).await;
    assert_eq!(seen(&bench).await, (1, 1));
    // a lost answer hides nothing
    let request = Uuid::new_v4();
    copy.ask_as(&bench, request).await;
    copy.ask_as(&bench, request).await;
    assert_eq!(code(copy.pull().send(&bench).await).await, stale);
    assert!(copy.hello(&bench).await.unwrap().begin_epoch.is_some());
}

async fn an_answer_that_was_lost_is_asked_for_again(engine: Engine) {
    let bench = bench_on(engine).await;
    let mut user = User::enrolled(&bench).await;
    user.ask(&bench).await;
    let request = Uuid::new_v4();
    let before = user.word;
    let lost = user.ask_as(&bench, request).await;
    user.word = before;
    let again = user.ask_as(&bench, request).await;
    assert_eq!(again.rotated, lost.rotated);
    user.ask(&bench).await;
    assert_eq!(row(&bench, &user).await.rotation, Col(Rotation(3)));
    assert_eq!(seen(&bench).await, (0, 0));
    assert_eq!(user.pull().send(&bench).await.status(), 200);
}

/// A database that was put back has forgotten how often its counters asked: the centre's own word tells it.
async fn a_database_that_was_put_back_takes_nobody_for_two(engine: Engine) {
    let bench = bench_on(engine).await;
    let mut user = User::enrolled(&bench).await;
    user.ask(&bench).await;
    let then = row(&bench, &user).await;
    for _ in 0..3 {
        user.ask(&bench).await;
    }
    let back = device::ActiveModel {
        id: sea_orm::ActiveValue::Unchanged(then.id),
        rotation: sea_orm::ActiveValue::Set(then.rotation),
        rotation_request: sea_orm::ActiveValue::Set(then.rotation_request),
        ..Default::default()
    };
    device::Entity::update(back)
        .exec(bench.centre.db().read())
        .await
        .unwrap();
    user.ask(&bench).await;
    assert_eq!(row(&bench, &user).await.rotation, Col(Rotation(5)));
    assert_eq!(seen(&bench).await, (0, 0));
    // a word that the centre never said is none
    let mut liar = user.clone();
    let said = Rotated {
        epoch: Epoch(1),
        rotation: Rotation(1_000),
    };
    liar.word = user.word.map(|word| Attested { said, ..word });
    liar.ask(&bench).await;
    assert_eq!(row(&bench, &user).await.rotation, Col(Rotation(6)));
    assert_eq!(seen(&bench).await, (1, 1));
}

/// A device that can ask whether it is she, and does not, is on its store's list; the spend counts.
async fn points_that_nobody_was_asked_for_are_listed(engine: Engine) {
    let bench = bench_on(engine).await;
    let member = bench.member("13800005678", 20_000).await;
    let mut user = User::enrolled(&bench).await;
    user.ask(&bench).await;
    user.hello(&bench).await.unwrap();
    let wanted = json!(user.counter.asks(&member, Some(2_000)));
    let reply = user.request("/v1/grant", &wanted).send(&bench).await;
    let reply: GrantReply = reply.json().await.unwrap();
    let [grant] = reply.grants.as_slice() else {
        panic!("{reply:?}");
    };
    let spends = |points: i64, presence| {
        let Body::Redemption(body) = redemption(&member, &[(grant, points)]) else {
            panic!("no redemption");
        };
        Body::Redemption(Redemption { presence, ..body })
    };
    let mut reasons = Vec::new();
    for body in [
        spends(500, None),
        spends(501, Some(Presence::LastFour)),
        spends(501, None),
    ] {
        let op = user.counter.append(&body);
        // as it is: bodies are hashed as they are written
        let pushed = user.counter.request(std::slice::from_ref(&op));
        let reply = user.request("/v1/push", &pushed).send(&bench).await;
        user.hear(&reply);
        let reply: PushReply = reply.json().await.unwrap();
        let PushReply::Done { results, .. } = reply else {
            panic!("{reply:?}");
        };
        let Outcome::Applied(effect) = &results[0].outcome else {
            panic!("{results:?}");
        };
        reasons.push(effect.loss_reason.clone());
    }
    assert_eq!(reasons, [None, None, Some("presence_missing".to_owned())]);
    assert_eq!(bench.balance_of(&member, "redeemed").await, 1_502);
}

on_both_engines!(
    a_captured_request_counts_once,
    a_token_is_its_devices_and_ends,
    a_request_for_a_token_is_what_the_standard_says,
    a_signature_alone_ends_with_the_first_token,
    two_users_of_a_key_are_seen,
    whoever_comes_second_is_seen,
    an_answer_that_was_lost_is_asked_for_again,
    a_database_that_was_put_back_takes_nobody_for_two,
    points_that_nobody_was_asked_for_are_listed,
);
