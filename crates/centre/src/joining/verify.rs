//! Proving a phone number: a code by short message, few at a time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Duration, Utc};
use protocol::ErrorCode;
use protocol::chain::Transcript;
use protocol::join::Sent;
use protocol::limits::SIGN_UP_CODE_MINUTES;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter,
    QuerySelect,
};

use super::sms::SmsSender;
use crate::Centre;
use crate::error::ServiceError;
use centre_store::boxed;
use centre_store::column::Col;
use centre_store::tables::{brand, sms_code, verification};

/// How long a verification code may be used.
const VALID_SECONDS: i64 = 300;
/// How long one that was typed rightly stands for the phone: as long as the sign-up code at most, so that
/// whoever reads what she agrees to is not sent back to the beginning.
const PROVED_SECONDS: i64 = SIGN_UP_CODE_MINUTES * 60;
/// Between two messages to one number.
const BETWEEN_SECONDS: i64 = 60;
/// Messages to one number in a day.
const PER_DAY: u32 = 6;
/// Messages for one sign-up code.
const PER_CODE: u32 = 12;
/// Wrong tries at all codes of a number that may be used now.
const TRIES: u32 = 5;
/// Sign-up codes that are counted at once; old ones make room.
const COUNTED: usize = 20_000;

/// Joining by phone: how messages are sent, and how many were.
#[derive(Debug)]
pub struct Phone {
    sms: Arc<dyn SmsSender>,
    sent: Mutex<Counts>,
}

/// Messages by sign-up code, and when the last was.
type Counts = HashMap<[u8; 8], (u32, DateTime<Utc>)>;

impl Phone {
    /// Sends by this way.
    pub fn new(sms: Arc<dyn SmsSender>) -> Self {
        Self {
            sms,
            sent: Mutex::default(),
        }
    }

    /// Counts a message for a sign-up code; false where that is one too many.
    fn count(&self, nonce: [u8; 8], now: DateTime<Utc>) -> bool {
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        if sent.len() >= COUNTED {
            sent.retain(|_, (_, at)| now - *at < Duration::hours(2));
        }
        let (count, at) = sent.entry(nonce).or_insert((0, now));
        *count += 1;
        *at = now;
        *count <= PER_CODE
    }

    /// Sends a verification code to a number.
    ///
    /// # Errors
    /// [`ErrorCode::TooMany`]; [`ErrorCode::Unavailable`] where the message could not be sent.
    #[boxed]
    pub async fn send(
        &self,
        centre: &Centre,
        nonce: [u8; 8],
        phone: &str,
    ) -> Result<Sent, ServiceError> {
        let now = centre.now();
        let too_many = || ServiceError::refused(ErrorCode::TooMany, "verification codes");
        if !self.count(nonce, now) {
            return Err(too_many());
        }
        let code = six_digits()?;
        let work = centre.work().await?;
        let before = verification::Entity::find_by_id(phone)
            .lock_exclusive()
            .one(work.on())
            .await?;
        let day = now.date_naive();
        let sent_today = before
            .as_ref()
            .filter(|b| b.day == day)
            .map_or(0, |b| *b.sent_today);
        let soon = before
            .as_ref()
            .is_some_and(|b| now - *b.sent_at < Duration::seconds(BETWEEN_SECONDS));
        if soon || sent_today >= PER_DAY {
            return Err(too_many());
        }
        let tried = before.as_ref().map_or(0, |b| *b.attempts);
        let hash = code_hash(phone, &code);
        let expires_at = now + Duration::seconds(VALID_SECONDS);
        // an earlier message may be the one that she reads: its code counts while its time runs, and is one
        // more to guess at, so wrong tries count on. Where they are used up, only the new one counts
        let forgotten = match tried >= TRIES {
            true => sms_code::Column::Phone.eq(phone),
            false => sms_code::Column::Phone
                .eq(phone)
                .and(sms_code::Column::ExpiresAt.lt(now.timestamp_millis())),
        };
        sms_code::Entity::delete_many()
            .filter(forgotten)
            .exec(work.on())
            .await?;
        let earlier = sms_code::Entity::find()
            .filter(sms_code::Column::Phone.eq(phone))
            .one(work.on())
            .await?;
        let fresh = sms_code::Model {
            phone: phone.to_owned(),
            code_hash: hash.clone(),
            expires_at: expires_at.into(),
        };
        sms_code::Entity::insert(fresh.into_active_model())
            .on_conflict(
                // the same six digits once more
                OnConflict::columns([sms_code::Column::Phone, sms_code::Column::CodeHash])
                    .update_column(sms_code::Column::ExpiresAt)
                    .to_owned(),
            )
            .exec_without_returning(work.on())
            .await?;
        let row = verification::Model {
            phone: phone.to_owned(),
            code_hash: hash,
            sent_at: now.into(),
            expires_at: expires_at.into(),
            attempts: earlier.map_or(0, |_| tried).into(),
            day: day.into(),
            sent_today: (sent_today + 1).into(),
        }
        .into_active_model()
        .reset_all();
        if before.is_some() {
            row.update(work.on()).await?;
        } else {
            verification::Entity::insert(row)
                .exec_without_returning(work.on())
                .await?;
        }
        work.commit().await?;
        let brand = brand::Entity::find().one(centre.db().read()).await?;
        let name = brand.as_ref().map_or("", |b| b.name.as_str());
        let text = format!("【{name}】验证码 {code}，5 分钟内有效，请勿告诉他人。");
        self.sms.send(phone, &text).await.map_err(|error| {
            tracing::error!(%error, "sms");
            ServiceError::refused(ErrorCode::Unavailable, "the message could not be sent")
        })?;
        let demo = brand.is_some_and(|b| b.demo);
        Ok(Sent {
            resend_after_seconds: BETWEEN_SECONDS,
            valid_seconds: VALID_SECONDS,
            demo_code: demo.then_some(code),
        })
    }
}

