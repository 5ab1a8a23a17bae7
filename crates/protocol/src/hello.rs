//! `POST /v1/hello`: versions, time and where each side stands. First request of every contact.

use crate::chain::Hash;
use crate::ids::{CentreId, Epoch, Generation, Seq};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The counter's half.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HelloRequest {
    /// Oldest version it speaks.
    pub proto_min: u32,
    /// Newest version it speaks.
    pub proto_max: u32,
    /// Generation of the centre that it last spoke to.
    pub generation: Generation,
    /// Its outbox's epoch.
    pub epoch: Epoch,
    /// Last operation in its outbox; 0 where it is empty.
    pub head_seq: Seq,
    /// Hash of that operation.
    pub head_hash: Hash,
}

/// The centre's half.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HelloReply {
    /// The version to speak: the newest that both know.
    pub proto: u32,
    /// Which centre this is.
    pub centre: CentreId,
    /// Its generation now.
    pub generation: Generation,
    /// Its time.
    pub server_time: DateTime<Utc>,
    /// The epoch that it expects of this device.
    pub epoch: Epoch,
    /// Last operation of this device that it has applied or keeps.
    pub head_seq: Seq,
    /// Hash of that operation.
    pub head_hash: Hash,
    /// True while a copied outbox of this device waits for a manager.
    pub quarantined: bool,
    /// Scopes that this device is to pull.
    pub scopes: Vec<String>,
}
