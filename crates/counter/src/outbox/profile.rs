//! Changes of a profile that the cache does not contain yet.

use super::failure;
use crate::error::Result;
use chrono::{DateTime, Utc};
use protocol::ClerkId;
use protocol::operation::OperationKind as _;
use protocol::personal::PersonalField;
use protocol::profile::Profile;
use rusqlite::Connection;
use std::collections::HashSet;

/// One of them.
pub(crate) struct PendingProfile {
    pub(crate) clerk: ClerkId,
    pub(crate) at: DateTime<Utc>,
    pub(crate) body: Profile,
    pub(crate) personal: Vec<PersonalField>,
}

/// The members of whom there is one.
pub(crate) fn changed_profiles(conn: &Connection) -> Result<HashSet<String>> {
    let mut statement = conn
        .prepare_cached(include_str!("changed_profiles.sql"))
        .map_err(failure)?;
    let rows = statement
        .query_map([], |r| r.get::<_, String>(0))
        .map_err(failure)?;
    rows.map(|member| member.map_err(failure)).collect()
}

/// Those of a member, in order.
pub(crate) fn pending_profiles(conn: &Connection, member: &str) -> Result<Vec<PendingProfile>> {
    let mut statement = conn
        .prepare_cached(include_str!("pending_profiles.sql"))
        .map_err(failure)?;
    let rows = statement
        .query_map([member], |r| {
            Ok((
                r.get::<_, String>(0)?,
                r.get::<_, i64>(1)?,
                r.get::<_, String>(2)?,
                r.get::<_, String>(3)?,
            ))
        })
        .map_err(failure)?;
    rows.map(|row| {
        let (clerk, at, body, personal) = row.map_err(failure)?;
        let mut body: Profile = serde_json::from_str(&body)?;
        let personal: Vec<PersonalField> = serde_json::from_str(&personal)?;
        body.take_in(&personal)?;
        Ok(PendingProfile {
            clerk: clerk.into(),
            at: DateTime::from_timestamp_millis(at).unwrap_or_default(),
            body,
            personal,
        })
    })
    .collect()
}