/// Checks a verification code at the step that asks for it. One that is right stands for the phone until the
/// sign-up is done; wrong tries are counted.
///
/// # Errors
/// As [`check`].
#[boxed]
pub async fn prove(centre: &Centre, phone: &str, code: &str) -> Result<(), ServiceError> {
    let until = centre.now() + Duration::seconds(PROVED_SECONDS);
    tried(centre, phone, code, Some(until)).await
}

/// Checks a verification code: any that was sent and whose time runs. It stays usable until its time is up, so
/// that a repeated request is answered as the first was; wrong tries are counted.
///
/// # Errors
/// [`ErrorCode::VerificationInvalid`]; where the database fails.
#[boxed]
pub async fn check(centre: &Centre, phone: &str, code: &str) -> Result<(), ServiceError> {
    tried(centre, phone, code, None).await
}

async fn tried(
    centre: &Centre,
    phone: &str,
    code: &str,
    until: Option<DateTime<Utc>>,
) -> Result<(), ServiceError> {
    let invalid = || ServiceError::refused(ErrorCode::VerificationInvalid, "verification code");
    let now = centre.now();
    let work = centre.work().await?;
    let mut row = verification::Entity::find_by_id(phone)
        .lock_exclusive()
        .one(work.on())
        .await?
        .filter(|v| v.attempts < TRIES)
        .ok_or_else(invalid)?;
    let sent = sms_code::Entity::find_by_id((phone.to_owned(), code_hash(phone, code.trim())))
        .one(work.on())
        .await?
        .filter(|sent| sent.expires_at >= now);
    match (sent, until) {
        (Some(_), None) => return Ok(()),
        (Some(mut sent), Some(until)) => {
            sent.expires_at = Ord::max(sent.expires_at, until.into());
            sent.into_active_model()
                .reset_all()
                .update(work.on())
                .await?;
            work.commit().await?;
            return Ok(());
        }
        (None, _) => {}
    }
    let any = sms_code::Entity::find()
        .filter(sms_code::Column::Phone.eq(phone))
        .filter(sms_code::Column::ExpiresAt.gte(Col(now)))
        .one(work.on())
        .await?;
    // where nothing can be guessed at, nothing was tried
    if any.is_some() {
        row.attempts.0 += 1;
        row.into_active_model()
            .reset_all()
            .update(work.on())
            .await?;
        work.commit().await?;
    }
    Err(invalid())
}

fn code_hash(phone: &str, code: &str) -> String {
    Transcript::new("counterpart.verification.1")
        .part(phone.as_bytes())
        .part(code.as_bytes())
        .finish()
        .to_string()
}

fn six_digits() -> Result<String, ServiceError> {
    let mut bytes = [0u8; 8];
    getrandom::fill(&mut bytes)?;
    Ok(format!("{:06}", u64::from_be_bytes(bytes) % 1_000_000))
}
