//! `POST /v1/pull`: a scope's changes after a cursor, in order.
//!
//! A feed holds each entity once, at the number of its last change, with its whole content:
//! pulling from 0 is the snapshot, and a cursor can skip nothing.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::attestation::Attestation;
use crate::ids::{DeviceId, Generation, StoreId};

/// The scope of what every counter of the brand holds: program, products, rewards, stores.
pub const BRAND_SCOPE: &str = "brand";

/// The scope of a store: its clerks, its members and their receipts.
pub fn store_scope(store: &StoreId) -> String {
    format!("store:{store}")
}

/// Beginning of every scope of one counter.
pub const DEVICE_SCOPE: &str = "device:";

/// The scope of one counter: what is asked back of it, how it stands, and visitors, members whom it
/// looked up outside its store.
pub fn device_scope(device: &DeviceId) -> String {
    format!("{DEVICE_SCOPE}{device}")
}

/// Digest of one entity in a scope: the first 16 bytes of a hash of kind, key and content. A scope's
/// digest is the sum of its entities', modulo 2¹²⁸, so that either side keeps it up change by change.
pub fn entity_digest(entity: &str, key: &str, body: &str) -> u128 {
    let hash = crate::chain::Transcript::new("counterpart.feed.1")
        .part(entity.as_bytes())
        .part(key.as_bytes())
        .part(body.as_bytes())
        .finish();
    hash.as_bytes()
        .iter()
        .take(16)
        .fold(0, |sum, byte| (sum << 8) | u128::from(*byte))
}

/// A digest as it is written: 32 hex digits.
pub fn digest_text(digest: u128) -> String {
    format!("{digest:032x}")
}

/// Reads a written digest.
pub fn digest_value(text: &str) -> Option<u128> {
    (text.len() == 32)
        .then(|| u128::from_str_radix(text, 16).ok())
        .flatten()
}

/// The counter's half.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PullRequest {
    /// Which scope.
    pub scope: String,
    /// The number of the last change that the counter has; 0 = none.
    pub cursor: u64,
    /// The generation that the cursor belongs to.
    pub generation: Generation,
    /// How many changes at most; the centre may send fewer.
    pub limit: u32,
    /// The centre's signature over scope, cursor and generation; without it a cursor beyond the feed proves nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attestation: Option<Attestation>,
}

/// The centre's half.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PullReply {
    /// In order of `n`.
    pub changes: Vec<Change>,
    /// The cursor to ask with next.
    pub next: u64,
    /// Whether there is more now.
    pub more: bool,
    /// Digest of the whole scope at `next` ([`entity_digest`]), where there is no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// Its signature over scope, `next` and generation, where there is no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attestation: Option<Attestation>,
    /// The centre's time.
    pub server_time: DateTime<Utc>,
}

/// One entity as it is after its last change.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Change {
    /// Its number in the scope's feed.
    pub n: u64,
    /// Which kind of thing, see [`crate::entity`]. A kind that is not known is skipped.
    pub entity: String,
    /// Its id within the kind.
    pub key: String,
    /// Its content; none = it is gone from this scope.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Box<RawValue>>,
}
