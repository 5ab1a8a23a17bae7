//! `POST /v1/presence`: with the network, a member shows that she is there by a code that is sent to her number, or by the
//! number on her page where there is no scanner.

use crate::ids::{ClerkId, MemberId};
use crate::join::Sent;
use serde::{Deserialize, Serialize};

/// Digits of the number on her page.
pub const NUMBER_DIGITS: usize = 8;

/// The counter's half.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PresenceRequest {
    /// Who.
    pub member: MemberId,
    /// Who asks.
    pub clerk: ClerkId,
    /// What is asked.
    #[serde(flatten)]
    pub what: PresenceBy,
}

/// By what she shows that she is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "what")]
pub enum PresenceBy {
    /// Send a code to her number.
    Send,
    /// This is that code.
    Code {
        /// Six digits.
        code: String,
    },
    /// This is the number on her page.
    Number {
        /// Eight digits.
        number: String,
    },
}

/// The centre's half. A code or a number that is wrong is a refusal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PresenceReply {
    /// What was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent: Option<Sent>,
    /// Whether she is there.
    pub shown: bool,
}
