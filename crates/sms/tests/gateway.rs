//! Both providers against a gateway on this machine: it checks the signature of what really arrived, which the published
//! examples hold to the providers' own, and keeps records that can be asked.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    missing_docs,
    reason = "a test that cannot go on has failed"
)]

use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sms::{Delivery, Kind, Message, Outgoing, Patience, Provider, SmsError, SmsSender, deliver};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What the gateway does with the next request, and what it has taken.
#[derive(Default)]
struct Gateway {
    /// The answer to the next ones; as a healthy gateway where there is none.
    next: Mutex<Vec<Mood>>,
    taken: Mutex<Vec<Value>>,
    reports: Mutex<u32>,
}

#[derive(Clone, Copy, PartialEq)]
enum Mood {
    /// It takes the message and the answer is lost.
    TakesAndBreaks,
    /// It takes nothing, and answers with a page.
    Page,
    /// It says no.
    Refuses,
}

const ID: &str = "AKIDexample";
const SECRET: &str = "a secret of this test";

async fn aliyun(State(gateway): State<Arc<Gateway>>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let header = |name: &str| parts.headers[name].to_str().unwrap().to_owned();
    let query: Vec<(String, String)> = parts
        .uri
        .query()
        .unwrap()
        .split('&')
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap();
            let plain = |text: &str| {
                percent_encoding::percent_decode_str(text)
                    .decode_utf8()
                    .unwrap()
                    .into_owned()
            };
            (plain(name), plain(value))
        })
        .collect();
    let pairs: Vec<(&str, &str)> = query
        .iter()
        .map(|(n, v)| (n.as_str(), v.as_str()))
        .collect();
    let nonce = header("x-acs-signature-nonce");
    let (host, action, version) = (
        header("host"),
        header("x-acs-action"),
        header("x-acs-version"),
    );
    let call = sms::aliyun::Call {
        host: &host,
        action: &action,
        version: &version,
        query: &pairs,
        at: header("x-acs-date").parse().unwrap(),
        nonce: &nonce,
    };
    if header("authorization") != call.authorization(ID, SECRET) {
        let said = json!({"Code": "SignatureDoesNotMatch", "Message": "…"});
        return (axum::http::StatusCode::BAD_REQUEST, said.to_string()).into_response();
    }
    let of = |name: &str| {
        query
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, v)| v.clone())
    };
    if action == "QuerySendDetails" {
        *gateway.reports.lock().unwrap() += 1;
        let taken = gateway.taken.lock().unwrap();
        let all: Vec<Value> = taken
            .iter()
            .filter(|one| one["PhoneNumbers"] == of("PhoneNumber").unwrap())
            .map(|one| json!({"OutId": one["OutId"], "SendStatus": 1}))
            .collect();
        let said = json!({"Code": "OK", "SmsSendDetailDTOs": {"SmsSendDetailDTO": all}});
        return said.to_string().into_response();
    }
    let message: serde_json::Map<String, Value> =
        query.iter().map(|(n, v)| (n.clone(), json!(v))).collect();
    let refused = json!({"Code": "isv.BUSINESS_LIMIT_CONTROL", "Message": "触发分钟级流控"});
    answer(
        &gateway,
        Value::Object(message),
        &json!({"Code": "OK", "BizId": "1"}),
        &refused,
    )
    .await
}

async fn tencent(State(gateway): State<Arc<Gateway>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 10_000).await.unwrap();
    let body = String::from_utf8(body.to_vec()).unwrap();
    let header = |name: &str| parts.headers[name].to_str().unwrap().to_owned();
    let (host, action) = (header("host"), header("x-tc-action"));
    let seconds: i64 = header("x-tc-timestamp").parse().unwrap();
    let call = sms::tencent::Call {
        host: &host,
        service: "sms",
        action: &action,
        body: &body,
        at: DateTime::from_timestamp(seconds, 0).unwrap(),
    };
    if header("authorization") != call.authorization(ID, SECRET) {
        let said = json!({"Response": {"Error": {"Code": "AuthFailure.SignatureFailure"}}});
        return said.to_string().into_response();
    }
    let asked: Value = serde_json::from_str(&body).unwrap();
    if action == "PullSmsSendStatusByPhoneNumber" {
        *gateway.reports.lock().unwrap() += 1;
        let taken = gateway.taken.lock().unwrap();
        let all: Vec<Value> = taken
            .iter()
            .filter(|one| one["PhoneNumberSet"][0] == asked["PhoneNumber"])
            .map(|one| json!({"SessionContext": one["SessionContext"], "ReportStatus": "SUCCESS"}))
            .collect();
        let said = json!({"Response": {"PullSmsSendStatusSet": all}});
        return said.to_string().into_response();
    }
    let good = json!({"Response": {"SendStatusSet": [{"Code": "Ok"}]}});
    let refused =
        json!({"Response": {"SendStatusSet": [{"Code": "LimitExceeded.PhoneNumberDailyLimit"}]}});
    answer(&gateway, asked, &good, &refused).await
}

async fn answer(gateway: &Gateway, message: Value, good: &Value, refused: &Value) -> Response {
    let mood = gateway.next.lock().unwrap().pop();
    match mood {
        Some(Mood::Refuses) => return refused.to_string().into_response(),
        Some(Mood::Page) => return "<html>bad gateway</html>".into_response(),
        Some(Mood::TakesAndBreaks) => {
            gateway.taken.lock().unwrap().push(message);
            // longer than anybody waits for
            tokio::time::sleep(Duration::from_secs(60)).await;
        }
        None => gateway.taken.lock().unwrap().push(message),
    }
    good.to_string().into_response()
}

