//! How often the centre gave this outbox a token, as it said it, and the asking whose answer has not come.

use super::identity;
use super::meta::{flag, get, set, set_flag, unset};
use crate::error::{Error, Result};
use protocol::Epoch;
use protocol::attestation::Attested;
use protocol::token::Rotated;
use rusqlite::Connection;
use uuid::Uuid;

const WORD: &str = "rotation";
const REQUEST: &str = "rotation_request";
const HAD: &str = "had_a_token";

/// How a token is asked for.
pub(crate) struct Rotation {
    pub(crate) epoch: Epoch,
    pub(crate) rotated: Option<Attested<Rotated>>,
    /// The asking whose answer has not come.
    pub(crate) request: Option<Uuid>,
}

/// The rotation that stands in this outbox.
pub(crate) fn rotation(conn: &Connection) -> Result<Rotation> {
    let epoch = identity::epoch(conn)?;
    let word: Option<Attested<Rotated>> = get(conn, WORD)?
        .map(|kept| serde_json::from_str(&kept))
        .transpose()?;
    let request = get(conn, REQUEST)?
        .map(|kept| {
            kept.parse()
                .map_err(|_| Error::OutboxDamaged("the asking for a token is none".into()))
        })
        .transpose()?;
    Ok(Rotation {
        epoch,
        rotated: word.filter(|word| word.said.epoch == epoch),
        request,
    })
}

/// Begins an asking.
pub(crate) fn begin_rotation(conn: &Connection) -> Result<Uuid> {
    let request = Uuid::new_v4();
    set(conn, REQUEST, &request.to_string())?;
    Ok(request)
}

/// Keeps what the centre said; the asking is over.
pub(crate) fn keep_rotation(conn: &Connection, rotated: Option<&Attested<Rotated>>) -> Result<()> {
    if let Some(rotated) = rotated {
        set(conn, WORD, &serde_json::to_string(rotated)?)?;
    }
    set_flag(conn, HAD, true)?;
    unset(conn, REQUEST)
}

/// Whether the centre ever gave one.
pub(crate) fn had_a_token(conn: &Connection) -> Result<bool> {
    flag(conn, HAD)
}
