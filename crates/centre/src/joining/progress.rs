//! How far those have come who use a sign-up code: noted for the counter that made it, while the code's time runs.
//!
//! Two centres on one database see the same. Of the guest herself nothing is noted.

use centre_store::boxed;
use chrono::{DateTime, Utc};
use protocol::ErrorCode;
use protocol::invited::{INVITED_CODES, InvitedReply, InvitedRequest, Seen};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Statement};

use super::page;
use super::steps::Invitation;
use crate::Centre;
use crate::error::ServiceError;
use crate::pace;
use centre_store::column::Col;
use centre_store::tables::{device, invited};

/// What a guest did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Opened the page.
    Opened,
    /// Had a message sent.
    Sent,
    /// Proved her phone.
    Proven,
    /// Joined.
    Joined,
}

impl Step {
    /// What becomes of the row that is there. The first moment of each step stays; where somebody has joined, the
    /// steps after that are the next guest's.
    fn change(self) -> &'static str {
        match self {
            Self::Opened => "opened_at = COALESCE(invited.opened_at, excluded.opened_at)",
            Self::Sent => "sent_at = COALESCE(invited.sent_at, excluded.sent_at)",
            Self::Proven => "proven_at = COALESCE(invited.proven_at, excluded.proven_at)",
            Self::Joined => {
                "opened_at = NULL, sent_at = NULL, proven_at = NULL, joined_at = excluded.joined_at"
            }
        }
    }

    fn column(self) -> &'static str {
        match self {
            Self::Opened => "opened_at",
            Self::Sent => "sent_at",
            Self::Proven => "proven_at",
            Self::Joined => "joined_at",
        }
    }
}

/// Notes a step. The sign-up does not fail by it: whoever is at the counter sees a step less.
#[boxed]
pub async fn note(centre: &Centre, invitation: &Invitation, step: Step) {
    let unit = || noted(centre, invitation, step);
    if let Err(error) = centre.retrying(unit).await {
        tracing::warn!(%error, "a step of a sign-up was not noted");
    }
}

async fn noted(centre: &Centre, invitation: &Invitation, step: Step) -> Result<(), ServiceError> {
    let work = centre.work().await?;
    let (column, change) = (step.column(), step.change());
    let statement = Statement::from_sql_and_values(
        work.on().get_database_backend(),
        format!(
            "INSERT INTO invited (code, device_id, expires_at, {column}) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (code) DO UPDATE SET {change}"
        ),
        [
            hex::encode(invitation.code.nonce).into(),
            invitation.device.id.into(),
            invitation.code.valid_until().timestamp_millis().into(),
            centre.now().timestamp_millis().into(),
        ],
    );
    work.on().execute_raw(statement).await?;
    work.commit().await?;
    Ok(())
}

/// How far those have come who use the codes of a counter, as far as their time still runs.
///
/// # Errors
/// [`ErrorCode::Malformed`]; where the database fails.
#[boxed]
pub async fn invited(
    centre: &Centre,
    signer: &device::Model,
    request: &InvitedRequest,
) -> Result<InvitedReply, ServiceError> {
    if request.codes.len() > INVITED_CODES {
        return Err(ServiceError::refused(ErrorCode::Malformed, "codes"));
    }
    let rows = invited::Entity::find()
        .filter(invited::Column::Code.is_in(request.codes.iter().map(String::as_str)))
        .filter(invited::Column::DeviceId.eq(signer.id))
        .filter(invited::Column::ExpiresAt.gte(centre.now().timestamp_millis()))
        .all(centre.db().read())
        .await?;
    Ok(InvitedReply {
        seen: rows.into_iter().map(seen).collect(),
    })
}

fn seen(row: invited::Model) -> Seen {
    Seen {
        opened: row.opened_at.map(Col::into_inner),
        sent: row.sent_at.map(Col::into_inner),
        proven: row.proven_at.map(Col::into_inner),
        joined: row.joined_at.map(Col::into_inner),
        code: row.code,
    }
}

/// Forgets sign-up codes whose time is over, how many; and with them messages, tries and counts of before.
///
/// # Errors
/// Where the database fails.
#[boxed]
pub async fn forget(centre: &Centre, now: DateTime<Utc>) -> Result<u64, ServiceError> {
    let work = centre.work().await?;
    let over = invited::Entity::delete_many()
        .filter(invited::Column::ExpiresAt.lt(now.timestamp_millis()))
        .exec(work.on())
        .await?;
    page::forget(&work, now).await?;
    pace::forget(&work, now).await?;
    work.commit().await?;
    Ok(over.rows_affected)
}