async fn open() -> (Arc<Gateway>, String) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let gateway = Arc::new(Gateway::default());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let which = |State(gateway): State<Arc<Gateway>>, request: Request| async move {
        if request.headers().contains_key("x-acs-action") {
            aliyun(State(gateway), request).await
        } else {
            tencent(State(gateway), request).await
        }
    };
    let router = Router::new()
        .route("/", post(which))
        .with_state(Arc::clone(&gateway));
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (gateway, address)
}

fn sender(provider: &str, address: &str, secret: &str) -> Box<dyn SmsSender> {
    let templates: serde_json::Map<String, Value> = Kind::ALL
        .iter()
        .filter(|kind| kind.is_needed())
        .map(|kind| (kind.word().to_owned(), json!(format!("T_{kind}"))))
        .collect();
    let settings = match provider {
        "aliyun" => json!({
            "provider": provider, "access_key_id": ID, "access_key_secret": secret,
            "sign_name": "汀禾", "endpoint": address, "templates": templates,
        }),
        _ => json!({
            "provider": provider, "secret_id": ID, "secret_key": secret, "app_id": "1400006666",
            "sign_name": "汀禾", "endpoint": address, "templates": templates,
        }),
    };
    Provider::read(settings.to_string().as_bytes())
        .unwrap()
        .sender()
        .unwrap()
}

const PROVIDERS: [&str; 2] = ["aliyun", "tencent"];

async fn says(sender: &dyn SmsSender, message: &Message, id: &str) -> Result<Delivery, SmsError> {
    let out = Outgoing {
        to: "13900001111",
        brand: "汀禾",
        message,
        id,
    };
    deliver(sender, &out, &Patience(vec![Duration::from_millis(10)])).await
}

fn code() -> Message {
    Message::JoiningCode {
        code: "407218".to_owned(),
    }
}

#[tokio::test]
async fn a_message_arrives_as_its_template_wants_it() {
    for provider in PROVIDERS {
        let (gateway, address) = open().await;
        let sender = sender(provider, &address, SECRET);
        assert_eq!(says(&*sender, &code(), "m-1").await, Ok(Delivery::Sent));
        let taken = gateway.taken.lock().unwrap()[0].clone();
        if provider == "aliyun" {
            assert_eq!(taken["TemplateCode"], "T_joining_code");
            assert_eq!(taken["TemplateParam"], r#"{"code":"407218"}"#);
            assert_eq!(
                (taken["PhoneNumbers"].as_str(), taken["SignName"].as_str()),
                (Some("13900001111"), Some("汀禾"))
            );
        } else {
            assert_eq!(taken["TemplateId"], "T_joining_code");
            assert_eq!(taken["TemplateParamSet"], json!(["407218"]));
            assert_eq!(taken["PhoneNumberSet"], json!(["+8613900001111"]));
        }
        // nobody has set a template for it
        let welcome = Message::Welcome { points: 50 };
        assert!(!sender.says(Kind::Welcome));
        assert_eq!(
            says(&*sender, &welcome, "m-2").await,
            Err(SmsError::NoTemplate(Kind::Welcome))
        );
    }
}

#[tokio::test]
async fn a_key_that_is_not_the_brands_is_refused_as_such() {
    for (provider, code_said) in PROVIDERS
        .iter()
        .zip(["SignatureDoesNotMatch", "AuthFailure.SignatureFailure"])
    {
        let (_, address) = open().await;
        let other = sender(provider, &address, "another");
        assert_eq!(
            says(&*other, &code(), "m-1").await,
            Err(SmsError::Refused(code_said.to_owned()))
        );
    }
}

#[tokio::test]
async fn a_lost_answer_sends_nothing_twice_and_a_page_in_between_once_more() {
    for provider in PROVIDERS {
        let (gateway, address) = open().await;
        let sender = sender(provider, &address, SECRET);
        gateway.next.lock().unwrap().push(Mood::TakesAndBreaks);
        let begun = Utc::now();
        assert_eq!(says(&*sender, &code(), "m-1").await, Ok(Delivery::Sent));
        assert!((Utc::now() - begun).num_seconds() < 30);
        assert_eq!(gateway.taken.lock().unwrap().len(), 1, "{provider}");
        assert_eq!(*gateway.reports.lock().unwrap(), 1);

        gateway.next.lock().unwrap().push(Mood::Page);
        assert_eq!(says(&*sender, &code(), "m-2").await, Ok(Delivery::Sent));
        assert_eq!(gateway.taken.lock().unwrap().len(), 2, "{provider}");
        assert_eq!(*gateway.reports.lock().unwrap(), 2);

        gateway.next.lock().unwrap().push(Mood::Refuses);
        assert!(matches!(
            says(&*sender, &code(), "m-3").await,
            Err(SmsError::Refused(_))
        ));
        assert_eq!(gateway.taken.lock().unwrap().len(), 2);
    }
}

#[tokio::test]
async fn a_provider_that_is_away_has_nothing() {
    for provider in PROVIDERS {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        drop(listener);
        let _ = rustls::crypto::ring::default_provider().install_default();
        let sender = sender(provider, &address, SECRET);
        assert!(matches!(
            says(&*sender, &code(), "m-1").await,
            Err(SmsError::Unreached(_))
        ));
    }
}
