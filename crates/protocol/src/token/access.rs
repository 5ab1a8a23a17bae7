//! What the centre signs when it gives a token (RFC 9068 in its form).

use chrono::{DateTime, Utc};
use ed25519_dalek::{SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};

use super::jwt::{self, Invalid};
use super::{Rotated, Rotation, TOKEN_SECONDS, proof};
use crate::ids::{CentreId, DeviceId, Epoch};

const KIND: &str = "at+jwt";

/// A token: who may ask, by which key, for how long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access {
    /// The centre that gave it.
    pub iss: CentreId,
    /// The device.
    pub sub: DeviceId,
    /// When it was given, seconds since 1970 by the centre's time.
    pub iat: i64,
    /// Until when it holds.
    pub exp: i64,
    /// By which key its requests are proven.
    pub cnf: Confirmation,
    /// The life of the outbox that asked.
    pub epoch: Epoch,
    /// The number of the token within that life.
    pub rotation: Rotation,
    /// Whoever asked showed an older word than the newest: there are two users of the key, or a folder was put back. The
    /// next hello begins another life.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub copied: bool,
}

/// The key of a token: its thumbprint (RFC 7638).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmation {
    /// SHA-256 of the public key as a JWK, base64url.
    pub jkt: String,
}

impl Access {
    /// A token for a device, from now on.
    ///
    /// # Errors
    /// Where the device's key has no thumbprint.
    pub fn new(
        (centre, device): (CentreId, DeviceId),
        key: &VerifyingKey,
        rotated: Rotated,
        copied: bool,
        now: DateTime<Utc>,
    ) -> Result<Self, Invalid> {
        let iat = now.timestamp();
        Ok(Self {
            iss: centre,
            sub: device,
            iat,
            exp: iat.saturating_add(TOKEN_SECONDS),
            cnf: Confirmation {
                jkt: proof::thumbprint(key)?,
            },
            epoch: rotated.epoch,
            rotation: rotated.rotation,
            copied,
        })
    }

    /// As it is sent.
    ///
    /// # Errors
    /// Where the key cannot be used.
    pub fn sign(&self, key: &SigningKey) -> Result<String, Invalid> {
        jwt::sign(&jwt::header(KIND), self, key)
    }

    /// Reads a token that this centre gave, and that holds.
    ///
    /// # Errors
    /// Where it is none of this centre's, or is over.
    pub fn read(
        text: &str,
        centre: CentreId,
        key: &VerifyingKey,
        now: DateTime<Utc>,
    ) -> Result<Self, Invalid> {
        let (_, access): (_, Self) = jwt::read(text, KIND, key)?;
        if access.iss != centre {
            return Err(Invalid::Other("centre"));
        }
        if access.exp <= now.timestamp() {
            return Err(Invalid::Expired);
        }
        Ok(access)
    }

    /// Whether it is of this key.
    ///
    /// # Errors
    /// Where it is of another, or the key has no thumbprint.
    pub fn is_of(&self, key: &VerifyingKey) -> Result<(), Invalid> {
        if self.cnf.jkt == proof::thumbprint(key)? {
            return Ok(());
        }
        Err(Invalid::Other("key"))
    }
}
