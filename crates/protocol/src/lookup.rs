//! `POST /v1/lookup`: a member of another store, by exactly what identifies her.
//!
//! The answer carries no data: she is in the counter's own scope ([`crate::pull::device_scope`]) until
//! the business day ends, and comes by pull.

use crate::ids::{ClerkId, MemberId};
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
    /// Who asks; none where nobody has signed in, or from a counter that does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clerk: Option<ClerkId>,
    /// Why; none from a counter that does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<LookupWhy>,
}

impl LookupRequest {
    /// Asks for whoever has a number, and says nothing more.
    pub fn of(query: impl Into<String>) -> Self {
        Self {
            query: query.into(),
            by: None,
            clerk: None,
            why: None,
        }
    }
}

/// Why a member is looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LookupWhy {
    /// She is at the counter.
    Serving,
    /// Somebody joins: whether the number is a member's already.
    Joining,
    /// A member's phone number changes: whether the new one is somebody else's.
    PhoneChange,
    /// What this build does not know.
    #[serde(other)]
    Other,
}

impl LookupWhy {
    /// Its stable word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Serving => "serving",
            Self::Joining => "joining",
            Self::PhoneChange => "phone_change",
            Self::Other => "other",
        }
    }
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

impl LookupBy {
    /// Its stable word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Card => "card",
            Self::Phone => "phone",
            Self::Unknown => "unknown",
        }
    }
}

fn said<'de, D: Deserializer<'de>>(from: D) -> Result<Option<MemberId>, D::Error> {
    Option::deserialize(from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_older_counter_does_not_say_is_nothing_and_an_older_centre_is_not_told_it() {
        let older: LookupRequest = serde_json::from_str(r#"{"query": "13800005678"}"#).unwrap();
        assert_eq!(older, LookupRequest::of("13800005678"));
        let json = serde_json::to_string(&older).unwrap();
        assert!(!json.contains("clerk") && !json.contains("why"), "{json}");
        let later = r#"{"query": "1", "clerk": "C1", "why": "of_a_later_year"}"#;
        let later: LookupRequest = serde_json::from_str(later).unwrap();
        assert_eq!(later.why, Some(LookupWhy::Other));
        for why in [
            LookupWhy::Serving,
            LookupWhy::Joining,
            LookupWhy::PhoneChange,
        ] {
            let json = serde_json::to_string(&why).unwrap();
            assert_eq!(json, format!("\"{}\"", why.word()));
        }
    }
}
