//! Counters that speak to a centre, each by its own key.

use chrono::{DateTime, Utc};
use ed25519_dalek::{Signer, SigningKey};
use loyalty::Points;
use protocol::attestation::{Answered, Attested, Given, Statement};
use protocol::chain::Hash;
use protocol::enrol::{EnrolReply, EnrolRequest, enrol_statement};
use protocol::entity::{self as wire, EntityKind};
use protocol::grant::{Grant, GrantReply, GrantRequest, Want};
use protocol::hello::HelloRequest;
use protocol::ids::{CentreId, DeviceId, Epoch, Generation, LifeId, OpId, RequestId, Seq};
use protocol::operation::{Body, MemberRef, Operation, PHONE};
use protocol::personal::PersonalField;
use protocol::pull::{PullReply, PullRequest};
use protocol::push::{OpResult, PushReply, PushRequest};
use protocol::signature::{DEVICE_HEADER, SIGNATURE_HEADER, sign_request};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Bench, Raw, sale};

/// A device that was enrolled somewhere.
pub struct Enrolled {
    pub key: SigningKey,
    pub reply: EnrolReply,
}

pub async fn enrol(client: &reqwest::Client, base: &str, code: &str) -> Enrolled {
    let mut seed = [0u8; 32];
    getrandom::fill(&mut seed).unwrap();
    let key = SigningKey::from_bytes(&seed);
    let public_key = hex::encode(key.verifying_key().to_bytes());
    let proof = key.sign(&enrol_statement(code, &public_key)).to_bytes();
    let request = EnrolRequest {
        code: code.to_owned(),
        public_key,
        device_name: "收银台".into(),
        proof: hex::encode(proof),
        device: None,
    };
    let reply = client
        .post(format!("{base}/v1/enrol"))
        .json(&request)
        .send()
        .await
        .unwrap();
    assert_eq!(reply.status(), 200);
    Enrolled {
        key,
        reply: reply.json().await.unwrap(),
    }
}

impl Enrolled {
    pub async fn get(&self, client: &reqwest::Client, base: &str, path: &str) -> reqwest::Response {
        let device = self.reply.device;
        let signature = sign_request(&self.key, self.reply.centre, device, "GET", path, b"");
        let request = client
            .get(format!("{base}{path}"))
            .header(DEVICE_HEADER, device.to_string())
            .header(SIGNATURE_HEADER, signature);
        request.send().await.unwrap()
    }
}

impl From<Enrolled> for Counter {
    fn from(Enrolled { key, reply }: Enrolled) -> Self {
        Self {
            key,
            device: reply.device,
            name: reply.device_name,
            centre: reply.centre,
            epoch: reply.epoch,
            generation: reply.generation,
            seq: 0,
            head: Hash::ZERO,
            life: None,
            given: Vec::new(),
            attested: Vec::new(),
        }
    }
}

/// One counter: its key, where its chain stands, and what the centre signed for it.
#[derive(Clone)]
pub struct Counter {
    pub key: SigningKey,
    pub device: DeviceId,
    pub name: String,
    pub centre: CentreId,
    pub epoch: Epoch,
    pub generation: Generation,
    pub seq: u64,
    pub head: Hash,
    /// Which outbox claims its epoch; none until it says hello.
    pub life: Option<LifeId>,
    pub given: Vec<Attested<Given>>,
    pub attested: Vec<Attested<Answered>>,
}

impl Counter {
    /// The centre has said that it gave this epoch what an answer says that no database knows: one of its own for each
    /// number, and nothing at all for 0.
    pub fn was_given(&mut self, bench: &Bench, answer: u8) {
        let given = Given {
            epoch: self.epoch,
            chain: Hash::from_bytes([answer; 32]),
            generation: self.generation,
        };
        let statement = Statement::Given {
            device: self.device,
            given: &given,
        };
        self.given = vec![Attested {
            attestation: bench.centre.attest(&statement),
            said: given,
        }];
    }

    /// The centre has said that it answered this operation, in the generation that the counter knows.
    pub fn was_answered(&mut self, bench: &Bench, op: &Operation) {
        let answered = Answered {
            epoch: op.epoch,
            seq: op.seq,
            hash: op.hash,
            generation: self.generation,
        };
        let statement = Statement::Answered {
            device: self.device,
            answered: &answered,
        };
        self.attested.push(Attested {
            attestation: bench.centre.attest(&statement),
            said: answered,
        });
    }

    /// An allowance that this counter was given, with the centre's signature.
    pub fn signed(&self, bench: &Bench, mut grant: Grant) -> Grant {
        let statement = grant.as_given(self.device, self.epoch);
        grant.attestation = Some(bench.centre.attest(&Statement::Allowance(&statement)));
        grant
    }

    /// Says hello, in the name of a life.
    pub fn says(&self) -> HelloRequest {
        HelloRequest {
            proto_min: 1,
            proto_max: 2,
            generation: self.generation,
            epoch: self.epoch,
            head_seq: Seq(self.seq),
            head_hash: self.head,
            life: self.life,
            acked_seq: Seq(0),
            grants_taken: None,
            open_requests: Vec::new(),
            answered: None,
            generation_attestation: None,
            attested: self.attested.clone(),
            given: self.given.clone(),
            clerk_keys: None,
            signed_in: Vec::new(),
        }
    }

