//! `POST /v1/lookup`: a member of another store, by exactly what identifies her.
//!
//! The answer carries no data: she is in the counter's own scope ([`crate::pull::device_scope`]) until
//! the business day ends, and comes by pull.

use crate::ids::MemberId;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The counter's half.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LookupRequest {
    /// A whole phone number, card number or member code; nothing is searched for by part or name.
    pub query: String,
}

/// The centre's half.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LookupReply {
    /// Who she is; none where nobody has that number.
    pub member: Option<MemberId>,
    /// Until when the counter keeps her.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<DateTime<Utc>>,
}
