//! What the centre answers when it cannot do what was asked.

use serde::{Deserialize, Serialize};

/// Stable codes of the centre's refusals. The counter words them for the clerk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The request is not what the protocol says.
    Malformed,
    /// More than the limits allow.
    TooLarge,
    /// No device with this id, or its signature does not verify.
    NotAuthenticated,
    /// The nonce of the request is missing, too old, or was used with this proof: take the one that comes with this answer.
    NonceStale,
    /// The token is over, or another was given since: ask for one.
    TokenStale,
    /// The device is known and was revoked.
    Revoked,
    /// The enrolment code is unknown, used or too old.
    EnrolCodeInvalid,
    /// No protocol version in common.
    VersionUnsupported,
    /// The counter last spoke to another generation of this centre: say hello again.
    GenerationChanged,
    /// The sign-up code is forged, too old or from a revoked device.
    SignUpCodeInvalid,
    /// The verification code sent to the phone does not match or is too old.
    VerificationInvalid,
    /// The scope is not one that this device may read.
    ScopeForbidden,
    /// There is nothing here by that name.
    NotFound,
    /// Asked too often: wait before the next time.
    TooMany,
    /// The id of a clerk who is to be taken on is another clerk's.
    ClerkExists,
    /// The phone number is another member's.
    PhoneTaken,
    /// A PIN that may not be given to anybody.
    PinUnfit,
    /// It is not for a store's manager to do: headquarters does.
    NotGranted,
    /// The centre cannot answer now: try again later.
    Unavailable,
    /// A code that this build does not know.
    #[serde(other)]
    Unknown,
}

impl ErrorCode {
    /// The HTTP status that carries the code.
    pub fn http_status(self) -> u16 {
        match self {
            Self::Malformed
            | Self::EnrolCodeInvalid
            | Self::SignUpCodeInvalid
            | Self::VerificationInvalid
            | Self::PinUnfit
            | Self::Unknown => 400,
            Self::TooLarge => 413,
            Self::NotAuthenticated | Self::NonceStale | Self::TokenStale => 401,
            Self::Revoked | Self::ScopeForbidden | Self::NotGranted => 403,
            Self::NotFound => 404,
            Self::GenerationChanged | Self::ClerkExists | Self::PhoneTaken => 409,
            Self::VersionUnsupported => 426,
            Self::TooMany => 429,
            Self::Unavailable => 503,
        }
    }
}

/// The body of every refusal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WireError {
    /// What it is.
    pub code: ErrorCode,
    /// For the log: no personal data.
    pub message: String,
}
