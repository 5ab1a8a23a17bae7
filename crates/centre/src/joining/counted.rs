//! Messages are counted before they are sent: by number, counter, address, sign-up code and brand. What was not sent does not
//! count.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use protocol::ErrorCode;
use protocol::join::Sent;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};

use super::page::{Page, TRIES, code_hash};
use crate::Centre;
use crate::error::ServiceError;
use crate::pace::{self, Beyond, Counted};
use crate::unit_of_work::UnitOfWork;
use centre_store::column::Col;
use centre_store::tables::{code_try, device, sent_code};

/// How long a verification code may be used.
pub(super) const VALID_SECONDS: i64 = 300;
/// Between two messages that one page asks for.
pub(super) const BETWEEN_SECONDS: i64 = 60;
/// Messages to one number in a day by the sign-up codes of one counter.
const NUMBER_OF_DEVICE: u64 = 6;
/// Messages to one number in a day, whoever asks.
const NUMBER: u64 = 24;

/// A message that is counted: with what.
pub(super) struct Reserved {
    counted: Vec<(Counted, String)>,
    code: sent_code::Model,
}

/// Why no message may be sent.
#[derive(Debug, Clone, Copy)]
pub(super) enum Refusal {
    TooMany,
    /// Its counter is beyond what it may have sent.
    Device,
    /// The brand is.
    Brand,
}

/// Counts a message and writes its code down, before it is sent; nothing of either where it may not be.
pub(super) async fn reserve(
    centre: &Centre,
    page: &Page,
    all: &[ToCount],
    digits: &str,
) -> Result<Result<Reserved, Refusal>, ServiceError> {
    let work = centre.work().await?;
    let now = work.now();
    let tried = page.lock(&work).await?;
    let lately = sent_code::Entity::find()
        .filter(page.codes())
        .filter(sent_code::Column::SentAt.gt(Col(now - Duration::seconds(BETWEEN_SECONDS))))
        .one(work.on())
        .await?;
    if lately.is_some() {
        return Ok(Err(Refusal::TooMany));
    }
    let counted = match count_each(&work, all, now).await? {
        Ok(counted) => counted,
        Err(refusal) => return Ok(Err(refusal)),
    };
    if tried.wrong >= TRIES {
        // an earlier message may be the one that she reads, and its code counts while its time runs. Where wrong
        // tries have used them up, only the new one counts
        let anew = code_try::Model {
            wrong: 0.into(),
            since: now.into(),
            ..tried
        };
        anew.into_active_model()
            .reset_all()
            .update(work.on())
            .await?;
    }
    let code = sent_code::Model {
        invitation: page.invitation.clone(),
        phone: page.phone.clone(),
        ticket: page.ticket.clone(),
        code_hash: code_hash(&page.phone, digits),
        sent_at: now.into(),
        expires_at: (now + Duration::seconds(VALID_SECONDS)).into(),
        used_for: None,
    };
    // the same six digits once more are a new code
    page.forget(&work, &code.code_hash).await?;
    sent_code::Entity::insert(code.clone().into_active_model())
        .exec_without_returning(work.on())
        .await?;
    work.commit().await?;
    Ok(Ok(Reserved { counted, code }))
}

/// What is counted, of whom, up to how many, and what is said beyond them.
pub(super) type ToCount = (Counted, String, u64, Refusal);

pub(super) fn to_number(phone: &str, device: &str, day: NaiveDate) -> [ToCount; 2] {
    let number = number(phone);
    [
        (
            Counted::MessagesToNumber,
            format!("{number}:{day}"),
            NUMBER,
            Refusal::TooMany,
        ),
        (
            Counted::MessagesToNumberOfDevice,
            format!("{number}:{device}:{day}"),
            NUMBER_OF_DEVICE,
            Refusal::TooMany,
        ),
    ]
}

pub(super) async fn count_each(
    work: &UnitOfWork,
    all: &[ToCount],
    now: DateTime<Utc>,
) -> Result<Result<Vec<(Counted, String)>, Refusal>, ServiceError> {
    let mut counted = Vec::with_capacity(all.len());
    for (what, key, most, refusal) in all {
        match pace::count(work, *what, key, *most, pace::past_day(now)).await? {
            Some(_) => counted.push((*what, key.clone())),
            None => return Ok(Err(*refusal)),
        }
    }
    Ok(Ok(counted))
}

/// A code that was sent, as whoever asked is told.
pub(super) fn sent(digits: String, demo: bool) -> Sent {
    Sent {
        resend_after_seconds: BETWEEN_SECONDS,
        valid_seconds: VALID_SECONDS,
        demo_code: demo.then_some(digits),
    }
}

pub(super) fn not_sent() -> ServiceError {
    ServiceError::refused(ErrorCode::Unavailable, "the message could not be sent")
}

/// What whoever asked is told; who has to know is told as well.
pub(super) async fn refused(
    centre: &Centre,
    device: Option<&device::Model>,
    refusal: Refusal,
) -> ServiceError {
    match refusal {
        Refusal::TooMany => {}
        Refusal::Brand => {
            tracing::error!("as many messages were sent today as may be (--sms-per-day)");
        }
        Refusal::Device => {
            let Some(device) = device else {
                tracing::warn!(
                    "as many messages were sent by a poster or a friend's code today as may be"
                );
                return ServiceError::refused(ErrorCode::TooMany, "verification codes");
            };
            let listed = centre.retrying(|| list(centre, device)).await;
            if let Err(error) = listed {
                tracing::warn!(%error, "a device beyond its pace was not listed");
            }
        }
    }
    ServiceError::refused(ErrorCode::TooMany, "verification codes")
}

async fn list(centre: &Centre, device: &device::Model) -> Result<(), ServiceError> {
    let work = centre.work().await?;
    let day = work.now().date_naive();
    pace::list(&work, &device.store_id, *device.id, Beyond::Messages, day).await?;
    work.commit().await?;
    Ok(())
}

/// What was counted and not sent does not count, and its code is none.
pub(super) async fn take_back(centre: &Centre, reserved: &Reserved) -> Result<(), ServiceError> {
    let work = centre.work().await?;
    uncount(&work, &reserved.counted).await?;
    reserved
        .code
        .clone()
        .into_active_model()
        .delete(work.on())
        .await?;
    work.commit().await?;
    Ok(())
}

/// What was counted does not count.
pub(super) async fn uncount(
    work: &UnitOfWork,
    counted: &[(Counted, String)],
) -> Result<(), ServiceError> {
    for (what, key) in counted {
        pace::uncount(work, *what, key).await?;
    }
    Ok(())
}

/// A number as it is counted: not the number.
fn number(phone: &str) -> String {
    code_hash(phone, "")
}

pub(super) fn six_digits() -> Result<String, ServiceError> {
    let mut bytes = [0u8; 8];
    getrandom::fill(&mut bytes)?;
    Ok(format!("{:06}", u64::from_be_bytes(bytes) % 1_000_000))
}
