//! A centre that says what a test tells it to, in the network's place.

mod shop;

pub(crate) use shop::{Shop, clerk, mark, marked, member};

use crate::client::{Answer, Request, Transport};
use crate::error::{Error, Result};
use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use protocol::chain::Hash;
use protocol::clerk::{Certificate, ClerkReply, ClerkRequest, KnownBy};
use protocol::entity::EntityKind;
use protocol::grant::{Grant, GrantReply, GrantRequest, GrantedLot, Short, ShortReason};
use protocol::hello::{HelloReply, HelloRequest};
use protocol::operation::Operation;
use protocol::pull::{Change, PullReply, PullRequest};
use protocol::push::{Effect, OpResult, Outcome, PushReply, PushRequest, ScopeCursor};
use protocol::{
    CentreId, DeviceId, Epoch, ErrorCode, Generation, GrantId, MemberId, Seq, WireError,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use shop::{product, reward};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

/// What the script holds, and what it heard.
pub(crate) struct Script {
    /// The answer to every hello; `head_seq` and `head_hash` are worked out.
    pub(crate) hello: HelloReply,
    /// Answers to come before that one.
    pub(crate) hellos_first: Vec<HelloReply>,
    pub(crate) feeds: BTreeMap<String, Vec<Change>>,
    /// Points that it still grants, and coupons.
    pub(crate) points: i64,
    pub(crate) coupons: Vec<String>,
    /// Why it grants no more.
    pub(crate) short: ShortReason,
    /// Answers by path that come instead: a refusal, or a body.
    pub(crate) instead: BTreeMap<String, std::result::Result<Value, ErrorCode>>,
    /// PINs by clerk, by which it takes keys; where there are none it is of a build that takes none.
    pub(crate) pins: BTreeMap<String, String>,
    /// Keys that it knows, by clerk.
    pub(crate) keys: BTreeMap<String, String>,
    /// Paths that get no answer.
    pub(crate) silent: Vec<String>,
    /// Whether a push that goes on from what is not here is answered by the number before it.
    pub(crate) gaps: bool,
    /// The effect of every operation.
    pub(crate) effect: Effect,
    pub(crate) ops: Vec<Operation>,
    pub(crate) heard: Vec<(String, String)>,
    device: DeviceId,
    now: DateTime<Utc>,
    n: u64,
}

/// The centre; clones are the same one.
#[derive(Clone)]
pub(crate) struct Scripted(Arc<Mutex<Script>>);

pub(crate) fn now() -> DateTime<Utc> {
    DateTime::from_timestamp_millis(Utc::now().timestamp_millis()).unwrap()
}

impl Scripted {
    pub(crate) fn new() -> Self {
        let device = DeviceId::fresh();
        let hello = HelloReply {
            proto: 2,
            centre: CentreId::fresh(),
            generation: Generation(1),
            server_time: now(),
            epoch: Epoch(1),
            head_seq: Seq(0),
            head_hash: Hash::ZERO,
            quarantined: false,
            scopes: vec![
                "brand".into(),
                "store:S1".into(),
                format!("device:{device}"),
            ],
            begin_epoch: None,
            superseded: false,
            report: false,
            lease_until: Some(now() + chrono::Duration::hours(100)),
            checkout: None,
            lacks: None,
            revoked: false,
            reads_personal: false,
            tokens: false,
            signed_in_noted: false,
            centre_key: None,
            generation_attestation: None,
            answered: None,
            given: None,
            unknown_keys: None,
            check_in: false,
        };
        let script = Self(Arc::new(Mutex::new(Script {
            hello,
            hellos_first: Vec::new(),
            feeds: BTreeMap::new(),
            points: 0,
            coupons: Vec::new(),
            short: ShortReason::NotEnoughPoints,
            instead: BTreeMap::new(),
            pins: BTreeMap::new(),
            keys: BTreeMap::new(),
            silent: Vec::new(),
            gaps: false,
            effect: Effect::default(),
            ops: Vec::new(),
            heard: Vec::new(),
            device,
            now: now(),
            n: 0,
        })));
        script.publish("store:S1", EntityKind::Clerk.name(), "C1", &clerk());
        script.publish(
            "store:S1",
            EntityKind::Member.name(),
            "M1",
            &member("M1", "13800000001"),
        );
        script.publish("store:S1", EntityKind::Reward.name(), "R1", &reward());
        script.publish(
            "brand",
            EntityKind::Program.name(),
            "1",
            &json!({"version": 1}),
        );
        script.publish("brand", EntityKind::Product.name(), "P1", &product());
        script
    }

    pub(crate) fn script(&self) -> MutexGuard<'_, Script> {
        self.0.lock().unwrap()
    }

    pub(crate) fn device_scope(&self) -> String {
        format!("device:{}", self.script().device)
    }

    /// Puts something into a scope, or takes it out by `null`.
    pub(crate) fn publish(&self, scope: &str, kind: &str, key: &str, body: &Value) {
        let mut s = self.script();
        s.n += 1;
        let n = s.n;
        let feed = s.feeds.entry(scope.to_owned()).or_default();
        feed.retain(|c| (c.entity.as_str(), c.key.as_str()) != (kind, key));
        feed.push(Change {
            n,
            entity: kind.to_owned(),
            key: key.to_owned(),
            body: (!body.is_null()).then(|| serde_json::value::to_raw_value(body).unwrap()),
        });
    }

    /// Paths that were asked since the last call, in order.
    pub(crate) fn paths(&self) -> Vec<String> {
        let mut s = self.script();
        s.heard.drain(..).map(|(path, _)| path).collect()
    }

    /// The last message to a path.
    pub(crate) fn last<T: DeserializeOwned>(&self, path: &str) -> T {
        let s = self.script();
        let (_, said) = s.heard.iter().rev().find(|(p, _)| p == path).unwrap();
        serde_json::from_str(said).unwrap()
    }
}

