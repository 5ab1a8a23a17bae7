//! Requests that count once, and the short-lived tokens of devices.
//!
//! A device asks for a token as OAuth 2.0 says: the client credentials grant (RFC 6749, section 4.4), authenticated by an
//! [`Assertion`] that the device signs (RFC 7523). The [`Access`] token that it is given is the centre's signed word: it
//! is bound to the device's key and to one life of its outbox, and holds for minutes. Each request carries the token and
//! a [`Proof`] (DPoP, RFC 9449) over method, address, token and body, with a nonce of the centre: a request that was
//! captured is refused when it comes again.
//!
//! No wall clock is asked: the centre tells its time with each nonce, and what expires does so by that time.
//!
//! With each token the centre says how often this life has asked for one ([`Rotated`]), signed. Who shows an older word
//! than the newest is a second user of the key, or a folder that was put back.

mod access;
mod assertion;
mod jwt;
mod proof;

use serde::{Deserialize, Serialize};

use crate::attestation::Attested;
use crate::ids::Epoch;

pub use access::{Access, Confirmation};
pub use assertion::Assertion;
pub use jwt::Invalid;
pub use proof::{Covers, Proof};

/// Header with the proof.
pub const PROOF_HEADER: &str = "dpop";
/// Header by which the centre gives the nonce of the next proof.
pub const NONCE_HEADER: &str = "dpop-nonce";
/// Header beside it: the centre's time, milliseconds since 1970.
pub const TIME_HEADER: &str = "counterpart-time";
/// How the token is named where it is sent.
pub const SCHEME: &str = "DPoP";
/// Where tokens are asked for.
pub const TOKEN_PATH: &str = "/v1/token";
/// The only grant.
pub const GRANT: &str = "client_credentials";
/// How a device says who it is.
pub const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// Seconds for which a token holds.
pub const TOKEN_SECONDS: i64 = 600;
/// Seconds for which an assertion holds.
pub const ASSERTION_SECONDS: i64 = 120;

/// What is asked for, as a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenRequest {
    /// [`GRANT`].
    pub grant_type: String,
    /// [`ASSERTION_TYPE`].
    pub client_assertion_type: String,
    /// The signed [`Assertion`].
    pub client_assertion: String,
}

/// What is given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenReply {
    /// The signed [`Access`].
    pub access_token: String,
    /// [`SCHEME`].
    pub token_type: String,
    /// Seconds for which it holds.
    pub expires_in: u64,
    /// How often this life has asked; none for a life that is not the current one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rotated: Option<Attested<Rotated>>,
}

/// How often a life of an outbox was given a token, as the centre says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rotated {
    /// The life.
    pub epoch: Epoch,
    /// How often; it only grows.
    pub rotation: Rotation,
}

/// The number of a token within a life of an outbox; 0 before the first.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Rotation(pub u64);

impl Rotation {
    /// The one after it.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl std::fmt::Display for Rotation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// Why no token is given: the words of RFC 6749, section 5.2, and RFC 9449, section 8.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenError {
    /// The form is not what the standard says.
    InvalidRequest,
    /// No device of this name, or it did not sign this, or it has expired.
    InvalidClient,
    /// Another grant than the one there is.
    UnsupportedGrantType,
    /// The proof is none.
    InvalidDpopProof,
    /// The nonce is missing, too old, or was used with this proof: take the one that comes with this answer.
    UseDpopNonce,
    /// The centre cannot answer now.
    TemporarilyUnavailable,
}

impl TokenError {
    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::InvalidDpopProof => "invalid_dpop_proof",
            Self::UseDpopNonce => "use_dpop_nonce",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
        }
    }

    /// The HTTP status that carries it.
    #[must_use]
    pub fn http_status(self) -> u16 {
        match self {
            Self::InvalidClient => 401,
            Self::TemporarilyUnavailable => 503,
            Self::InvalidRequest
            | Self::UnsupportedGrantType
            | Self::InvalidDpopProof
            | Self::UseDpopNonce => 400,
        }
    }
}

/// The body of such a refusal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenRefusal {
    /// Why.
    pub error: TokenError,
    /// For the log: no personal data.
    pub error_description: String,
}

#[cfg(test)]
mod tests;
