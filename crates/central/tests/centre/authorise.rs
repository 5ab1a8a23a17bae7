//! Joining, and opening one's own page, by what a provider tells: her number needs no code, and where she agreed she is known
//! again. What a provider told is one page's alone, and counts once.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::Query;
use axum::routing::get;
use axum::{Json, Router};
use centre::joining;
use centre_store::tables::{authorised, authorising, open_id};
use reqwest::redirect::Policy;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::common::{Bench, Engine, bench_on, state_of};
use crate::joining::{path, post};

const TICKET: &str = "a-page";

/// WeChat as it answers: `code` says who comes, and with which number.
async fn wechat() -> String {
    let router = Router::new().route(
        "/token",
        get(async |Query(said): Query<HashMap<String, String>>| {
            Json(match said["code"].as_str() {
                "no" => json!({ "errcode": 40029, "errmsg": "invalid code" }),
                code => json!({ "access_token": code, "openid": format!("o-{code}") }),
            })
        }),
    );
    let router = router.route(
        "/phone",
        axum::routing::post(async |Query(said): Query<HashMap<String, String>>| {
            let number = said["access_token"]
                .strip_prefix("with-")
                .unwrap_or_default();
            Json(json!({ "errcode": 0, "phone_info": { "purePhoneNumber": number } }))
        }),
    );
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    base
}

/// The bench's centre, served once more with a provider.
async fn with_wechat(bench: &mut Bench) {
    let wechat = wechat().await;
    let settings = json!({ "providers": [{
        "flavour": "wechat", "app_id": "wx1", "secret": "hush", "authorize": "https://open.weixin.qq.com/x",
        "token": format!("{wechat}/token"), "phone": format!("{wechat}/phone"),
    }] });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    bench.base = format!("http://{}", listener.local_addr().unwrap());
    let (stop, mut state) = state_of(bench);
    state.providers = Arc::from(authorise::read(settings.to_string().as_bytes()).unwrap());
    let router = central::http::router(state);
    tokio::spawn(async move {
        let _stop = stop;
        axum::serve(
            listener,
            router.into_make_service_with_connect_info::<std::net::SocketAddr>(),
        )
        .await
    });
}

struct Browser(reqwest::Client);

impl Browser {
    fn new() -> Self {
        Self(
            reqwest::Client::builder()
                .redirect(Policy::none())
                .build()
                .unwrap(),
        )
    }

    /// Leaves for the provider; what comes back with it.
    async fn leaves(&self, bench: &Bench, code: &str, ticket: &str) -> String {
        let url = format!(
            "{}/phone/v1/authorise/wechat?code={code}&ticket={ticket}",
            bench.base
        );
        let sent = self.0.get(url).send().await.unwrap();
        assert_eq!(sent.status(), 303);
        let to = url::Url::parse(sent.headers()["location"].to_str().unwrap()).unwrap();
        let state = to.query_pairs().find(|(name, _)| name == "state").unwrap();
        state.1.into_owned()
    }

    /// Comes back with a code; where it is sent then.
    async fn comes_back(&self, bench: &Bench, state: &str, code: &str) -> (u16, String) {
        let url = format!(
            "{}/phone/v1/authorise/wechat/back?state={state}&{code}",
            bench.base
        );
        let sent = self.0.get(url).send().await.unwrap();
        let to = sent.headers().get("location");
        let to = to
            .map(|to| to.to_str().unwrap().to_owned())
            .unwrap_or_default();
        (sent.status().as_u16(), to)
    }

    async fn handle(&self, bench: &Bench, code: &str, who: &str) -> String {
        let state = self.leaves(bench, code, TICKET).await;
        let (status, to) = self.comes_back(bench, &state, &format!("code={who}")).await;
        assert_eq!(status, 303);
        to.split_once("#by=").unwrap().1.to_owned()
    }
}

