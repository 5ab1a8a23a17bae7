//! Providers with their own ways, each as a server on this machine: what is sent to it is held to what it wants.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::HashMap;
use std::process::Command;
use std::sync::{Arc, Mutex};

use authorise::{AuthoriseError, Authorised, Provider};
use axum::extract::{Form, Query, State};
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chrono::Utc;
use ring::digest::{SHA256, digest};
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use serde_json::{Value, json};
use url::Url;

const BACK: &str = "https://card.example/phone/v1/authorise/x/back";

type Said = HashMap<String, String>;

async fn serve(router: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    base
}

fn one(settings: &Value) -> Provider {
    let document = json!({ "providers": [settings] }).to_string();
    authorise::read(document.as_bytes()).unwrap().remove(0)
}

fn asked(url: &str) -> (Vec<String>, Said, Option<String>) {
    let url = Url::parse(url).unwrap();
    let all: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let names = all.iter().map(|(name, _)| name.clone()).collect();
    let said = all.into_iter().collect();
    (names, said, url.fragment().map(str::to_owned))
}

async fn wechat(phone: bool) -> Provider {
    let router = Router::new()
        .route(
            "/token",
            get(async |Query(said): Query<Said>| {
                let fits = said["appid"] == "wx1"
                    && said["secret"] == "hush"
                    && said["grant_type"] == "authorization_code"
                    && said.len() == 4;
                // status 200, whatever it is
                Json(match (fits, said["code"].as_str()) {
                    (true, "good") => json!({
                        "access_token": "token", "expires_in": 7200, "openid": "o-1", "scope": "snsapi_base",
                    }),
                    (true, "empty") => json!({ "access_token": "token" }),
                    (true, _) => json!({ "errcode": 40029, "errmsg": "invalid code, rid: 张" }),
                    (false, _) => json!({ "errcode": 40013, "errmsg": "invalid appid" }),
                })
            }),
        )
        .route(
            "/phone",
            post(async |Query(said): Query<Said>, Json(body): Json<Value>| {
                Json(if said["access_token"] == "token" && body["openid"] == "o-1" {
                    json!({ "errcode": 0, "phone_info": { "purePhoneNumber": "13900001111", "countryCode": "86" } })
                } else {
                    json!({ "errcode": 40001, "errmsg": "invalid credential" })
                })
            }),
        )
        .route("/page", get(async || "<html>busy</html>"));
    let base = serve(router).await;
    one(&json!({
        "flavour": "wechat", "app_id": "wx1", "secret": "hush",
        "authorize": format!("{base}/authorize"), "token": format!("{base}/token"),
        "phone": phone.then(|| format!("{base}/phone")),
    }))
}

#[tokio::test]
async fn wechat_has_ways_of_its_own() {
    let provider = wechat(true).await;
    let begun = provider.begin(BACK);
    let (names, said, fragment) = asked(&begun.url);
    // in this order alone
    assert_eq!(
        names,
        ["appid", "redirect_uri", "response_type", "scope", "state"]
    );
    assert_eq!(
        (said["redirect_uri"].as_str(), said["state"].as_str()),
        (BACK, begun.state.as_str())
    );
    assert_eq!(fragment.as_deref(), Some("wechat_redirect"));
    assert!(begun.verifier.is_none() && begun.state.len() > 16);
    assert_ne!(provider.begin(BACK).state, begun.state);

    let told = provider
        .finish(BACK, "good", None, Utc::now())
        .await
        .unwrap();
    let expected = Authorised {
        open_id: "o-1".into(),
        phone: Some("13900001111".into()),
    };
    assert_eq!(told, expected);
    let refused = provider.finish(BACK, "used", None, Utc::now()).await;
    assert!(
        matches!(&refused, Err(AuthoriseError::Refused(why)) if why.contains("40029")),
        "{refused:?}"
    );
    let nobody = provider.finish(BACK, "empty", None, Utc::now()).await;
    assert!(matches!(nobody, Err(AuthoriseError::Nobody)));
    // an account that may not ask for numbers still knows who she is
    let told = wechat(false)
        .await
        .finish(BACK, "good", None, Utc::now())
        .await
        .unwrap();
    assert_eq!((told.open_id.as_str(), told.phone), ("o-1", None));
}