    /// Appends an operation to the chain.
    pub fn append(&mut self, body: &Body) -> Operation {
        self.append_raw(
            body.kind(),
            body.to_json().unwrap(),
            Vec::new(),
            centre::Clock::default().now(),
        )
    }

    pub fn append_raw(
        &mut self,
        kind: &str,
        body: Box<serde_json::value::RawValue>,
        personal: Vec<PersonalField>,
        at: DateTime<Utc>,
    ) -> Operation {
        self.seq += 1;
        let mut op = Operation {
            seq: Seq(self.seq),
            op_id: OpId::fresh(),
            device: self.device,
            epoch: self.epoch,
            generation: self.generation,
            clerk: "C1".into(),
            program: 1,
            at,
            contact: at - chrono::Duration::hours(1),
            kind: kind.to_owned(),
            body,
            personal,
            prev_hash: self.head,
            hash: Hash::ZERO,
            clerk_signature: None,
            approval_signature: None,
        };
        op.hash = op.expected_hash();
        self.head = op.hash;
        op
    }

    /// A sale for a phone number that is not known offline.
    pub fn sale_for_phone(&mut self, receipt: &str, fen: i64, phone: &str) -> Operation {
        let sale = sale(receipt, fen, MemberRef::Phone);
        let personal = vec![PersonalField::commit(PHONE, phone).unwrap()];
        let json = Body::Sale(sale).to_json().unwrap();
        self.append_raw("sale", json, personal, centre::Clock::default().now())
    }

    pub async fn send<T: Serialize>(&self, bench: &Bench, path: &str, message: &T) -> Raw {
        let body = serde_json::to_vec(message).unwrap();
        self.send_bytes(bench, path, body, &[]).await
    }

    pub async fn send_bytes(
        &self,
        bench: &Bench,
        path: &str,
        body: Vec<u8>,
        more: &[(&str, &str)],
    ) -> Raw {
        let signature = sign_request(&self.key, self.centre, self.device, "POST", path, &body);
        let device = self.device.to_string();
        let mut headers = vec![
            (DEVICE_HEADER, device.as_str()),
            (SIGNATURE_HEADER, signature.as_str()),
        ];
        headers.extend_from_slice(more);
        bench.post(path, body, &headers).await
    }

    pub async fn ask<T: Serialize, R: DeserializeOwned>(
        &self,
        bench: &Bench,
        path: &str,
        message: &T,
    ) -> R {
        let raw = self.send(bench, path, message).await;
        let text = String::from_utf8_lossy(&raw.body).into_owned();
        assert_eq!(raw.status, 200, "{path}: {text}");
        serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}: {text}"))
    }

    pub fn request(&self, ops: &[Operation]) -> PushRequest {
        PushRequest {
            device: self.device,
            epoch: self.epoch,
            life: self.life,
            generation: self.generation,
            given: self.given.clone(),
            allowances: Vec::new(),
            first_seq: ops[0].seq,
            ops: ops.to_vec(),
        }
    }

    pub async fn push(&self, bench: &Bench, ops: &[Operation]) -> PushReply {
        self.ask(bench, "/v1/push", &self.request(ops)).await
    }

    pub async fn results(&self, bench: &Bench, ops: &[Operation]) -> Vec<OpResult> {
        match self.push(bench, ops).await {
            PushReply::Done { results, .. } => results,
            other => panic!("{other:?}"),
        }
    }

    /// Sends again while the centre says that it is too busy, as a counter does.
    pub async fn results_at_last(&self, bench: &Bench, ops: &[Operation]) -> Vec<OpResult> {
        let request = self.request(ops);
        while self.send(bench, "/v1/push", &request).await.status == 503 {}
        // what was taken is told again with the figures of then
        self.results(bench, ops).await
    }

    pub async fn pull(&self, bench: &Bench, scope: &str, cursor: u64) -> PullReply {
        let request = PullRequest {
            scope: scope.to_owned(),
            cursor,
            generation: self.generation,
            limit: 5_000,
            attestation: None,
        };
        self.ask(bench, "/v1/pull", &request).await
    }

    /// A member as the feed shows her.
    pub async fn sees(&self, bench: &Bench, member: &str) -> wire::Member {
        let pulled = self.pull(bench, "store:S1", 0).await;
        let found = pulled
            .changes
            .iter()
            .find(|c| c.entity == EntityKind::Member.name() && c.key == member);
        serde_json::from_str(found.unwrap().body.as_ref().unwrap().get()).unwrap()
    }

    pub async fn grant(&self, bench: &Bench, member: &str, points: Option<i64>) -> GrantReply {
        let request = self.asks(member, points);
        self.ask(bench, "/v1/grant", &request).await
    }

    /// A request for points of a member; none = what the program keeps ahead of time.
    pub fn asks(&self, member: &str, points: Option<i64>) -> GrantRequest {
        let wants = vec![Want {
            member: member.into(),
            points: points.map(Points),
            coupon: None,
        }];
        GrantRequest {
            request_id: RequestId::fresh(),
            epoch: None,
            life: self.life,
            generation: None,
            wants,
            only_again: false,
            given: self.given.clone(),
        }
    }
}
