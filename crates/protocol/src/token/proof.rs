//! The proof of a request (DPoP, RFC 9449).
//!
//! Two things differ from the standard's example. `htu` names the centre by its id and not by an address, for a centre lies
//! behind proxies and under many addresses. And the hash of the body is covered too, by the claim `body`.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use ed25519_dalek::{SigningKey, VerifyingKey};
use jsonwebtoken::jwk::{
    AlgorithmParameters, CommonParameters, EllipticCurve, Jwk, OctetKeyPairParameters,
    OctetKeyPairType, ThumbprintHash,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::jwt::{self, Invalid};
use crate::ids::CentreId;

const KIND: &str = "dpop+jwt";

/// The request that a proof covers.
#[derive(Debug, Clone, Copy)]
pub struct Covers<'a> {
    /// The centre that is asked.
    pub centre: CentreId,
    /// `GET` or `POST`.
    pub method: &'a str,
    /// Path and query, as sent.
    pub path: &'a str,
    /// The token that goes with it; none where one is asked for.
    pub token: Option<&'a str>,
    /// The bytes as sent (compressed).
    pub body: &'a [u8],
}

/// A proof that the holder of a key makes this request now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// Its own id: it counts once.
    pub jti: Uuid,
    /// The method.
    pub htm: String,
    /// What is asked.
    pub htu: String,
    /// When, seconds since 1970 by the centre's time as the device was told it. The nonce decides, not this.
    pub iat: i64,
    /// The centre's nonce; none before the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// SHA-256 of the token, base64url.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ath: Option<String>,
    /// SHA-256 of the body, base64url.
    pub body: String,
}

impl Proof {
    /// A proof of this request, once.
    #[must_use]
    pub fn of(covers: &Covers<'_>, nonce: Option<String>, now: DateTime<Utc>) -> Self {
        Self {
            jti: Uuid::new_v4(),
            htm: covers.method.to_owned(),
            htu: covers.address(),
            iat: now.timestamp(),
            nonce,
            ath: covers.token.map(|token| hash(token.as_bytes())),
            body: hash(covers.body),
        }
    }

    /// As it is sent.
    ///
    /// # Errors
    /// Where the key cannot be used.
    pub fn sign(&self, key: &SigningKey) -> Result<String, Invalid> {
        let mut header = jwt::header(KIND);
        header.jwk = Some(jwk(&key.verifying_key()));
        jwt::sign(&header, self, key)
    }

    /// Reads a proof of this request by this key. Whether its nonce is fresh is for the caller to say.
    ///
    /// # Errors
    /// Where it is another's, or of another request.
    pub fn read(text: &str, covers: &Covers<'_>, key: &VerifyingKey) -> Result<Self, Invalid> {
        let (header, proof): (_, Self) = jwt::read(text, KIND, key)?;
        if header.jwk != Some(jwk(key)) {
            return Err(Invalid::Other("key"));
        }
        if proof.htm != covers.method || proof.htu != covers.address() {
            return Err(Invalid::Other("request"));
        }
        if proof.ath != covers.token.map(|token| hash(token.as_bytes())) {
            return Err(Invalid::Other("token"));
        }
        if proof.body != hash(covers.body) {
            return Err(Invalid::Other("body"));
        }
        Ok(proof)
    }
}

impl Covers<'_> {
    fn address(&self) -> String {
        format!("counterpart://{}{}", self.centre, self.path)
    }
}

fn hash(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(bytes))
}

fn jwk(key: &VerifyingKey) -> Jwk {
    Jwk {
        common: CommonParameters::default(),
        algorithm: AlgorithmParameters::OctetKeyPair(OctetKeyPairParameters {
            key_type: OctetKeyPairType::OctetKeyPair,
            curve: EllipticCurve::Ed25519,
            x: URL_SAFE_NO_PAD.encode(key.as_bytes()),
        }),
    }
}

/// The thumbprint of a key (RFC 7638, RFC 8037).
pub(super) fn thumbprint(key: &VerifyingKey) -> Result<String, Invalid> {
    // the library hashes by what it was told to sign by
    jwt::ready();
    Ok(jwk(key).thumbprint(ThumbprintHash::SHA256)?)
}
