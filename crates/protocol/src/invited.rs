//! `POST /v1/invited`: how far those have come who use the sign-up codes of a counter.
//!
//! The counter that made a code asks while it shows it. Nothing is told of who they are, and nothing once the
//! code's time is over. A centre of an earlier build does not know the request: then there is nothing to show.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Codes that may be asked for at once.
pub const INVITED_CODES: usize = 8;

/// The counter's half.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitedRequest {
    /// Nonces of its own codes, in hex; at most [`INVITED_CODES`].
    pub codes: Vec<String>,
}

/// The centre's half.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitedReply {
    /// Of codes that somebody has used; the others are not named.
    pub seen: Vec<Seen>,
}

/// How far whoever uses a code has come. Where several use it, the steps are those of who has not joined yet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Seen {
    /// The code's nonce, in hex.
    pub code: String,
    /// When the page was opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opened: Option<DateTime<Utc>>,
    /// When a message was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sent: Option<DateTime<Utc>>,
    /// When the phone was proved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proven: Option<DateTime<Utc>>,
    /// When somebody joined last by it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub joined: Option<DateTime<Utc>>,
}