impl Script {
    fn answer(&mut self, path: &str, said: &str) -> std::result::Result<Value, ErrorCode> {
        // from the text itself: bodies are hashed as they are written
        fn is<T: DeserializeOwned>(said: &str) -> T {
            serde_json::from_str(said).unwrap()
        }
        fn json<T: Serialize>(reply: &T) -> Value {
            serde_json::to_value(reply).unwrap()
        }
        // a sign-up's requests lie below its code, which nobody knows before
        let step = path
            .strip_prefix("/phone/v1/join/")
            .and_then(|rest| rest.split_once('/'))
            .map_or(path, |(_, step)| step);
        if let Some(instead) = self.instead.get(step) {
            return instead.clone();
        }
        Ok(match path {
            "/v1/enrol" => json!({
                "device": self.device, "device_name": "1", "store": "S1", "checkout": true,
                "centre": self.hello.centre, "generation": 1, "epoch": 1,
                "server_time": self.now, "phone_base": "http://127.0.0.1",
            }),
            "/v1/hello" => json(&self.hello(&is(said))),
            "/v1/push" => json(&self.push(is(said))),
            "/v1/pull" => json(&self.pull(&is(said))),
            "/v1/grant" => json(&self.grant(&is(said))),
            "/v1/clerk" if !self.pins.is_empty() => json(&self.clerk(&is(said))),
            "/v1/report" => json!({"reinstated": 0, "waiting_for": 0}),
            _ => return Err(ErrorCode::NotFound),
        })
    }

    fn clerk(&mut self, said: &ClerkRequest) -> ClerkReply {
        let clerk = said.clerk.as_str();
        let Some(pin) = self.pins.get(clerk) else {
            return ClerkReply::NotHere;
        };
        match &said.by {
            KnownBy::Pin { pin: tried, proof } => {
                assert!(said.is_proof(proof, self.hello.centre, self.device));
                if tried != pin {
                    return ClerkReply::PinWrong { tries_left: 4 };
                }
            }
            KnownBy::Certificate { certificate } if certificate.signature == "ours" => {}
            KnownBy::Certificate { .. } => return ClerkReply::AskPin,
        }
        self.keys.insert(clerk.to_owned(), said.public_key.clone());
        ClerkReply::Known {
            certificate: Certificate {
                clerk: said.clerk.clone(),
                public_key: said.public_key.clone(),
                pin_mark: mark(clerk, pin),
                since: self.now,
                signature: "ours".into(),
            },
        }
    }

    fn hello(&mut self, said: &HelloRequest) -> HelloReply {
        let mut reply = if self.hellos_first.is_empty() {
            self.hello.clone()
        } else {
            self.hellos_first.remove(0)
        };
        let epoch = reply.epoch;
        if let Some(op) = self.ops.iter().rev().find(|o| o.epoch == epoch) {
            (reply.head_seq, reply.head_hash) = (op.seq, op.hash);
        }
        if !self.pins.is_empty() {
            let told = said.clerk_keys.iter().flatten();
            let unknown =
                told.filter(|key| self.keys.get(key.clerk.as_str()) != Some(&key.public_key));
            reply.unknown_keys = Some(unknown.map(|key| key.clerk.clone()).collect());
        }
        reply
    }

