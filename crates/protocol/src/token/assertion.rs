//! How a device says who it is where it asks for a token (RFC 7523).

use chrono::{DateTime, Utc};
use ed25519_dalek::{SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::jwt::{self, Invalid};
use super::{ASSERTION_SECONDS, Rotated};
use crate::attestation::Attested;
use crate::ids::{CentreId, DeviceId, Epoch};

const KIND: &str = "client-authentication+jwt";

/// A device's word about itself. That it is fresh is said by the nonce of the proof that comes with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assertion {
    /// The device.
    pub iss: DeviceId,
    /// The device again.
    pub sub: DeviceId,
    /// The centre.
    pub aud: CentreId,
    /// Its own id.
    pub jti: Uuid,
    /// When it was made, seconds since 1970 by the centre's time as the device was told it.
    pub iat: i64,
    /// Until when it holds.
    pub exp: i64,
    /// The life of the outbox that asks.
    pub epoch: Epoch,
    /// The newest word of the centre that this life has; none before the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rotated: Option<Attested<Rotated>>,
    /// Names the asking: whoever has not heard the answer asks again by the same.
    pub request: Uuid,
}

impl Assertion {
    /// A word for this centre, at a time of that centre's.
    #[must_use]
    pub fn new(
        (centre, device): (CentreId, DeviceId),
        epoch: Epoch,
        rotated: Option<Attested<Rotated>>,
        request: Uuid,
        now: DateTime<Utc>,
    ) -> Self {
        let iat = now.timestamp();
        Self {
            iss: device,
            sub: device,
            aud: centre,
            jti: Uuid::new_v4(),
            iat,
            exp: iat.saturating_add(ASSERTION_SECONDS),
            epoch,
            rotated,
            request,
        }
    }

    /// As it is sent.
    ///
    /// # Errors
    /// Where the key cannot be used.
    pub fn sign(&self, key: &SigningKey) -> Result<String, Invalid> {
        jwt::sign(&jwt::header(KIND), self, key)
    }

    /// Reads what a device with this key says to this centre.
    ///
    /// # Errors
    /// Where it is another's, for another, or over.
    pub fn read(
        text: &str,
        (centre, device): (CentreId, DeviceId),
        key: &VerifyingKey,
        now: DateTime<Utc>,
    ) -> Result<Self, Invalid> {
        let (_, said): (_, Self) = jwt::read(text, KIND, key)?;
        if said.iss != device || said.sub != device {
            return Err(Invalid::Other("device"));
        }
        if said.aud != centre {
            return Err(Invalid::Other("centre"));
        }
        let now = now.timestamp();
        let longest = now.saturating_add(ASSERTION_SECONDS * 2);
        if said.exp <= now || said.exp > longest {
            return Err(Invalid::Expired);
        }
        Ok(said)
    }
}
