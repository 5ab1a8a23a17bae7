//! Clerks with keys on devices, and what they sign.

use centre::catalogue;
use centre_store::column::Proof;
use centre_store::tables::operation;
use ed25519_dalek::SigningKey;
use protocol::clerk::{Certificate, ClerkKey, ClerkReply, ClerkRequest};
use protocol::entity as wire;
use protocol::hello::{HelloReply, HelloRequest};
use protocol::ids::Seq;
use protocol::manage::ClerkChange;
use protocol::operation::{Body, Operation};
use protocol::push::{Effect, Outcome};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::acts::listed;
use super::{Bench, Counter, Engine, STORE, bench_on, by_id, sale};

pub const PIN: &str = "135790";

/// A clerk with a key on a device.
pub struct Hand {
    pub id: &'static str,
    pub key: SigningKey,
}

impl Hand {
    pub fn new(id: &'static str, seed: u8) -> Self {
        Self {
            id,
            key: SigningKey::from_bytes(&[seed; 32]),
        }
    }

    pub fn named(&self) -> ClerkKey {
        ClerkKey {
            clerk: self.id.into(),
            public_key: hex::encode(self.key.verifying_key().to_bytes()),
        }
    }
}

/// The first store with an advisor A1 and a manager M1, the second with a manager M2.
pub async fn staffed(engine: Engine) -> Bench {
    let bench = bench_on(engine).await;
    let mut work = bench.centre.work().await.unwrap();
    for (id, role, store) in [
        ("A1", wire::Role::Advisor, STORE),
        ("M1", wire::Role::Manager, STORE),
        ("M2", wire::Role::Manager, "S2"),
    ] {
        let clerk = wire::Clerk {
            id: id.into(),
            name: "何敏".into(),
            role,
            store: store.into(),
            pin_hash: catalogue::hash_pin(PIN).unwrap(),
            pin_mark: None,
            active: true,
        };
        catalogue::put_clerk(&mut work, &clerk).await.unwrap();
    }
    work.commit().await.unwrap();
    bench
}

impl Counter {
    pub async fn names_keys(&self, bench: &Bench, keys: Option<Vec<ClerkKey>>) -> HelloReply {
        let hello = HelloRequest {
            answered: Some(Vec::new()),
            clerk_keys: keys,
            ..self.says()
        };
        self.ask(bench, "/v1/hello", &hello).await
    }

    pub async fn tells(&self, bench: &Bench, hand: &Hand, pin: &str) -> ClerkReply {
        let place = (self.centre, self.device);
        let request = ClerkRequest::by_pin(&hand.key, place, hand.id.into(), pin);
        self.ask(bench, "/v1/clerk", &request).await
    }

    pub async fn known(&self, bench: &Bench, hand: &Hand) -> Certificate {
        match self.tells(bench, hand, PIN).await {
            ClerkReply::Known { certificate } => certificate,
            other => panic!("{other:?}"),
        }
    }

    /// An operation that names a clerk, signed by whoever is given.
    pub fn does(&mut self, body: &Body, name: &str, hands: [Option<&Hand>; 2]) -> Operation {
        let mut op = self.append(body);
        op.clerk = name.into();
        op.hash = op.expected_hash();
        self.head = op.hash;
        if let Some(clerk) = hands[0] {
            op.sign_as_clerk(&clerk.key);
        }
        if let Some(manager) = hands[1] {
            op.sign_as_manager(&manager.id.into(), &manager.key);
        }
        op
    }

    pub async fn applied(&self, bench: &Bench, op: &Operation) -> Effect {
        let mut results = self.results(bench, std::slice::from_ref(op)).await;
        match results.remove(0).outcome {
            Outcome::Applied(effect) => effect,
            other => panic!("{other:?}"),
        }
    }
}

pub async fn proofs(bench: &Bench, op: &Operation) -> (Proof, Proof) {
    let row = operation::Entity::find()
        .filter(operation::Column::OpId.eq(op.op_id.to_string()))
        .one(bench.centre.db().read())
        .await
        .unwrap()
        .unwrap();
    (row.clerk_proof, row.approval_proof)
}

pub async fn reasons(bench: &Bench) -> Vec<String> {
    listed(bench).await.into_iter().map(|(r, ..)| r).collect()
}

pub fn sold(receipt: &str, member: &str) -> Body {
    Body::Sale(sale(receipt, 10_000, by_id(member)))
}

pub fn changed(id: &str) -> ClerkChange {
    ClerkChange {
        id: id.into(),
        name: None,
        role: None,
        pin: None,
        active: None,
    }
}
