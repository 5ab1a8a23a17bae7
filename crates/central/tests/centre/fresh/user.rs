//! A user of a device's key, who asks by tokens and proofs as a counter does.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::common::{Bench, Counter};
use chrono::{DateTime, Utc};
use protocol::attestation::Attested;
use protocol::hello::{HelloReply, HelloRequest};
use protocol::ids::LifeId;
use protocol::pull::PullRequest;
use protocol::signature::DEVICE_HEADER;
use protocol::token::{
    ASSERTION_TYPE, Assertion, Covers, GRANT, NONCE_HEADER, PROOF_HEADER, Proof, Rotated, SCHEME,
    TIME_HEADER, TOKEN_PATH, TokenReply, TokenRequest,
};
use protocol::{ErrorCode, WireError};
use serde_json::{Value, json};
use uuid::Uuid;

/// One user of a device's key: its outbox, and what it was told of tokens.
#[derive(Clone)]
pub struct User {
    pub counter: Counter,
    pub word: Option<Attested<Rotated>>,
    pub token: String,
    pub nonce: Option<(String, DateTime<Utc>)>,
}

/// A request as it goes over the wire.
#[derive(Clone)]
pub struct Sent {
    pub method: &'static str,
    pub path: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
}

impl Sent {
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.retain(|(n, _)| *n != name);
        self.headers.push((name, value.to_owned()));
        self
    }

    pub async fn send(&self, bench: &Bench) -> reqwest::Response {
        let url = format!("{}{}", bench.base, self.path);
        let mut request = match self.method {
            "GET" => bench.client.get(url),
            _ => bench.client.post(url),
        };
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        request.body(self.body.clone()).send().await.unwrap()
    }
}

impl User {
    pub async fn enrolled(bench: &Bench) -> Self {
        let mut counter = bench.counter(true).await;
        counter.life = Some(LifeId::fresh());
        Self {
            counter,
            word: None,
            token: String::new(),
            nonce: None,
        }
    }

    pub fn hear(&mut self, response: &reqwest::Response) {
        let text = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
        let time = text(TIME_HEADER).parse().unwrap();
        let time = DateTime::from_timestamp_millis(time).unwrap();
        self.nonce = Some((text(NONCE_HEADER), time));
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.nonce
            .as_ref()
            .map_or(DateTime::UNIX_EPOCH, |(_, time)| *time)
    }

    fn nonce(&self) -> Option<String> {
        self.nonce.as_ref().map(|(nonce, _)| nonce.clone())
    }

    fn covers<'a>(
        &self,
        sent: (&'a str, &'a str),
        token: Option<&'a str>,
        body: &'a [u8],
    ) -> Covers<'a> {
        Covers {
            centre: self.counter.centre,
            method: sent.0,
            path: sent.1,
            token,
            body,
        }
    }

    /// The request for a token, named so.
    pub fn asking(&self, request: Uuid) -> Sent {
        let place = (self.counter.centre, self.counter.device);
        let said = Assertion::new(place, self.counter.epoch, self.word, request, self.now());
        let form = TokenRequest {
            grant_type: GRANT.into(),
            client_assertion_type: ASSERTION_TYPE.into(),
            client_assertion: said.sign(&self.counter.key).unwrap(),
        };
        self.form(&form)
    }

    pub fn form(&self, form: &TokenRequest) -> Sent {
        let body = reqwest::Url::parse_with_params(
            "x:y",
            [
                ("grant_type", form.grant_type.as_str()),
                ("client_assertion_type", &form.client_assertion_type),
                ("client_assertion", &form.client_assertion),
            ],
        );
        let body = body.unwrap().query().unwrap().as_bytes().to_vec();
        let proof = Proof::of(
            &self.covers(("POST", TOKEN_PATH), None, &body),
            self.nonce(),
            self.now(),
        );
        Sent {
            method: "POST",
            path: TOKEN_PATH.into(),
            headers: vec![
                (DEVICE_HEADER, self.counter.device.to_string()),
                (PROOF_HEADER, proof.sign(&self.counter.key).unwrap()),
                ("content-type", "application/x-www-form-urlencoded".into()),
            ],
            body,
        }
    }

    pub async fn ask_as(&mut self, bench: &Bench, request: Uuid) -> TokenReply {
        if self.nonce.is_none() {
            let refused = self.asking(request).send(bench).await;
            assert_eq!(refused.status(), 400);
            self.hear(&refused);
        }
        let given = self.asking(request).send(bench).await;
        assert_eq!(given.status(), 200);
        self.hear(&given);
        let given: TokenReply = given.json().await.unwrap();
        assert_eq!((given.token_type.as_str(), given.expires_in), (SCHEME, 600));
        self.token.clone_from(&given.access_token);
        self.word = given.rotated.or(self.word);
        given
    }

    /// Asks for a token, as a counter does.
    pub async fn ask(&mut self, bench: &Bench) -> TokenReply {
        self.ask_as(bench, Uuid::new_v4()).await
    }

    pub fn request<T: serde::Serialize>(&self, path: &str, message: &T) -> Sent {
        let body = serde_json::to_vec(message).unwrap();
        let covers = self.covers(("POST", path), Some(&self.token), &body);
        let proof = Proof::of(&covers, self.nonce(), self.now());
        Sent {
            method: "POST",
            path: path.to_owned(),
            headers: vec![
                (DEVICE_HEADER, self.counter.device.to_string()),
                (PROOF_HEADER, proof.sign(&self.counter.key).unwrap()),
                ("authorization", format!("{SCHEME} {}", self.token)),
            ],
            body,
        }
    }

    pub fn pull(&self) -> Sent {
        self.request("/v1/pull", &pull_of(&self.counter))
    }

    /// Says hello with the token that it has: the answer, or why there is none.
    pub async fn hello(&mut self, bench: &Bench) -> Result<HelloReply, ErrorCode> {
        let said: HelloRequest = self.counter.says();
        let response = self.request("/v1/hello", &json!(said)).send(bench).await;
        self.hear(&response);
        if response.status() == 200 {
            return Ok(response.json().await.unwrap());
        }
        Err(response.json::<WireError>().await.unwrap().code)
    }
}

pub fn pull_of(counter: &Counter) -> Value {
    json!(PullRequest {
        scope: "brand".into(),
        cursor: 0,
        limit: 10,
        generation: counter.generation,
        attestation: None,
    })
}