    fn push(&mut self, said: PushRequest) -> PushReply {
        let first = said.first_seq;
        let here = |o: &Operation| (o.epoch, o.seq.next()) == (said.epoch, first);
        if self.gaps && first > Seq(1) && !self.ops.iter().any(here) {
            let expected = Seq(first.0 - 1);
            return PushReply::Gap { expected };
        }
        let last = said.ops.last().map(|o| (o.seq, o.hash)).unwrap();
        let result = |o: &Operation| OpResult {
            seq: o.seq,
            op_id: o.op_id,
            outcome: Outcome::Applied(self.effect.clone()),
        };
        let results = said.ops.iter().map(result).collect();
        for op in said.ops {
            assert!(op.is_intact());
            if !self.ops.iter().any(|o| o.op_id == op.op_id) {
                self.ops.push(op);
            }
        }
        PushReply::Done {
            results,
            head_seq: last.0,
            head_hash: last.1,
            visible: vec![ScopeCursor {
                scope: "store:S1".into(),
                cursor: self.n,
            }],
            server_time: self.now,
            answered: None,
        }
    }

    fn pull(&self, said: &PullRequest) -> PullReply {
        let feed = self.feeds.get(&said.scope).cloned().unwrap_or_default();
        let snapshot = said.cursor == 0;
        let changes: Vec<Change> = feed
            .into_iter()
            .filter(|c| c.n > said.cursor && !(snapshot && c.body.is_none()))
            .collect();
        PullReply {
            next: changes.last().map_or(said.cursor, |c| c.n),
            changes,
            more: false,
            digest: None,
            server_time: self.now,
            attestation: None,
        }
    }

    fn grant(&mut self, said: &GrantRequest) -> GrantReply {
        let mut reply = GrantReply {
            grants: Vec::new(),
            short: Vec::new(),
            server_time: self.now,
            given: None,
        };
        for want in &said.wants {
            let given = match (&want.coupon, want.points) {
                (Some(coupon), _) if self.coupons.contains(coupon) => Some(0),
                (Some(_), _) | (None, None) => None,
                (None, Some(asked)) => (asked.0 <= self.points).then_some(asked.0),
            };
            match given {
                Some(points) => {
                    self.points -= points;
                    reply
                        .grants
                        .push(granted(&want.member, points, want.coupon.clone()));
                }
                None if want.points.is_some() || want.coupon.is_some() => reply.short.push(Short {
                    member: want.member.clone(),
                    possible: loyalty::Points(self.points),
                    reason: self.short,
                }),
                None => {}
            }
        }
        reply
    }
}

fn granted(member: &MemberId, points: i64, coupon: Option<String>) -> Grant {
    let lots = if coupon.is_some() {
        Vec::new()
    } else {
        vec![GrantedLot {
            lot: "1".into(),
            points: loyalty::Points(points),
            expires: None,
        }]
    };
    Grant {
        grant: GrantId::fresh(),
        member: member.clone(),
        points: loyalty::Points(points),
        lots,
        lease_until: now() + chrono::Duration::hours(100),
        coupon,
        ahead: false,
        attestation: None,
    }
}

impl Transport for Scripted {
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Answer>> {
        let zipped = request
            .headers
            .iter()
            .any(|(n, _)| *n == "content-encoding");
        let body = if zipped {
            zstd::decode_all(request.body.as_slice()).unwrap()
        } else {
            request.body
        };
        let said = String::from_utf8(body).unwrap();
        let mut s = self.script();
        if request.path == protocol::token::TOKEN_PATH {
            // it is of a build that gives none
            let code = ErrorCode::NotFound;
            let refused = WireError {
                code,
                message: String::new(),
            };
            let answer = Answer {
                status: code.http_status(),
                zipped: false,
                centre: None,
                nonce: None,
                time: None,
                body: serde_json::to_vec(&refused).unwrap(),
            };
            return Box::pin(async { Ok(answer) });
        }
        s.heard.push((request.path.clone(), said.clone()));
        if s.silent.contains(&request.path) {
            return Box::pin(std::future::pending());
        }
        if s.instead.contains_key("offline") {
            return Box::pin(async { Err(Error::Offline("no line".into())) });
        }
        let answer = match s.answer(&request.path, &said) {
            Ok(body) => Answer {
                status: 200,
                zipped: false,
                centre: None,
                nonce: None,
                time: None,
                body: serde_json::to_vec(&body).unwrap(),
            },
            Err(code) => Answer {
                status: code.http_status(),
                zipped: false,
                centre: None,
                nonce: None,
                time: None,
                body: serde_json::to_vec(&WireError {
                    code,
                    message: String::new(),
                })
                .unwrap(),
            },
        };
        Box::pin(async { Ok(answer) })
    }

    fn wait(&self, patience: Duration) -> BoxFuture<'_, ()> {
        // whoever waits for a silent path need not wait for real
        let short = patience.min(Duration::from_millis(50));
        Box::pin(tokio::time::sleep(short))
    }
}
