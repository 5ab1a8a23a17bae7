//! `POST /v1/pull`: a scope's changes after a cursor, in order.
//!
//! A feed holds each entity once, at the number of its last change, with its whole content:
//! pulling from 0 is the snapshot, and a cursor can skip nothing.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::ids::{Generation, StoreId};

/// The scope of what every counter of the brand holds: program, products, rewards, stores.
pub const BRAND_SCOPE: &str = "brand";

/// The scope of a store: its clerks, its members and their receipts.
pub fn store_scope(store: &StoreId) -> String {
    format!("store:{store}")
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
    /// Digest of the whole scope at `next`, where the centre computed one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
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
