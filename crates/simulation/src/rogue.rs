//! A device that lies: whoever has its key says to the centre whatever may be worth something. It was given nothing, so
//! whatever it spends is made up.

use chrono::{DateTime, Utc};
use counter::simulated::Request;
use ed25519_dalek::SigningKey;
use protocol::attestation::{Attestation, Statement};
use protocol::chain::Hash;
use protocol::hello::HelloRequest;
use protocol::ids::{CentreId, DeviceId, Epoch, Generation, LifeId, OpId, Seq};
use protocol::operation::{Body, Operation};
use protocol::push::PushRequest;
use protocol::signature::{DEVICE_HEADER, SIGNATURE_HEADER, sign_request};
use serde::Serialize;

/// Its store.
pub(crate) const STORE: &str = "S1";

/// A device in the wrong hands.
#[derive(Clone)]
pub(crate) struct Rogue {
    pub(crate) key: SigningKey,
    pub(crate) device: DeviceId,
    pub(crate) centre: CentreId,
    pub(crate) life: LifeId,
    pub(crate) epoch: Epoch,
    pub(crate) generation: Generation,
    pub(crate) seq: u64,
    pub(crate) head: Hash,
    /// What it did, by the centre's answers or not.
    pub(crate) ops: Vec<OpId>,
}

impl Rogue {
    pub(crate) fn request<T: Serialize>(&self, path: &str, message: &T) -> Request {
        let body = serde_json::to_vec(message).expect("JSON");
        let signature = sign_request(&self.key, self.centre, self.device, "POST", path, &body);
        Request {
            method: "POST",
            path: path.to_owned(),
            headers: vec![
                (DEVICE_HEADER, self.device.to_string()),
                (SIGNATURE_HEADER, signature),
            ],
            body,
        }
    }

    /// Signs something with its own key: no signature of the centre's.
    pub(crate) fn made_up(&self, statement: &Statement<'_>) -> Attestation {
        Attestation::of(&self.key, self.centre, statement)
    }

    pub(crate) fn says(&self) -> HelloRequest {
        HelloRequest {
            proto_min: 2,
            proto_max: 2,
            generation: self.generation,
            epoch: self.epoch,
            head_seq: Seq(self.seq),
            head_hash: self.head,
            life: Some(self.life),
            acked_seq: Seq(self.seq),
            grants_taken: Some(0),
            open_requests: Vec::new(),
            answered: Some(Vec::new()),
            generation_attestation: None,
            attested: Vec::new(),
            given: Vec::new(),
            clerk_keys: None,
            signed_in: Vec::new(),
        }
    }

    /// Appends an operation to its chain, dated as suits it.
    pub(crate) fn operation(
        &mut self,
        at: DateTime<Utc>,
        body: &Body,
        generation: Generation,
    ) -> Operation {
        self.seq += 1;
        let mut op = Operation {
            seq: Seq(self.seq),
            op_id: OpId::fresh(),
            device: self.device,
            epoch: self.epoch,
            generation,
            clerk: format!("{STORE}-C").as_str().into(),
            program: 1,
            at,
            contact: at,
            kind: body.kind().to_owned(),
            body: body.to_json().expect("JSON"),
            personal: Vec::new(),
            prev_hash: self.head,
            hash: Hash::ZERO,
            clerk_signature: None,
            approval_signature: None,
        };
        op.hash = op.expected_hash();
        self.head = op.hash;
        self.ops.push(op.op_id);
        op
    }

    pub(crate) fn push(&self, ops: Vec<Operation>) -> Option<PushRequest> {
        Some(PushRequest {
            device: self.device,
            epoch: self.epoch,
            life: Some(self.life),
            generation: self.generation,
            given: Vec::new(),
            allowances: Vec::new(),
            first_seq: ops.first()?.seq,
            ops,
        })
    }
}
