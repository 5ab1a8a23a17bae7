//! Who this counter is, and the time that it believes.

use super::failure;
use crate::clock::{Anchor, Reading};
use crate::error::{Error, Result};
use chrono::{DateTime, Datelike, Utc};
use ed25519_dalek::SigningKey;
use protocol::{CentreId, DeviceId, Epoch, Generation, StoreId};
use rusqlite::{Connection, OptionalExtension};
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
            secret: hex::encode(key.to_bytes()),
        }
    }

    /// The device's private key; it lies in the encrypted outbox file and nowhere else.
    pub(crate) fn signing_key(&self) -> Result<SigningKey> {
        key_of(&self.secret)
    }
}

fn get(conn: &Connection, key: &str) -> Result<Option<String>> {
    conn.prepare_cached("SELECT value FROM meta WHERE key = ?1")
        .and_then(|mut s| s.query_row([key], |r| r.get(0)).optional())
        .map_err(failure)
}

fn set(conn: &Connection, key: &str, value: &str) -> Result<()> {
    conn.prepare_cached(
        "INSERT INTO meta VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2",
    )
    .and_then(|mut s| s.execute([key, value]))
    .map_err(failure)?;
    Ok(())
}

fn number(conn: &Connection, key: &str) -> Result<u32> {
    get(conn, key)?.map_or(Ok(0), |v| {
        v.parse()
            .map_err(|_| Error::OutboxDamaged(format!("{key} is not a number")))
    })
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
        .map_err(|_| Error::OutboxDamaged("the device's signing key is not one".into()))?;
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

/// When the centre last answered, by its own clock.
pub(crate) fn last_contact(conn: &Connection) -> Result<Option<DateTime<Utc>>> {
    Ok(anchor(conn, "contact")?.map(|a| a.time))
}

fn anchor(conn: &Connection, key: &str) -> Result<Option<Anchor>> {
    get(conn, key)?
        .map(|v| serde_json::from_str(&v).map_err(Error::from))
        .transpose()
}

/// The centre's time now, as this counter believes it. Before the first contact, the wall clock.
pub(crate) fn believed_time(conn: &Connection) -> Result<DateTime<Utc>> {
    let reading = Reading::now();
    let latest = match (anchor(conn, "contact")?, anchor(conn, "believed")?) {
        (Some(a), Some(b)) => a.time_at(&reading).max(b.time_at(&reading)),
        (Some(a), None) | (None, Some(a)) => a.time_at(&reading),
        (None, None) => reading.wall,
    };
    Ok(latest)
}

/// Years in which a centre may say that it is. Beyond them its clock is broken, and what is
/// counted on from there would leave the calendar.
const YEARS: std::ops::RangeInclusive<i32> = 2020..=2199;

/// Writes down a time of the centre.
///
/// # Errors
/// [`Error::Nonsense`] where it is beyond reason.
pub(crate) fn note_contact(conn: &Connection, time: DateTime<Utc>) -> Result<()> {
    if !YEARS.contains(&time.year()) {
        return Err(Error::Nonsense(format!("a clock in year {}", time.year())));
    }
    let anchor = Anchor {
        time,
        reading: Reading::now(),
    };
    let text = serde_json::to_string(&anchor)?;
    set(conn, "contact", &text)?;
    set(conn, "believed", &text)
}

/// Writes down the time believed at an operation, so that a reboot counts on from it.
pub(crate) fn note_believed(conn: &Connection, time: DateTime<Utc>) -> Result<()> {
    let anchor = Anchor {
        time,
        reading: Reading::now(),
    };
    set(conn, "believed", &serde_json::to_string(&anchor)?)
}
