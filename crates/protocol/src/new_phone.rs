//! `POST /v1/new-phone`: a member's new phone number is proven by a code that was sent to it.
//!
//! The number itself was told by an operation, with a network or without ([`crate::profile`]), and waits at the centre.

use crate::ids::{ClerkId, MemberId};
use crate::join::Sent;
use serde::{Deserialize, Serialize};

/// The counter's half.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewPhoneRequest {
    /// Whose number.
    pub member: MemberId,
    /// Who asks.
    pub clerk: ClerkId,
    /// What is asked.
    #[serde(flatten)]
    pub what: NewPhone,
}

/// What is asked of a number that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "what")]
pub enum NewPhone {
    /// Send a code to it.
    Send,
    /// This is the code.
    Prove {
        /// Six digits.
        code: String,
    },
    /// It was a mistake: the old one stays.
    Drop,
}

/// The centre's half.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewPhoneReply {
    /// What was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent: Option<Sent>,
}
