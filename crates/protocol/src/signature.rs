//! Every request but enrolment is signed by the device.
//!
//! The signature covers the centre, the device, method, path and body. It carries no clock: a
//! wall clock never gates sync, and a replayed request has no effect of its own (every message is
//! idempotent). TLS keeps the reply from whoever replays it.

use crate::chain::Transcript;
use crate::ids::{CentreId, DeviceId};
use ed25519_dalek::{Signature, Signer, SigningKey, Verifier, VerifyingKey};

/// Header with the device's id.
pub const DEVICE_HEADER: &str = "counterpart-device";
/// Header with the signature, 128 hex digits.
pub const SIGNATURE_HEADER: &str = "counterpart-signature";

fn statement(
    centre: CentreId,
    device: DeviceId,
    method: &str,
    path: &str,
    body: &[u8],
) -> [u8; 32] {
    *Transcript::new("counterpart.request.1")
        .part(centre.as_bytes())
        .part(device.as_bytes())
        .part(method.as_bytes())
        .part(path.as_bytes())
        .part(body)
        .finish()
        .as_bytes()
}

/// Signs a request; `path` is path and query as sent, `body` the bytes as sent (compressed).
pub fn sign_request(
    key: &SigningKey,
    centre: CentreId,
    device: DeviceId,
    method: &str,
    path: &str,
    body: &[u8],
) -> String {
    hex::encode(
        key.sign(&statement(centre, device, method, path, body))
            .to_bytes(),
    )
}

/// Whether the device signed this request for this centre.
pub fn verify_request(
    key: &VerifyingKey,
    centre: CentreId,
    device: DeviceId,
    method: &str,
    path: &str,
    body: &[u8],
    signature: &str,
) -> bool {
    signature_from_hex(signature).is_some_and(|s| {
        key.verify(&statement(centre, device, method, path, body), &s)
            .is_ok()
    })
}

/// Whether the key signed these bytes, for example an enrolment's statement.
pub fn verify_statement(key: &VerifyingKey, statement: &[u8], signature: &Signature) -> bool {
    key.verify(statement, signature).is_ok()
}

/// Reads a public key from 64 hex digits.
pub fn public_key_from_hex(text: &str) -> Option<VerifyingKey> {
    let mut bytes = [0u8; 32];
    hex::decode_to_slice(text, &mut bytes).ok()?;
    VerifyingKey::from_bytes(&bytes).ok()
}

/// Reads a signature from 128 hex digits.
pub fn signature_from_hex(text: &str) -> Option<Signature> {
    let mut bytes = [0u8; 64];
    hex::decode_to_slice(text, &mut bytes).ok()?;
    Some(Signature::from_bytes(&bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_request_to_the_same_centre_verifies() {
        let key = SigningKey::from_bytes(&[7; 32]);
        let public = key.verifying_key();
        let (centre, device) = (CentreId::fresh(), DeviceId::fresh());
        let s = sign_request(&key, centre, device, "POST", "/v1/push", b"{}");
        let ok = |c, d, m: &str, p: &str, b: &[u8]| verify_request(&public, c, d, m, p, b, &s);
        assert!(ok(centre, device, "POST", "/v1/push", b"{}"));
        assert!(!ok(CentreId::fresh(), device, "POST", "/v1/push", b"{}"));
        assert!(!ok(centre, DeviceId::fresh(), "POST", "/v1/push", b"{}"));
        assert!(!ok(centre, device, "GET", "/v1/push", b"{}"));
        assert!(!ok(centre, device, "POST", "/v1/pull", b"{}"));
        assert!(!ok(centre, device, "POST", "/v1/push", b"{ }"));
        assert!(!verify_request(
            &public, centre, device, "POST", "/v1/push", b"{}", "zz"
        ));
    }
}
