//! `POST /v1/hello`: versions, time and where each side stands. First request of every contact.

use crate::attestation::{Answered, Attestation, Attested, Given};
use crate::chain::Hash;
use crate::clerk::ClerkKey;
use crate::ids::{CentreId, ClerkId, Epoch, Generation, LifeId, RequestId, Seq};
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
    /// Which life of the outbox claims this epoch; none from version 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub life: Option<LifeId>,
    /// Last operation of this epoch that the centre has answered; a centre that knows less has
    /// forgotten. 0 from version 1.
    #[serde(default)]
    pub acked_seq: Seq,
    /// How many allowances this life was ever given in this epoch; none from version 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grants_taken: Option<u32>,
    /// Requests for allowances whose answer has not come, at most [`crate::limits::OPEN_REQUESTS`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open_requests: Vec<RequestId>,
    /// Of every epoch that its outbox has operations of, the last one that was answered: the newest
    /// epochs first, at most [`crate::limits::HELLO_EPOCHS`]. None from a build that does not tell it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered: Option<Vec<Reached>>,
    /// The centre's signature over [`Self::generation`]; without it a later one than the centre's own says nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generation_attestation: Option<Attestation>,
    /// Of its newest epochs, how far the centre says that it answered them: at most
    /// [`crate::limits::HELLO_ATTESTED`]. Only such a statement proves that a database is older than it was.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attested: Vec<Attested<Answered>>,
    /// What the centre says that it gave to this outbox, at most [`crate::limits::GIVEN_SHOWN`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub given: Vec<Attested<Given>>,
    /// Keys that clerks have on this device, at most [`crate::limits::CLERK_KEYS`]. That it is there at all says that its
    /// operations are signed by whoever did them, and that no hash of a PIN is to be told to it; none from an older build.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clerk_keys: Option<Vec<ClerkKey>>,
    /// Who signed in at the counter since the centre noted the last one, oldest first, at most
    /// [`crate::limits::SIGN_INS`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signed_in: Vec<SignedIn>,
}

/// A clerk who signed in, with a network or without.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedIn {
    /// Who.
    pub clerk: ClerkId,
    /// When, by the counter's estimate of the centre's time.
    pub at: DateTime<Utc>,
}

/// How far the operations of an epoch have come: the last one, or nothing yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reached {
    /// The epoch.
    pub epoch: Epoch,
    /// Its last operation; 0 where there is none.
    pub seq: Seq,
    /// The hash of that operation; zeros where there is none.
    pub hash: Hash,
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
    /// The outbox is not the one that the centre knows (restored, moved aside, written off): begin
    /// this epoch, with no allowance, and say hello again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub begin_epoch: Option<Epoch>,
    /// Another outbox of this device has claimed its epoch: this one may only deliver, and is to be
    /// enrolled anew.
    #[serde(default)]
    pub superseded: bool,
    /// The centre was restored from a backup and wants to know what this counter holds
    /// ([`crate::report`]) before it is sent any operation.
    #[serde(default)]
    pub report: bool,
    /// Until when a counter that stays silent may spend its allowances; none for one that gets no
    /// lease, and from version 1, which works it out from the program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lease_until: Option<DateTime<Utc>>,
    /// Whether this device checks customers out; none from version 1: as at enrolment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checkout: Option<bool>,
    /// Of the epochs that were told in [`HelloRequest::answered`], those whose last operation is not
    /// here, and how far they are: what comes after is to be sent again. None from a centre that does
    /// not look.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lacks: Option<Vec<Reached>>,
    /// The device was revoked: it may only deliver, and nothing else of this answer is for it but
    /// `lacks`; and `begin_epoch`, where its file was moved aside and what it did since has no epoch. A counter that tells no `answered` is refused with
    /// [`crate::ErrorCode::Revoked`] instead.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub revoked: bool,
    /// The centre reads what is personal of a profile's change beside the operation
    /// ([`Profile::take_out`](crate::profile::Profile::take_out)); a centre that does not say so reads it in the body
    /// alone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub reads_personal: bool,
    /// It gives tokens ([`crate::token`]).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub tokens: bool,
    /// Who signed in was noted: the counter need not tell it again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub signed_in_noted: bool,
    /// The centre's public key, 64 hex digits, by which it is known again at another address
    /// ([`crate::centre`]); none from a centre that has no key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub centre_key: Option<String>,
    /// Its signature over [`Self::generation`]; none to a device that was revoked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generation_attestation: Option<Attestation>,
    /// That it has the operations up to its head; none where it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered: Option<Attested<Answered>>,
    /// What it gave to the current epoch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given: Option<Attested<Given>>,
    /// Of the keys that were told in [`HelloRequest::clerk_keys`], whose the centre does not know: they are to be told by
    /// [`crate::clerk`]. None from a centre that does not look.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown_keys: Option<Vec<ClerkId>>,
    /// Headquarters wants something of the device: it is to check in ([`crate::check_in`]) within this contact.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub check_in: bool,
}
