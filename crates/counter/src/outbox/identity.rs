//! Who this counter is, and how it stands with the centre.

use super::failure;
use super::meta::{flag, get, number, set, set_flag};
pub(crate) use super::time::{
    believed_time, clock_is_behind, contact_note, last_contact, note_believed, note_contact,
    note_unlocked, noted_at, put_contact_note, set_clock_behind, silence, since_noted,
    time_is_sure, unlock_used,
};
use crate::error::{Error, Result};
use ed25519_dalek::SigningKey;
use protocol::{CentreId, DeviceId, Epoch, Generation, LifeId, StoreId};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// What enrolment fixed.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Identity {
    pub(crate) device: DeviceId,
    pub(crate) device_name: String,
    pub(crate) store: StoreId,
    pub(crate) checkout: bool,
    pub(crate) centre: CentreId,
    pub(crate) address: String,
    pub(crate) phone_base: String,
    /// The centre's public key, by which it is known again; none until it has said it.
    #[serde(default)]
    pub(crate) centre_key: Option<String>,
    /// Left out of the copy that lies in the cache.
    #[serde(default)]
    secret: String,
}

impl Identity {
    pub(crate) fn new(
        reply: &protocol::enrol::EnrolReply,
        address: &str,
        key: &SigningKey,
    ) -> Self {
        Self {
            device: reply.device,
            device_name: reply.device_name.clone(),
            store: reply.store.clone(),
            checkout: reply.checkout,
            centre: reply.centre,
            address: address.to_owned(),
            phone_base: reply.phone_base.clone(),
            centre_key: None,
            secret: hex::encode(key.to_bytes()),
        }
    }

    /// The same device, whose centre is at another address.
    pub(crate) fn at(&self, address: &str) -> Self {
        Self {
            address: address.to_owned(),
            ..self.clone()
        }
    }

    /// The same without the device's private key.
    pub(crate) fn without_secret(&self) -> Self {
        Self {
            secret: String::new(),
            ..self.clone()
        }
    }

    /// The same with the device's private key, 64 hex digits.
    pub(crate) fn with_secret(self, secret: &str) -> Self {
        Self {
            secret: secret.to_owned(),
            ..self
        }
    }

    /// The device's private key as text.
    pub(crate) fn secret(&self) -> &str {
        &self.secret
    }

    /// The device's private key; it lies in the encrypted outbox file, and with that file's own key.
    pub(crate) fn signing_key(&self) -> Result<SigningKey> {
        key_of(&self.secret)
    }
}

/// A key pair that was offered with a one-time code whose answer has not come.
#[derive(Serialize, Deserialize)]
struct Enrolling {
    code: String,
    secret: String,
}

/// The key to enrol with: for the same code the same key, so that a lost answer can be asked for
/// again. It is on the disk before it is offered.
pub(crate) fn enrolment_key(conn: &Connection, code: &str) -> Result<SigningKey> {
    let kept: Option<Enrolling> = get(conn, "enrolling")?
        .map(|v| serde_json::from_str(&v))
        .transpose()?;
    let secret = match kept.filter(|k| k.code == code) {
        Some(kept) => kept.secret,
        None => {
            let mut bytes = Zeroizing::new([0u8; 32]);
            getrandom::fill(bytes.as_mut_slice())?;
            let fresh = Enrolling {
                code: code.to_owned(),
                secret: hex::encode(bytes.as_slice()),
            };
            set(conn, "enrolling", &serde_json::to_string(&fresh)?)?;
            fresh.secret
        }
    };
    key_of(&secret)
}

fn key_of(secret: &str) -> Result<SigningKey> {
    let mut bytes = Zeroizing::new([0u8; 32]);
    hex::decode_to_slice(secret, bytes.as_mut_slice())
        .map_err(|_| Error::OutboxDamaged("the device's signing key is invalid".into()))?;
    Ok(SigningKey::from_bytes(&bytes))
}

/// The identity, where the counter has been enrolled.
pub(crate) fn identity(conn: &Connection) -> Result<Option<Identity>> {
    get(conn, "identity")?
        .map(|v| serde_json::from_str(&v).map_err(Error::from))
        .transpose()
}

