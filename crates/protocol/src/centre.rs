//! `POST /v1/centre`: which centre answers at an address. Nobody signs the request and it tells nothing; the
//! reply is signed by the centre's own key over what was asked just now.
//!
//! A counter that is told that its centre has moved asks this before anything else. It knows the key from its
//! contacts ([`crate::hello::HelloReply::centre_key`]), so whoever only knows the centre's id proves nothing.
//! It is no shield against somebody in between who passes everything on: TLS is.

use crate::chain::Transcript;
use crate::ids::CentreId;
use ed25519_dalek::{Signer, SigningKey};
use serde::{Deserialize, Serialize};

/// Header of every reply of a centre, with its id. A reply without it may still be the centre's (a proxy may
/// have taken it away, or the centre is of an older build); one with another id never is.
pub const CENTRE_HEADER: &str = "counterpart-centre";

/// The counter's half.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CentreRequest {
    /// 32 random bytes, 64 hex digits: an earlier reply is none to this.
    pub nonce: String,
}

/// The centre's half.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CentreReply {
    /// Which centre this is.
    pub centre: CentreId,
    /// Its Ed25519 public key, 64 hex digits.
    pub public_key: String,
    /// Signature over centre and nonce, 128 hex digits.
    pub proof: String,
}

impl CentreReply {
    /// The reply to a request.
    pub fn to(request: &CentreRequest, centre: CentreId, key: &SigningKey) -> Self {
        Self {
            centre,
            public_key: hex::encode(key.verifying_key().to_bytes()),
            proof: hex::encode(key.sign(&statement(centre, &request.nonce)).to_bytes()),
        }
    }

    /// Whether whoever has the key of this reply answered this request.
    pub fn is_proof(&self, request: &CentreRequest) -> bool {
        let key = crate::signature::public_key_from_hex(&self.public_key);
        let proof = crate::signature::signature_from_hex(&self.proof);
        key.zip(proof).is_some_and(|(key, proof)| {
            let said = statement(self.centre, &request.nonce);
            crate::signature::verify_statement(&key, &said, &proof)
        })
    }
}

fn statement(centre: CentreId, nonce: &str) -> [u8; 32] {
    *Transcript::new("counterpart.centre.1")
        .part(centre.as_bytes())
        .part(nonce.as_bytes())
        .finish()
        .as_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_is_of_one_centre_one_key_and_one_question() {
        let (ours, other) = (
            SigningKey::from_bytes(&[3; 32]),
            SigningKey::from_bytes(&[4; 32]),
        );
        let asked = |n: u8| CentreRequest {
            nonce: hex::encode([n; 32]),
        };
        let reply = CentreReply::to(&asked(1), CentreId::fresh(), &ours);
        assert!(reply.is_proof(&asked(1)));
        assert!(!reply.is_proof(&asked(2)), "an earlier reply");
        let of = |change: fn(&mut CentreReply, &SigningKey)| {
            let mut changed = reply.clone();
            change(&mut changed, &other);
            changed.is_proof(&asked(1))
        };
        assert!(!of(|r, _| r.centre = CentreId::fresh()));
        assert!(!of(
            |r, k| r.public_key = hex::encode(k.verifying_key().to_bytes())
        ));
        assert!(!of(|r, _| r.public_key = "none".to_owned()));
        assert!(!of(|r, _| r.proof = "00".repeat(64)));
        assert!(!of(|r, _| r.proof = String::new()));
    }
}
