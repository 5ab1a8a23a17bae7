//! `POST /v1/enrol`: a new device with a one-time code and its public key. The only request that
//! no device signs.

use crate::ids::{CentreId, DeviceId, Epoch, Generation, StoreId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The counter's half.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolRequest {
    /// The one-time code that the centre printed.
    pub code: String,
    /// The device's Ed25519 public key, 64 hex digits. The private half never leaves the device.
    pub public_key: String,
    /// What people call the device.
    pub device_name: String,
    /// Proof of the private key: signature over [`enrol_statement`], 128 hex digits.
    pub proof: String,
    /// The device that this key was enrolled as before: a centre that was put back from a backup and does
    /// not know it takes it in again under that id, so that what it did still counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<DeviceId>,
}

/// The centre's half.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolReply {
    /// The id of the device from now on.
    pub device: DeviceId,
    /// What people call it (a number of its own where the name was taken).
    pub device_name: String,
    /// Its store.
    pub store: StoreId,
    /// Whether it checks customers out, and so holds allowances ahead of time.
    pub checkout: bool,
    /// Which centre this is.
    pub centre: CentreId,
    /// Its generation.
    pub generation: Generation,
    /// The epoch to begin with.
    pub epoch: Epoch,
    /// Its time.
    pub server_time: DateTime<Utc>,
    /// Where members' phones reach the centre: the beginning of a sign-up address.
    pub phone_base: String,
}

/// What the proof signs: code and key, so that a code seen in passing cannot be used with
/// another key's proof.
pub fn enrol_statement(code: &str, public_key: &str) -> Vec<u8> {
    format!("counterpart.enrol.1\n{code}\n{public_key}").into_bytes()
}