#[tokio::test]
async fn an_answer_that_is_none_is_said() {
    let base = serve(Router::new().route("/page", get(async || "<html>busy</html>"))).await;
    for token in [format!("{base}/page"), "http://127.0.0.1:9/none".to_owned()] {
        let provider = one(&json!({
            "flavour": "wechat", "app_id": "wx1", "secret": "hush-hush",
            "authorize": format!("{base}/a"), "token": token,
        }));
        let failed = provider
            .finish(BACK, "good", None, Utc::now())
            .await
            .unwrap_err();
        assert!(matches!(failed, AuthoriseError::Unanswered(_)), "{failed}");
        // neither the secret nor the code is in what a log has
        assert!(!failed.to_string().contains("hush") && !failed.to_string().contains("good"));
    }
}

/// A key pair of this run: PKCS #8 in PEM, and the public key as PKCS #1.
fn key_pair() -> (String, Vec<u8>) {
    let script = "const { generateKeyPairSync } = require('crypto'); \
        const k = generateKeyPairSync('rsa', { modulusLength: 2048 }); \
        console.log(JSON.stringify({ pem: k.privateKey.export({ type: 'pkcs8', format: 'pem' }), \
        public: k.publicKey.export({ type: 'pkcs1', format: 'der' }).toString('base64') }))";
    let made = Command::new("node").args(["-e", script]).output().unwrap();
    let made: Value = serde_json::from_slice(&made.stdout).unwrap();
    let public = STANDARD.decode(made["public"].as_str().unwrap()).unwrap();
    (made["pem"].as_str().unwrap().to_owned(), public)
}

/// Alipay's gateway: refuses whatever is not signed as it must be.
fn gateway(public: &[u8], mut said: Said) -> Value {
    let signature = STANDARD.decode(said.remove("sign").unwrap()).unwrap();
    let mut all: Vec<String> = said
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    all.sort();
    let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public);
    if key.verify(all.join("&").as_bytes(), &signature).is_err() || said["app_id"] != "2021" {
        return json!({ "error_response": { "code": "40002", "sub_code": "isv.invalid-signature" } });
    }
    match (
        said["method"].as_str(),
        said.get("code").map(String::as_str),
    ) {
        ("alipay.system.oauth.token", Some("good")) => json!({
            "alipay_system_oauth_token_response": {
                "access_token": "token", "open_id": "a-1", "expires_in": 3600, "re_expires_in": 3600,
            },
            "sign": "…",
        }),
        ("alipay.system.oauth.token", _) => json!({
            "alipay_system_oauth_token_response": { "code": "40002", "sub_code": "isv.code-invalid" },
        }),
        ("alipay.user.info.share", _) if said["auth_token"] == "token" => json!({
            "alipay_user_info_share_response": { "code": "10000", "msg": "Success", "mobile": "13900002222" },
        }),
        _ => json!({ "error_response": { "code": "40001", "sub_code": "isv.invalid-method" } }),
    }
}

#[tokio::test]
async fn alipay_has_ways_of_its_own() {
    let (pem, public) = key_pair();
    let router = Router::new().route(
        "/gateway.do",
        post(move |Form(said): Form<Said>| async move { Json(gateway(&public, said)) }),
    );
    let base = serve(router).await;
    let settings = |key: &str| {
        json!({
            "flavour": "alipay", "app_id": "2021", "private_key": key, "phone": true,
            "authorize": format!("{base}/authorize"), "gateway": format!("{base}/gateway.do"),
        })
    };
    let provider = one(&settings(&pem));
    assert_eq!(provider.code_parameter(), "auth_code");
    let (_, said, _) = asked(&provider.begin(BACK).url);
    assert_eq!(
        (said["app_id"].as_str(), said["scope"].as_str()),
        ("2021", "auth_user")
    );
    let told = provider
        .finish(BACK, "good", None, Utc::now())
        .await
        .unwrap();
    assert_eq!(
        (told.open_id.as_str(), told.phone.as_deref()),
        ("a-1", Some("13900002222"))
    );
    let refused = provider.finish(BACK, "used", None, Utc::now()).await;
    assert!(matches!(refused, Err(AuthoriseError::Refused(_))));
    // another application's key signs for nobody
    let (other, _) = key_pair();
    let refused = one(&settings(&other))
        .finish(BACK, "good", None, Utc::now())
        .await;
    assert!(
        matches!(&refused, Err(AuthoriseError::Refused(why)) if why.contains("signature")),
        "{refused:?}"
    );
    let broken = json!({ "providers": [settings("no key")] }).to_string();
    assert!(authorise::read(broken.as_bytes()).is_err());
}

