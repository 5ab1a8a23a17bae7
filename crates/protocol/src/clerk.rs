//! A clerk's key on a device: how it is made known to the centre (`POST /v1/clerk`), and what it signs.
//!
//! The key pair is made on the device at the clerk's first sign-in there. The private half stays there, sealed under the
//! PIN; the centre knows the public half by the PIN, which it checks itself this once. From then on every operation
//! proves who did it, with or without a network.

use crate::chain::{Hash, Transcript};
use crate::ids::{CentreId, ClerkId, DeviceId};
use crate::operation::Operation;
use crate::signature::{public_key_from_hex, signature_from_hex};
use chrono::{DateTime, Utc};
use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};

/// The counter's half: this is the clerk's key on this device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClerkRequest {
    /// The clerk.
    pub clerk: ClerkId,
    /// The public half, 64 hex digits.
    pub public_key: String,
    /// By what the centre knows that it is hers.
    pub by: KnownBy,
}

/// By what the centre knows that a key is the clerk's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "known")]
pub enum KnownBy {
    /// Her PIN; it travels encrypted and is kept nowhere.
    Pin {
        /// The PIN.
        pin: String,
        /// Proof of the private half: signature over [`key_statement`], 128 hex digits.
        proof: String,
    },
    /// What the centre said of the key before: it was put back from a backup since, and has forgotten it.
    Certificate {
        /// What it said.
        certificate: Certificate,
    },
}

/// The centre's word for a key: signed by the centre's own key, so that it is taken again by a centre that has forgotten.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// The clerk.
    pub clerk: ClerkId,
    /// Her key's public half, 64 hex digits.
    pub public_key: String,
    /// Mark of the PIN that she was known by ([`crate::pin::mark_of`]).
    pub pin_mark: String,
    /// Since when the key is known.
    pub since: DateTime<Utc>,
    /// The centre's signature, 128 hex digits.
    pub signature: String,
}

/// The centre's half.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "answer")]
pub enum ClerkReply {
    /// The key is hers on this device.
    Known {
        /// The centre's word for it.
        certificate: Certificate,
    },
    /// Not her PIN.
    PinWrong {
        /// Tries that are left before she must wait.
        tries_left: u32,
    },
    /// Tried too often on this device.
    Locked {
        /// Nothing is tried before this.
        until: DateTime<Utc>,
    },
    /// Nobody of that id works in this store.
    NotHere,
    /// The certificate is not this centre's, or her PIN was changed since: the PIN is needed.
    AskPin,
}

/// A key that a device has of a clerk, as a hello names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClerkKey {
    /// The clerk.
    pub clerk: ClerkId,
    /// The public half, 64 hex digits.
    pub public_key: String,
}

/// What the proof of a new key signs.
#[must_use]
pub fn key_statement(
    centre: CentreId,
    device: DeviceId,
    clerk: &ClerkId,
    public_key: &str,
) -> [u8; 32] {
    *Transcript::new("counterpart.clerk-key.1")
        .part(centre.as_bytes())
        .part(device.as_bytes())
        .part(clerk.as_str().as_bytes())
        .part(public_key.as_bytes())
        .finish()
        .as_bytes()
}

impl ClerkRequest {
    /// The request for a new key, by the clerk's PIN.
    #[must_use]
    pub fn by_pin(
        key: &SigningKey,
        (centre, device): (CentreId, DeviceId),
        clerk: ClerkId,
        pin: &str,
    ) -> Self {
        let public_key = hex::encode(key.verifying_key().to_bytes());
        let said = key_statement(centre, device, &clerk, &public_key);
        Self {
            by: KnownBy::Pin {
                pin: pin.to_owned(),
                proof: sign(key, &said),
            },
            clerk,
            public_key,
        }
    }

    /// The request for a key that the centre knew before.
    #[must_use]
    pub fn by_certificate(certificate: Certificate) -> Self {
        Self {
            clerk: certificate.clerk.clone(),
            public_key: certificate.public_key.clone(),
            by: KnownBy::Certificate { certificate },
        }
    }

    /// Whether a proof is of this key's private half, for this centre and device.
    #[must_use]
    pub fn is_proof(&self, proof: &str, centre: CentreId, device: DeviceId) -> bool {
        let said = key_statement(centre, device, &self.clerk, &self.public_key);
        holds(&self.public_key, &said, proof)
    }
}

