//! `POST /v1/lookup`: a member of another store, by exactly what identifies her.
//!
//! The answer carries no data: she is in the counter's own scope ([`crate::pull::device_scope`]) until
//! the business day ends, and comes by pull.

use crate::ids::MemberId;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize};

/// The counter's half.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LookupRequest {
    /// A whole phone number, card number or member code; nothing is searched for by part or name.
    pub query: String,
    /// As what it is meant; none = as whatever it is, and `CPM:…` is a card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<LookupBy>,
}

/// What a number is. Card and phone numbers are two name spaces: one number may be in both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LookupBy {
    /// The number on a card, or a member's code.
    Card,
    /// A phone number.
    Phone,
    /// What this build does not know.
    #[serde(other)]
    Unknown,
}

/// The centre's half.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LookupReply {
    /// Who she is; none where nobody has that number, or several may be meant. It is always said: an answer
    /// that does not speak of her does not say that there is nobody.
    #[serde(deserialize_with = "said")]
    pub member: Option<MemberId>,
    /// Until when the counter keeps her.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<DateTime<Utc>>,
    /// Those who may be meant, where that is not one alone: the clerk asks which, and asks again with [`LookupBy`] or
    /// the number as the card has it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub may_be: Vec<LookupCandidate>,
}

/// A member who may be meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LookupCandidate {
    /// What of her the number is.
    pub by: LookupBy,
    /// The number on her card.
    pub card: String,
}

fn said<'de, D: Deserializer<'de>>(from: D) -> Result<Option<MemberId>, D::Error> {
    Option::deserialize(from)
}