pub(crate) fn set_identity(conn: &Connection, identity: &Identity) -> Result<()> {
    set(conn, "identity", &serde_json::to_string(identity)?)?;
    conn.execute("DELETE FROM meta WHERE key = 'enrolling'", [])
        .map_err(failure)?;
    Ok(())
}

/// Where the centre is from now on.
pub(crate) fn set_address(conn: &Connection, address: &str) -> Result<()> {
    let Some(mut me) = identity(conn)? else {
        return Err(Error::NotEnrolled);
    };
    address.clone_into(&mut me.address);
    set(conn, "identity", &serde_json::to_string(&me)?)
}

/// The key that the centre has said to be its own.
pub(crate) fn know_centre(conn: &Connection, key: &str) -> Result<()> {
    let Some(mut me) = identity(conn)?.filter(|me| me.centre_key.as_deref() != Some(key)) else {
        return Ok(());
    };
    if me.centre_key.is_some() {
        tracing::warn!(
            "the centre has another key than before: a backup from before it was put back?"
        );
    }
    me.centre_key = Some(key.to_owned());
    set(conn, "identity", &serde_json::to_string(&me)?)
}

pub(crate) fn epoch(conn: &Connection) -> Result<Epoch> {
    number(conn, "epoch").map(Epoch)
}

pub(crate) fn set_epoch(conn: &Connection, epoch: Epoch) -> Result<()> {
    set(conn, "epoch", &epoch.0.to_string())
}

pub(crate) fn generation(conn: &Connection) -> Result<Generation> {
    number(conn, "generation").map(Generation)
}

pub(crate) fn set_generation(conn: &Connection, generation: Generation) -> Result<()> {
    set(conn, "generation", &generation.0.to_string())
}

/// Which life of the outbox claims the current epoch; none before enrolment.
pub(crate) fn life(conn: &Connection) -> Result<Option<LifeId>> {
    get(conn, "life")?
        .map(|v| {
            v.parse()
                .map_err(|_| Error::OutboxDamaged("the life of the outbox is invalid".into()))
        })
        .transpose()
}

/// Begins a life: with an epoch, in its transaction.
pub(crate) fn begin_life(conn: &Connection) -> Result<LifeId> {
    let life = LifeId::fresh();
    set(conn, "life", &life.to_string())?;
    Ok(life)
}

/// Another outbox of this device has claimed its epoch: this one only delivers.
pub(crate) fn superseded(conn: &Connection) -> Result<bool> {
    flag(conn, "superseded")
}

pub(crate) fn set_superseded(conn: &Connection, on: bool) -> Result<()> {
    set_flag(conn, "superseded", on)
}

/// The centre was restored from a backup, and this outbox has not told it what it holds. It tells by
/// itself, whether it is asked or not: a copy of this disk may have answered for the device.
pub(crate) fn report_due(conn: &Connection) -> Result<bool> {
    flag(conn, "report_due")
}

pub(crate) fn set_report_due(conn: &Connection, on: bool) -> Result<()> {
    set_flag(conn, "report_due", on)
}

/// The centre lets this device in no more: it only delivers.
pub(crate) fn revoked(conn: &Connection) -> Result<bool> {
    flag(conn, "revoked")
}

pub(crate) fn set_revoked(conn: &Connection, on: bool) -> Result<()> {
    set_flag(conn, "revoked", on)
}

/// The centre reads what is personal of a profile's change beside the operation: said at each hello.
pub(crate) fn reads_personal(conn: &Connection) -> Result<bool> {
    flag(conn, "reads_personal")
}

pub(crate) fn set_reads_personal(conn: &Connection, on: bool) -> Result<()> {
    set_flag(conn, "reads_personal", on)
}

/// Whether this device checks customers out: as the centre last said, else as at enrolment.
pub(crate) fn checks_out(conn: &Connection) -> Result<bool> {
    match get(conn, "checkout")? {
        Some(v) => Ok(v == "1"),
        None => Ok(identity(conn)?.is_some_and(|me| me.checkout)),
    }
}

pub(crate) fn set_checks_out(conn: &Connection, on: bool) -> Result<()> {
    set(conn, "checkout", if on { "1" } else { "0" })
}