impl Certificate {
    /// What the centre signs.
    #[must_use]
    pub fn statement(&self, centre: CentreId, device: DeviceId) -> [u8; 32] {
        *Transcript::new("counterpart.clerk-certificate.1")
            .part(centre.as_bytes())
            .part(device.as_bytes())
            .part(self.clerk.as_str().as_bytes())
            .part(self.public_key.as_bytes())
            .part(self.pin_mark.as_bytes())
            .part(&self.since.timestamp_millis().to_be_bytes())
            .finish()
            .as_bytes()
    }

    /// Whether the centre of this key said it, to this device.
    #[must_use]
    pub fn is_of(&self, centre: CentreId, device: DeviceId, centre_key: &str) -> bool {
        holds(centre_key, &self.statement(centre, device), &self.signature)
    }
}

impl Operation {
    /// Hash of what was done, where and by whom, without its place in the outbox: the same where it is numbered anew, as
    /// what was done in a file that was moved aside is. The id makes it its own, so it cannot be told twice.
    #[must_use]
    pub fn act_hash(&self) -> Hash {
        let t = Transcript::new("counterpart.act.1")
            .part(self.op_id.as_bytes())
            .part(self.device.as_bytes());
        self.add_act(t).finish()
    }

    fn clerk_statement(&self) -> [u8; 32] {
        *Transcript::new("counterpart.by-clerk.1")
            .part(self.act_hash().as_bytes())
            .finish()
            .as_bytes()
    }

    fn approval_statement(&self, manager: &ClerkId) -> [u8; 32] {
        *Transcript::new("counterpart.by-manager.1")
            .part(manager.as_str().as_bytes())
            .part(self.act_hash().as_bytes())
            .finish()
            .as_bytes()
    }

    /// Signs it as its clerk.
    pub fn sign_as_clerk(&mut self, key: &SigningKey) {
        self.clerk_signature = Some(sign(key, &self.clerk_statement()));
    }

    /// Signs it as the manager who approved it.
    pub fn sign_as_manager(&mut self, manager: &ClerkId, key: &SigningKey) {
        self.approval_signature = Some(sign(key, &self.approval_statement(manager)));
    }

    /// Whether its clerk signed it, where this is her key.
    #[must_use]
    pub fn is_by_clerk(&self, key: &VerifyingKey) -> bool {
        let signature = self.clerk_signature.as_deref();
        signature.is_some_and(|s| is_signed(key, &self.clerk_statement(), s))
    }

    /// Whether this manager signed it, where this is her key.
    #[must_use]
    pub fn is_by_manager(&self, manager: &ClerkId, key: &VerifyingKey) -> bool {
        let signature = self.approval_signature.as_deref();
        signature.is_some_and(|s| is_signed(key, &self.approval_statement(manager), s))
    }
}

/// Signs, as 128 hex digits.
#[must_use]
pub fn sign(key: &SigningKey, statement: &[u8]) -> String {
    hex::encode(key.sign(statement).to_bytes())
}

fn is_signed(key: &VerifyingKey, statement: &[u8], signature: &str) -> bool {
    // strictly: a signature has one form, and no key verifies everything
    signature_from_hex(signature).is_some_and(|s| key.verify_strict(statement, &s).is_ok())
}

