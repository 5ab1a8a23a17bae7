//! An operation with its place, its hash and its personal values, whatever its kind.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::Body;
use crate::chain::{Hash, Transcript};
use crate::ids::{ClerkId, DeviceId, Epoch, Generation, OpId, Seq};
use crate::personal::PersonalField;

/// An operation as it lies in the outbox and goes over the wire.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Operation {
    /// Its place in the outbox.
    pub seq: Seq,
    /// Its id.
    pub op_id: OpId,
    /// Which counter did it.
    pub device: DeviceId,
    /// Life of that counter's outbox.
    pub epoch: Epoch,
    /// Generation of the centre that the counter knew.
    pub generation: Generation,
    /// Who did it.
    pub clerk: ClerkId,
    /// Version of the brand's rules that it was made under.
    pub program: u32,
    /// When, by the counter's estimate of the centre's time; whole milliseconds.
    pub at: DateTime<Utc>,
    /// Last time of the centre that the counter had seen; the centre clamps `at` between this
    /// and the arrival.
    pub contact: DateTime<Utc>,
    /// Which kind of body.
    pub kind: String,
    /// The body exactly as it was hashed, with fields that this build may not know.
    pub body: Box<RawValue>,
    /// Personal values, by commitment.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub personal: Vec<PersonalField>,
    /// Hash of the operation before it; [`Hash::ZERO`] for the first of an epoch.
    pub prev_hash: Hash,
    /// Hash of this one.
    pub hash: Hash,
    /// Signature of the clerk's key on this counter over what was done ([`crate::clerk`]), 128 hex digits; none of an older
    /// build, and where the counter did it by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clerk_signature: Option<String>,
    /// Signature of the key of the manager who approved it, likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval_signature: Option<String>,
}

impl Operation {
    /// The hash that the operation should have.
    pub fn expected_hash(&self) -> Hash {
        let t = Transcript::new("counterpart.operation.1")
            .part(self.prev_hash.as_bytes())
            .number(self.seq.0)
            .part(self.op_id.as_bytes())
            .part(self.device.as_bytes())
            .number(u64::from(self.epoch.0))
            .number(u64::from(self.generation.0));
        self.add_act(t).finish()
    }

    /// Who did what, and when: what both hashes of an operation end with.
    pub(crate) fn add_act(&self, transcript: Transcript) -> Transcript {
        let mut t = transcript
            .part(self.clerk.as_str().as_bytes())
            .number(u64::from(self.program))
            .part(&self.at.timestamp_millis().to_be_bytes())
            .part(&self.contact.timestamp_millis().to_be_bytes())
            .part(self.kind.as_bytes())
            .part(self.body.get().as_bytes())
            .number(self.personal.len() as u64);
        for field in &self.personal {
            t = t
                .part(field.name.as_bytes())
                .part(field.commitment.as_bytes());
        }
        t
    }

    /// Whether hash and personal values are what they claim to be.
    pub fn is_intact(&self) -> bool {
        self.hash == self.expected_hash() && self.personal.iter().all(PersonalField::holds)
    }

    /// A personal value by name, where it has not been erased.
    pub fn personal_value(&self, name: &str) -> Option<&str> {
        self.personal
            .iter()
            .find(|f| f.name == name)
            .and_then(PersonalField::value)
    }

    /// What the operation says.
    ///
    /// # Errors
    /// `None` inside where the kind is not known; the parser's error where the body is not what
    /// its kind says.
    pub fn body(&self) -> Result<Option<Body>, serde_json::Error> {
        Body::read(&self.kind, self.body.get(), &self.personal)
    }
}

/// The clerk of an operation that the counter did by itself.
pub const BY_ITSELF: &str = "counter";