fn body(handle: &str, told: &Value, keep: bool) -> Value {
    json!({
        "phone": told["phone"], "verification": told["verification"], "ticket": TICKET, "authorised": handle,
        "consents": [
            {"purpose": "terms", "given": true, "version": "2026-01"},
            {"purpose": "open_id", "given": keep, "version": "2026-01"},
        ],
    })
}

async fn she_joins_without_a_code_and_is_known_again(engine: Engine) {
    let mut bench = bench_on(engine).await;
    let counter = bench.counter(true).await;
    with_wechat(&mut bench).await;
    let path = path(&counter, None);
    let code = path.rsplit('/').next().unwrap().to_owned();
    let url = format!("{}{path}", bench.base);
    let begin: Value = bench
        .client
        .get(url)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(begin["providers"], json!(["wechat"]));
    assert!(
        begin["consents"]
            .as_array()
            .unwrap()
            .iter()
            .any(|c| c["purpose"] == "open_id" && c["required"] == false)
    );

    let browser = Browser::new();
    let state = browser.leaves(&bench, &code, TICKET).await;
    let back = browser
        .comes_back(&bench, &state, "code=with-13900001111")
        .await;
    // twice at once, as WeChat's browser does: it is one return
    let again = browser
        .comes_back(&bench, &state, "code=with-13900001111")
        .await;
    assert_eq!(back, again);
    let handle = back.1.split_once("#by=").unwrap().1.to_owned();
    let asks = json!({ "handle": handle, "ticket": TICKET });
    // another page has nothing of it
    let stolen = json!({ "handle": handle, "ticket": "other-page" });
    assert_eq!(
        post(&bench, &format!("{path}/authorised"), &stolen).await.1["code"],
        "verification_invalid"
    );
    let (status, told) = post(&bench, &format!("{path}/authorised"), &asks).await;
    assert_eq!((status, told["phone"].as_str()), (200, Some("13900001111")));
    let (status, joined) = post(&bench, &format!("{path}/join"), &body(&handle, &told, true)).await;
    assert_eq!(
        (status, joined["status"].as_str()),
        (200, Some("joined")),
        "{joined}"
    );
    // what was told is used up; the same sign-up again is the same
    let (_, again) = post(&bench, &format!("{path}/join"), &body(&handle, &told, true)).await;
    assert_eq!(again["member_no"], joined["member_no"]);

    // another day: her own page, without a code
    let handle = browser.handle(&bench, "", "with-13900001111").await;
    let (_, told) = post(
        &bench,
        "/phone/v1/me/authorised",
        &json!({ "handle": handle, "ticket": TICKET }),
    )
    .await;
    let session = told["session"].as_str().unwrap().to_owned();
    let page = bench
        .client
        .get(format!("{}/phone/v1/me/page", bench.base))
        .bearer_auth(&session)
        .send()
        .await
        .unwrap();
    let page: Value = page.json().await.unwrap();
    assert_eq!(page["member_no"], joined["member_no"]);
    assert!(
        page["held"]["consents"]
            .as_array()
            .unwrap()
            .iter()
            .any(|c| c["purpose"] == "open_id" && c["given"] == true)
    );

    // she takes it back: then she is nobody there
    let taken = bench
        .client
        .post(format!("{}/phone/v1/me/withdraw", bench.base))
        .bearer_auth(&session)
        .json(&json!({ "purpose": "open_id" }))
        .send()
        .await
        .unwrap();
    assert_eq!(taken.status(), 200);
    assert!(
        open_id::Entity::find()
            .all(bench.centre.db().read())
            .await
            .unwrap()
            .is_empty()
    );
    let handle = browser.handle(&bench, "", "with-13900001111").await;
    let (_, told) = post(
        &bench,
        "/phone/v1/me/authorised",
        &json!({ "handle": handle, "ticket": TICKET }),
    )
    .await;
    assert_eq!(told, json!({}));
    crate::common::acts::in_order(&bench).await;
}