fn holds(public_key: &str, statement: &[u8], signature: &str) -> bool {
    public_key_from_hex(public_key).is_some_and(|key| is_signed(&key, statement, signature))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{Epoch, Generation, OpId, Seq};
    use serde_json::value::RawValue;

    fn key(n: u8) -> SigningKey {
        SigningKey::from_bytes(&[n; 32])
    }

    fn operation() -> Operation {
        let mut op = Operation {
            seq: Seq(3),
            op_id: OpId::fresh(),
            device: DeviceId::fresh(),
            epoch: Epoch(1),
            generation: Generation(1),
            clerk: "A1".into(),
            program: 1,
            at: "2026-05-31T02:00:00Z".parse().unwrap(),
            contact: "2026-05-31T01:00:00Z".parse().unwrap(),
            kind: "freeze".into(),
            body: RawValue::from_string("{}".into()).unwrap(),
            personal: Vec::new(),
            prev_hash: Hash::ZERO,
            hash: Hash::ZERO,
            clerk_signature: None,
            approval_signature: None,
        };
        op.sign_as_clerk(&key(1));
        op.sign_as_manager(&"M1".into(), &key(2));
        op
    }

    #[test]
    fn an_operation_is_signed_by_its_clerk_and_its_manager_whatever_its_place() {
        let mut op = operation();
        op.seq = Seq(9);
        op.epoch = Epoch(2);
        op.prev_hash = op.expected_hash();
        let (clerk, manager) = (key(1).verifying_key(), key(2).verifying_key());
        assert!(op.is_by_clerk(&clerk) && op.is_by_manager(&"M1".into(), &manager));
        assert!(!op.is_by_clerk(&manager) && !op.is_by_manager(&"M1".into(), &clerk));
        assert!(
            !op.is_by_manager(&"M2".into(), &manager),
            "in another's name"
        );
        // a clerk's signature is no approval, also where she is a manager
        op.approval_signature.clone_from(&op.clerk_signature);
        assert!(!op.is_by_manager(&"A1".into(), &clerk));
    }

    #[test]
    fn every_part_of_what_was_done_is_signed() {
        let changes: [fn(&mut Operation); 8] = [
            |op| op.op_id = OpId::fresh(),
            |op| op.device = DeviceId::fresh(),
            |op| op.clerk = "A2".into(),
            |op| op.program = 2,
            |op| op.at += chrono::Duration::milliseconds(1),
            |op| op.contact += chrono::Duration::milliseconds(1),
            |op| op.kind = "unfreeze".into(),
            |op| op.body = RawValue::from_string("{ }".into()).unwrap(),
        ];
        for (n, change) in changes.into_iter().enumerate() {
            let mut op = operation();
            change(&mut op);
            assert!(!op.is_by_clerk(&key(1).verifying_key()), "{n}");
            assert!(
                !op.is_by_manager(&"M1".into(), &key(2).verifying_key()),
                "{n}"
            );
        }
        let mut unsigned = operation();
        (unsigned.clerk_signature, unsigned.approval_signature) = (None, Some("zz".into()));
        assert!(!unsigned.is_by_clerk(&key(1).verifying_key()));
        assert!(!unsigned.is_by_manager(&"M1".into(), &key(2).verifying_key()));
    }

    #[test]
    fn an_older_build_reads_and_writes_an_operation_without_signatures() {
        let mut op = operation();
        let text = serde_json::to_string(&op).unwrap();
        assert!(text.contains("clerk_signature"));
        (op.clerk_signature, op.approval_signature) = (None, None);
        let text = serde_json::to_string(&op).unwrap();
        assert!(!text.contains("signature"));
        let read: Operation = serde_json::from_str(&text).unwrap();
        assert_eq!(read.act_hash(), op.act_hash());
    }

    #[test]
    fn a_key_is_proved_for_one_centre_and_one_device() {
        let place = (CentreId::fresh(), DeviceId::fresh());
        let request = ClerkRequest::by_pin(&key(1), place, "A1".into(), "135790");
        let KnownBy::Pin { proof, .. } = &request.by else {
            unreachable!("by a PIN")
        };
        assert!(request.is_proof(proof, place.0, place.1));
        assert!(!request.is_proof(proof, CentreId::fresh(), place.1));
        assert!(!request.is_proof(proof, place.0, DeviceId::fresh()));
        let other = ClerkRequest {
            clerk: "A2".into(),
            ..request.clone()
        };
        assert!(!other.is_proof(proof, place.0, place.1));
    }

    #[test]
    fn a_certificate_is_of_one_centre_and_one_device() {
        let (centre, device) = (CentreId::fresh(), DeviceId::fresh());
        let centre_key = hex::encode(key(7).verifying_key().to_bytes());
        let mut certificate = Certificate {
            clerk: "A1".into(),
            public_key: hex::encode(key(1).verifying_key().to_bytes()),
            pin_mark: "m".into(),
            since: "2026-05-31T02:00:00Z".parse().unwrap(),
            signature: String::new(),
        };
        assert!(!certificate.is_of(centre, device, &centre_key));
        certificate.signature = sign(&key(7), &certificate.statement(centre, device));
        assert!(certificate.is_of(centre, device, &centre_key));
        assert!(!certificate.is_of(centre, DeviceId::fresh(), &centre_key));
        assert!(!certificate.is_of(CentreId::fresh(), device, &centre_key));
        certificate.pin_mark = "n".into();
        assert!(!certificate.is_of(centre, device, &centre_key));
    }
}