#[derive(Clone, Default)]
struct Standard {
    challenge: Arc<Mutex<String>>,
}

async fn standard_token(
    State(server): State<Standard>,
    Form(said): Form<Said>,
) -> axum::response::Response {
    let hash = digest(&SHA256, said["code_verifier"].as_bytes());
    let proven = URL_SAFE_NO_PAD.encode(hash) == *server.challenge.lock().unwrap();
    let fits =
        said["client_id"] == "c" && said["client_secret"] == "s" && said["redirect_uri"] == BACK;
    if proven && fits && said["code"] == "good" {
        return Json(json!({ "access_token": "token", "token_type": "Bearer", "expires_in": 60 }))
            .into_response();
    }
    let refused = Json(json!({ "error": "invalid_grant" }));
    (axum::http::StatusCode::BAD_REQUEST, refused).into_response()
}

#[tokio::test]
async fn any_other_goes_by_the_standard() {
    let server = Standard::default();
    let router = Router::new()
        .route("/token", post(standard_token))
        .route(
            "/user",
            get(async |headers: HeaderMap| {
                assert_eq!(headers["authorization"], "Bearer token");
                Json(json!({ "sub": "u-1", "phone_number": "+86 139 0000 3333", "phone_number_verified": true }))
            }),
        )
        .with_state(server.clone());
    let base = serve(router).await;
    let provider = one(&json!({
        "flavour": "plain", "id": "brand", "client_id": "c", "client_secret": "s",
        "authorize": format!("{base}/authorize"), "token": format!("{base}/token"), "user": format!("{base}/user"),
    }));
    let begun = provider.begin(BACK);
    let (_, said, _) = asked(&begun.url);
    assert_eq!(said["code_challenge_method"], "S256");
    server
        .challenge
        .lock()
        .unwrap()
        .clone_from(&said["code_challenge"]);
    let told = provider
        .finish(BACK, "good", begun.verifier.clone(), Utc::now())
        .await
        .unwrap();
    assert_eq!(
        (told.open_id.as_str(), told.phone.as_deref()),
        ("u-1", Some("+86 139 0000 3333"))
    );
    // who did not begin cannot end
    let other = provider.begin(BACK).verifier;
    let refused = provider.finish(BACK, "good", other, Utc::now()).await;
    assert!(matches!(refused, Err(AuthoriseError::Refused(_))));
}

#[test]
fn settings_that_cannot_be_used_are_refused() {
    let wechat = |id: &str, token: &str| json!({ "flavour": "wechat", "id": id, "app_id": "a", "secret": "s", "token": token });
    let read = |all: &[Value]| {
        authorise::read(json!({ "providers": all }).to_string().as_bytes()).map(|all| all.len())
    };
    let good = "https://api.weixin.qq.com/sns/oauth2/access_token";
    assert_eq!(
        read(&[wechat("wechat", good), wechat("other", good)]).unwrap(),
        2
    );
    assert!(read(&[wechat("wechat", good), wechat("wechat", good)]).is_err());
    for (id, token) in [
        ("We Chat", good),
        ("", good),
        ("wechat", "http://api.weixin.qq.com/x"),
        ("wechat", "none"),
    ] {
        assert!(read(&[wechat(id, token)]).is_err(), "{id} {token}");
    }
    assert!(authorise::read(b"{}").is_err());
    let shown = format!("{:?}", one(&wechat("wechat", good)));
    assert!(!shown.contains("\"s\""), "no secret: {shown}");
}