async fn what_she_did_not_agree_to_is_not_kept(engine: Engine) {
    let mut bench = bench_on(engine).await;
    let counter = bench.counter(true).await;
    with_wechat(&mut bench).await;
    let path = path(&counter, None);
    let code = path.rsplit('/').next().unwrap().to_owned();
    let browser = Browser::new();
    let handle = browser.handle(&bench, &code, "with-13900002222").await;
    let (_, told) = post(
        &bench,
        &format!("{path}/authorised"),
        &json!({ "handle": handle, "ticket": TICKET }),
    )
    .await;
    let (status, _) = post(
        &bench,
        &format!("{path}/join"),
        &body(&handle, &told, false),
    )
    .await;
    assert_eq!(status, 200);
    assert!(
        open_id::Entity::find()
            .all(bench.centre.db().read())
            .await
            .unwrap()
            .is_empty()
    );
    // a provider that tells no number, or none of ours, proves none
    for who in ["nobody", "with-123"] {
        let handle = browser.handle(&bench, &code, who).await;
        let (status, told) = post(
            &bench,
            &format!("{path}/authorised"),
            &json!({ "handle": handle, "ticket": TICKET }),
        )
        .await;
        assert_eq!((status, told), (200, json!({})));
    }
}

async fn what_comes_back_wrong_leads_to_the_page(engine: Engine) {
    let mut bench = bench_on(engine).await;
    let counter = bench.counter(true).await;
    with_wechat(&mut bench).await;
    let code = path(&counter, None).rsplit('/').next().unwrap().to_owned();
    let browser = Browser::new();
    // she says no; the provider refuses
    for said in ["error=access_denied", "code=no"] {
        let state = browser.leaves(&bench, &code, TICKET).await;
        let (status, to) = browser.comes_back(&bench, &state, said).await;
        assert_eq!(
            (status, to),
            (303, format!("{}/j/{code}#by=none", bench.base))
        );
        // whoever comes again is on her page too, and nothing was told
        let (status, to) = browser.comes_back(&bench, &state, "code=good").await;
        let (page, by) = to.split_once("#by=").unwrap();
        assert_eq!(
            (status, page),
            (303, format!("{}/j/{code}", bench.base).as_str())
        );
        let asked = json!({"handle": by, "ticket": TICKET});
        let told = post(&bench, &format!("/phone/v1/join/{code}/authorised"), &asked).await;
        assert_eq!(
            (told.0, &told.1["code"]),
            (400, &json!("verification_invalid"))
        );
    }
    assert_eq!(
        browser.comes_back(&bench, "made-up", "code=good").await.0,
        404
    );
    // nothing is kept of it for more than a day, whether it came back or not
    browser.handle(&bench, &code, "with-13900001111").await;
    browser.leaves(&bench, &code, TICKET).await;
    for (later, kept) in [
        (chrono::Duration::minutes(31), (4, 0)),
        (chrono::Duration::hours(25), (0, 0)),
    ] {
        joining::forget(&bench.centre, bench.centre.now() + later)
            .await
            .unwrap();
        let db = bench.centre.db().read();
        let away = authorising::Entity::find().all(db).await.unwrap();
        let told = authorised::Entity::find().all(db).await.unwrap();
        assert_eq!((away.len(), told.len()), kept);
    }
    let other = format!("{}/phone/v1/authorise/alipay?ticket=x", bench.base);
    assert_eq!(browser.0.get(other).send().await.unwrap().status(), 404);
    let forged = format!(
        "{}/phone/v1/authorise/wechat?code=2AAAA&ticket=x",
        bench.base
    );
    assert!(
        browser
            .0
            .get(forged)
            .send()
            .await
            .unwrap()
            .status()
            .is_client_error()
    );
}

on_both_engines!(
    she_joins_without_a_code_and_is_known_again,
    what_she_did_not_agree_to_is_not_kept,
    what_comes_back_wrong_leads_to_the_page,
);
