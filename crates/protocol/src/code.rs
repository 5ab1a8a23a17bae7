//! Sign-up codes: made and signed by a counter with no network, checked by the centre.
//!
//! A code is what a QR code on the counter's screen carries to the member's phone. It credits
//! device and clerk and cannot be forged: the centre verifies it with the device's public key.

use crate::ids::{ClerkId, DeviceId};
use crate::limits::SIGN_UP_CODE_MINUTES;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Duration, Utc};
use ed25519_dalek::{Signature, Signer, SigningKey, Verifier, VerifyingKey};
use uuid::Uuid;

const FORMAT: u8 = 1;
const FIXED: usize = 1 + 16 + 8 + 8;
const SIGNATURE: usize = 64;

/// What a sign-up code says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignUpCode {
    /// The counter that made it.
    pub device: DeviceId,
    /// When, by the counter's estimate of the centre's time; whole seconds.
    pub issued: DateTime<Utc>,
    /// Makes each code its own.
    pub nonce: [u8; 8],
    /// Who invites.
    pub clerk: ClerkId,
}

/// Why a code is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// Not a code of this kind at all.
    #[error("not a sign-up code")]
    Malformed,
    /// The device did not sign it.
    #[error("the signature does not verify")]
    Forged,
    /// Older than [`SIGN_UP_CODE_MINUTES`], or from the future.
    #[error("out of its time")]
    Expired,
}

impl SignUpCode {
    /// A code for this clerk now.
    ///
    /// # Errors
    /// Where the system has no randomness.
    pub fn issue(
        device: DeviceId,
        clerk: ClerkId,
        now: DateTime<Utc>,
    ) -> Result<Self, getrandom::Error> {
        let mut nonce = [0u8; 8];
        getrandom::fill(&mut nonce)?;
        let issued = DateTime::from_timestamp(now.timestamp(), 0).unwrap_or(now);
        Ok(Self {
            device,
            issued,
            nonce,
            clerk,
        })
    }

    /// The last moment at which it may be used.
    pub fn valid_until(&self) -> DateTime<Utc> {
        self.issued + Duration::minutes(SIGN_UP_CODE_MINUTES)
    }

    fn statement(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(FIXED + self.clerk.as_str().len());
        bytes.push(FORMAT);
        bytes.extend_from_slice(self.device.as_bytes());
        bytes.extend_from_slice(&self.issued.timestamp().to_be_bytes());
        bytes.extend_from_slice(&self.nonce);
        bytes.extend_from_slice(self.clerk.as_str().as_bytes());
        bytes
    }

    /// The code as text for an address: URL-safe, about 130 to 190 characters.
    pub fn sign(&self, key: &SigningKey) -> String {
        let mut bytes = self.statement();
        let signature = key.sign(&domain(&bytes));
        bytes.extend_from_slice(&signature.to_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads a code without trusting it: who claims to have made it.
    ///
    /// # Errors
    /// [`CodeError::Malformed`].
    pub fn read(text: &str) -> Result<(Self, Signature), CodeError> {
        if text.len() > 512 {
            return Err(CodeError::Malformed);
        }
        let bytes = URL_SAFE_NO_PAD
            .decode(text)
            .map_err(|_| CodeError::Malformed)?;
        if bytes.len() < FIXED + SIGNATURE || bytes.first() != Some(&FORMAT) {
            return Err(CodeError::Malformed);
        }
        let (said, signature) = bytes.split_at(bytes.len() - SIGNATURE);
        let part = |from: usize, to: usize| said.get(from..to).ok_or(CodeError::Malformed);
        let device = Uuid::from_slice(part(1, 17)?).map_err(|_| CodeError::Malformed)?;
        let seconds =
            i64::from_be_bytes(part(17, 25)?.try_into().map_err(|_| CodeError::Malformed)?);
        let nonce = part(25, 33)?.try_into().map_err(|_| CodeError::Malformed)?;
        let clerk = std::str::from_utf8(part(33, said.len())?).map_err(|_| CodeError::Malformed)?;
        let code = Self {
            device: DeviceId::from_uuid(device),
            issued: DateTime::from_timestamp(seconds, 0).ok_or(CodeError::Malformed)?,
            nonce,
            clerk: clerk.into(),
        };
        let signature = Signature::from_slice(signature).map_err(|_| CodeError::Malformed)?;
        Ok((code, signature))
    }

    /// Checks a code that was read: made by this key, and in its time at `now`.
    ///
    /// # Errors
    /// [`CodeError::Forged`], [`CodeError::Expired`].
    pub fn check(
        &self,
        signature: &Signature,
        key: &VerifyingKey,
        now: DateTime<Utc>,
    ) -> Result<(), CodeError> {
        key.verify(&domain(&self.statement()), signature)
            .map_err(|_| CodeError::Forged)?;
        // a counter that was off for long may estimate the time a little ahead
        let early = self.issued - Duration::minutes(SIGN_UP_CODE_MINUTES);
        if now > self.valid_until() || now < early {
            return Err(CodeError::Expired);
        }
        Ok(())
    }
}

fn domain(statement: &[u8]) -> Vec<u8> {
    [b"counterpart.sign-up.1\n", statement].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> SigningKey {
        SigningKey::from_bytes(&[3; 32])
    }

    #[test]
    fn a_code_comes_back_and_is_short_enough_for_a_screen() {
        let now = Utc::now();
        let code = SignUpCode::issue(DeviceId::fresh(), "C0012".into(), now).unwrap();
        let text = code.sign(&key());
        assert!(text.len() < 190, "{}", text.len());
        let (read, signature) = SignUpCode::read(&text).unwrap();
        assert_eq!(read, code);
        assert_eq!(read.check(&signature, &key().verifying_key(), now), Ok(()));
        let late = now + Duration::minutes(SIGN_UP_CODE_MINUTES + 1);
        assert_eq!(
            read.check(&signature, &key().verifying_key(), late),
            Err(CodeError::Expired)
        );
        let other = SigningKey::from_bytes(&[4; 32]).verifying_key();
        assert_eq!(read.check(&signature, &other, now), Err(CodeError::Forged));
    }

    #[test]
    fn every_changed_byte_is_refused() {
        let now = Utc::now();
        let code = SignUpCode::issue(DeviceId::fresh(), "C0012".into(), now).unwrap();
        let bytes = URL_SAFE_NO_PAD.decode(code.sign(&key())).unwrap();
        for i in 0..bytes.len() {
            let mut forged = bytes.clone();
            forged[i] ^= 1;
            let taken = SignUpCode::read(&URL_SAFE_NO_PAD.encode(&forged))
                .and_then(|(c, s)| c.check(&s, &key().verifying_key(), now));
            assert!(taken.is_err(), "byte {i}");
        }
    }

    #[test]
    fn rubbish_is_refused() {
        for text in [
            "",
            "a",
            "%%%",
            &"A".repeat(600),
            &URL_SAFE_NO_PAD.encode([1u8; 90]),
        ] {
            assert!(SignUpCode::read(text).is_err(), "{text}");
        }
    }
}
