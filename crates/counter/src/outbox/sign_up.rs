//! Members whom this counter signed up without the network, and who they are at the centre.

use super::failure;
use crate::error::Result;
use chrono::{DateTime, Utc};
use protocol::operation::{OperationKind as _, PHONE, SignUp};
use protocol::personal::PersonalField;
use protocol::push::Outcome;
use protocol::{ClerkId, MemberId};
use rusqlite::{Connection, OptionalExtension};

/// One whom the cache does not contain yet.
pub(crate) struct PendingSignUp {
    pub(crate) clerk: ClerkId,
    pub(crate) at: DateTime<Utc>,
    /// Her number.
    pub(crate) phone: String,
    pub(crate) body: SignUp,
}

/// Those whom the cache does not contain yet, in order. Whoever was erased since is not among them.
pub(crate) fn pending_sign_ups(conn: &Connection) -> Result<Vec<PendingSignUp>> {
    let mut statement = conn
        .prepare_cached(include_str!("pending_sign_ups.sql"))
        .map_err(failure)?;
    let rows = statement
        .query_map([], |r| {
            Ok((
                r.get::<_, String>(0)?,
                r.get::<_, i64>(1)?,
                r.get::<_, String>(2)?,
                r.get::<_, String>(3)?,
            ))
        })
        .map_err(failure)?;
    let mut all = Vec::new();
    for row in rows {
        let (clerk, at, body, personal) = row.map_err(failure)?;
        let mut body: SignUp = serde_json::from_str(&body)?;
        let personal: Vec<PersonalField> = serde_json::from_str(&personal)?;
        body.take_in(&personal)?;
        let phone = personal.iter().find(|field| field.name == PHONE);
        let Some(phone) = phone.and_then(PersonalField::value) else {
            continue;
        };
        all.push(PendingSignUp {
            clerk: clerk.into(),
            at: DateTime::from_timestamp_millis(at).unwrap_or_default(),
            phone: phone.to_owned(),
            body,
        });
    }
    Ok(all)
}

/// The member whose number it was already under which this counter signed somebody up.
pub(crate) fn signed_up_as(conn: &Connection, member: &str) -> Result<Option<MemberId>> {
    let outcome: Option<Option<String>> = conn
        .prepare_cached(
            "SELECT outcome FROM outbox
             WHERE kind = 'sign_up' AND member = ?1 AND state = 'confirmed'",
        )
        .and_then(|mut s| s.query_row([member], |r| r.get(0)).optional())
        .map_err(failure)?;
    let Some(text) = outcome.flatten() else {
        return Ok(None);
    };
    Ok(match serde_json::from_str(&text)? {
        Outcome::Applied(effect) | Outcome::Exists(effect) => effect.member,
        Outcome::Held { .. } | Outcome::SetAside { .. } => None,
    })
}
