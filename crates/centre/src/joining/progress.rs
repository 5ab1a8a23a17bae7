//! How far those have come who use a sign-up code: noted for the counter that made it, while the code's time runs; and
//! counted by store, clerk, channel, campaign and day, for as long as the brand asks.
//!
//! Two centres on one database see the same. Of the guest herself nothing is noted.

use centre_store::boxed;
use chrono::{DateTime, Duration, Utc};
use protocol::ErrorCode;
use protocol::chain::Transcript;
use protocol::check_in::SHOWN;
use protocol::invited::{INVITED_CODES, InvitedReply, InvitedRequest, Seen};
use protocol::sign_up::CodesShown;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Statement};

use super::invitation::Invitation;
use super::{authorised, page};
use crate::Centre;
use crate::error::ServiceError;
use crate::pace::{self, Counted};
use crate::unit_of_work::UnitOfWork;
use crate::zone;
use centre_store::column::Col;
use centre_store::tables::{device, invited, sent_message};

/// For how many days it is kept what was sent to whom: her page shows twelve months.
const MESSAGES_DAYS: i64 = 370;

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

    /// Its word in what is counted.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Sent => "sent",
            Self::Proven => "proven",
            Self::Joined => "joined",
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

/// Notes a step. The sign-up does not fail by it: whoever is at the counter sees a step less. `visitor` tells one page from
/// another, so that a guest who does a step twice is counted once.
#[boxed]
pub async fn note(centre: &Centre, invitation: &Invitation, step: Step, visitor: Option<&str>) {
    let unit = || noted(centre, invitation, step, visitor);
    if let Err(error) = centre.retrying(unit).await {
        tracing::warn!(%error, "a step of a sign-up was not noted");
    }
}

async fn noted(
    centre: &Centre,
    invitation: &Invitation,
    step: Step,
    visitor: Option<&str>,
) -> Result<(), ServiceError> {
    let work = centre.work().await?;
    shown(&work, invitation, step).await?;
    // who has joined is counted by what she is: a member
    if step != Step::Joined {
        counted(&work, invitation, step, visitor).await?;
    }
    work.commit().await?;
    Ok(())
}

/// For the counter that made the code, which looks at it now. Nobody looks at a poster's.
async fn shown(work: &UnitOfWork, invitation: &Invitation, step: Step) -> Result<(), ServiceError> {
    let (Some(device), Some(until)) = (invitation.device(), invitation.until) else {
        return Ok(());
    };
    let (column, change) = (step.column(), step.change());
    let statement = Statement::from_sql_and_values(
        work.on().get_database_backend(),
        format!(
            "INSERT INTO invited (code, device_id, expires_at, {column}) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (code) DO UPDATE SET {change}"
        ),
        [
            invitation.id.clone().into(),
            device.id.into(),
            until.timestamp_millis().into(),
            work.now().timestamp_millis().into(),
        ],
    );
    work.on().execute_raw(statement).await?;
    Ok(())
}

/// For the brand: one more has come so far, where this visitor was not counted yet.
async fn counted(
    work: &UnitOfWork,
    invitation: &Invitation,
    step: Step,
    visitor: Option<&str>,
) -> Result<(), ServiceError> {
    let now = work.now();
    let until = invitation.until.unwrap_or(now) + Duration::days(1);
    if let Some(visitor) = visitor {
        let visitor = Transcript::new("counterpart.visitor.1").part(visitor.as_bytes());
        let key = format!("{}:{}:{}", invitation.id, step.word(), visitor.finish());
        if pace::count(work, Counted::StepsOfVisitor, &key, 1, until)
            .await?
            .is_none()
        {
            return Ok(());
        }
    }
    let day = zone::business_date(zone::of_business(work.on(), now).await?, now);
    let clerk = invitation.clerk().map(ToString::to_string);
    let campaign = invitation.campaign.as_ref().map(ToString::to_string);
    let statement = Statement::from_sql_and_values(
        work.on().get_database_backend(),
        "INSERT INTO sign_up_step (day, store_id, clerk, channel, campaign, step, n) \
         VALUES ($1, $2, $3, $4, $5, $6, 1) \
         ON CONFLICT (day, store_id, clerk, channel, campaign, step) \
         DO UPDATE SET n = sign_up_step.n + 1",
        [
            day.to_string().into(),
            invitation.store.as_str().into(),
            clerk.unwrap_or_default().into(),
            invitation.channel.word().into(),
            campaign.unwrap_or_default().into(),
            step.word().into(),
        ],
    );
    work.on().execute_raw(statement).await?;
    Ok(())
}

/// Keeps how many codes a device has shown, as it tells it: whole figures of days, which only grow.
///
/// # Errors
/// [`ErrorCode::Malformed`] where they are too many; where the database fails.
pub async fn keep_shown(
    work: &UnitOfWork,
    device: &device::Model,
    told: &[CodesShown],
) -> Result<(), ServiceError> {
    if told.len() > SHOWN {
        return Err(ServiceError::refused(ErrorCode::Malformed, "codes_shown"));
    }
    for one in told {
        let campaign = one.campaign.as_ref().map(ToString::to_string);
        let statement = Statement::from_sql_and_values(
            work.on().get_database_backend(),
            "INSERT INTO code_shown (device_id, day, store_id, clerk, channel, campaign, n) \
             VALUES ($1, $2, $3, $4, $5, $6, $7) \
             ON CONFLICT (device_id, day, clerk, channel, campaign) \
             DO UPDATE SET n = excluded.n WHERE code_shown.n < excluded.n",
            [
                device.id.into(),
                one.day.to_string().into(),
                device.store_id.as_str().into(),
                one.clerk.as_str().into(),
                one.channel.word().into(),
                campaign.unwrap_or_default().into(),
                i64::from(one.codes).into(),
            ],
        );
        work.on().execute_raw(statement).await?;
    }
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
    sent_message::Entity::delete_many()
        .filter(sent_message::Column::At.lt(Col(now - Duration::days(MESSAGES_DAYS))))
        .exec(work.on())
        .await?;
    page::forget(&work, now).await?;
    authorised::forget(&work, now).await?;
    pace::forget(&work, now).await?;
    work.commit().await?;
    Ok(over.rows_affected)
}
