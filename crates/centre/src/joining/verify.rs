//! Proving a phone number: a code by short message, few at a time.
//!
//! A code belongs to one sign-up code, one number and one page that asked for it: what somebody else asks for or tries,
//! with another code, on another phone, takes nothing from her. Only what was really sent counts.

use std::net::IpAddr;
use std::sync::Arc;

use chrono::{DateTime, Duration, NaiveDate, Utc};
use protocol::join::Sent;
use protocol::{DeviceId, ErrorCode};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter,
};

use super::invitation::Invitation;
use super::page::{Page, TRIES, code_hash};
use crate::Centre;
use crate::error::ServiceError;
use crate::members;
use crate::pace::{self, Beyond, Counted};
use crate::unit_of_work::UnitOfWork;
use centre_store::column::Col;
use centre_store::tables::{brand, code_try, device, sent_code, sent_message};
use sms::{Delivery, Message, Outgoing, Patience, SmsSender};
use uuid::Uuid;

/// How long a verification code may be used.
pub(super) const VALID_SECONDS: i64 = 300;
/// Between two messages that one page asks for.
pub(super) const BETWEEN_SECONDS: i64 = 60;
/// Messages to one number in a day by the sign-up codes of one counter.
const NUMBER_OF_DEVICE: u64 = 6;
/// Messages to one number in a day, whoever asks.
const NUMBER: u64 = 24;
/// Messages for one sign-up code that one address asks for.
const CODE_OF_ADDRESS: u64 = 12;
/// Messages for one sign-up code.
const CODE: u64 = 24;

/// How many messages may be sent in a day: what else bounds them is no brand's to choose.
#[derive(Debug, Clone, Copy)]
pub struct SmsLimits {
    /// By the sign-up codes of one counter.
    pub device: u64,
    /// By the sign-up codes of one store.
    pub store: u64,
    /// By the sign-up codes of one campaign.
    pub campaign: u64,
    /// Asked for by one address.
    pub address: u64,
    /// By the brand.
    pub brand: u64,
}

impl Default for SmsLimits {
    fn default() -> Self {
        Self {
            device: 100,
            store: 1_000,
            campaign: 3_000,
            address: 300,
            brand: 5_000,
        }
    }
}

/// Joining by phone: how messages are sent, and how many.
#[derive(Debug)]
pub struct Phone {
    sms: Arc<dyn SmsSender>,
    pub(super) limits: SmsLimits,
    patience: Patience,
}

/// Who wants a message.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// By which sign-up code.
    pub invitation: &'a Invitation,
    /// To which number.
    pub phone: &'a str,
    /// Whether it is a guardian's, who agrees for a child.
    pub guardian: bool,
    /// What the page is known by; none from one that has nothing.
    pub ticket: Option<&'a str>,
    /// From which address; none where that is held to nothing.
    pub address: Option<IpAddr>,
}

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

impl Phone {
    /// Sends by this way.
    pub fn new(sms: Arc<dyn SmsSender>) -> Self {
        Self::limited(sms, SmsLimits::default())
    }

    /// Sends by this way, so many in a day.
    pub fn limited(sms: Arc<dyn SmsSender>, limits: SmsLimits) -> Self {
        Self {
            sms,
            limits,
            patience: Patience::default(),
        }
    }

    /// Sends a verification code to a number.
    ///
    /// # Errors
    /// [`ErrorCode::TooMany`]; [`ErrorCode::Unavailable`] where the message could not be sent.
    pub async fn send(&self, centre: &Centre, asked: Asked<'_>) -> Result<Sent, ServiceError> {
        let digits = six_digits()?;
        let (page, message) = if asked.guardian {
            let page = Page::of_guardian(asked.invitation, asked.phone, asked.ticket);
            let code = digits.clone();
            (page, Message::GuardianCode { code })
        } else {
            let page = Page::of(asked.invitation, asked.phone, asked.ticket);
            let code = digits.clone();
            (page, Message::JoiningCode { code })
        };
        let day = centre.now().date_naive();
        let all = self.to_count(asked, day);
        let reserved = centre
            .retrying(|| reserve(centre, &page, &all, &digits))
            .await?;
        let reserved = match reserved {
            Ok(reserved) => reserved,
            Err(refusal) => {
                return Err(refused(centre, asked.invitation.device(), refusal).await);
            }
        };
        let Some(demo) = self.message(centre, asked.phone, &message).await? else {
            centre.retrying(|| take_back(centre, &reserved)).await?;
            return Err(not_sent());
        };
        Ok(sent(digits, demo))
    }

    /// Everything that a message counts with.
    fn to_count(&self, asked: Asked<'_>, day: NaiveDate) -> Vec<ToCount> {
        let invitation = asked.invitation;
        let (by, id) = (invitation.counted_as(), &invitation.id);
        let phone = asked.phone;
        let of_one = invitation
            .a_day()
            .map_or(self.limits.device, |(_, sent)| sent);
        // in one order, so that nobody waits for somebody who waits for them
        let mut all = self.of_device(&by, of_one, day);
        all.push((
            Counted::MessagesOfStore,
            format!("{}:{day}", invitation.store),
            self.limits.store,
            Refusal::TooMany,
        ));
        if let Some(campaign) = &invitation.campaign {
            all.push((
                Counted::MessagesOfCampaign,
                format!("{campaign}:{day}"),
                self.limits.campaign,
                Refusal::TooMany,
            ));
        }
        // a poster's code is everybody's, behind its shop's one address too
        let of_few = invitation.device().is_some();
        if of_few {
            all.push((Counted::MessagesOfCode, id.clone(), CODE, Refusal::TooMany));
        }
        all.extend(to_number(phone, &by, day));
        // who is held to no address is held to its number for one code all the same
        let address = asked
            .address
            .map_or_else(|| "-".to_owned(), |a| a.to_string());
        if of_few {
            all.push((
                Counted::MessagesOfCodeAndAddress,
                format!("{id}:{address}"),
                CODE_OF_ADDRESS,
                Refusal::TooMany,
            ));
        }
        all.extend(self.of_address(asked.address, day));
        all
    }

    /// What a message to a member's new number counts with: its counter asks, and no sign-up code.
    pub(super) async fn count_new(
        &self,
        work: &mut UnitOfWork,
        device: DeviceId,
        phone: &str,
        now: DateTime<Utc>,
    ) -> Result<Result<Vec<(Counted, String)>, Refusal>, ServiceError> {
        let (day, device) = (now.date_naive(), device.to_string());
        let mut all = self.of_device(&device, self.limits.device, day);
        all.extend(to_number(phone, &device, day));
        count_each(work, &all, now).await
    }

    /// What a message to a member at a counter counts with.
    pub(super) fn for_presence(
        &self,
        device: DeviceId,
        phone: &str,
        day: NaiveDate,
    ) -> Vec<ToCount> {
        let device = device.to_string();
        let mut all = self.of_device(&device, self.limits.device, day);
        all.extend(to_number(phone, &device, day));
        all
    }

    /// Messages that an address asked for; none where that is held to nothing.
    pub(super) fn of_address(&self, address: Option<IpAddr>, day: NaiveDate) -> Option<ToCount> {
        let (counted, most) = (Counted::MessagesOfAddress, self.limits.address);
        address.map(|a| (counted, format!("{a}:{day}"), most, Refusal::TooMany))
    }

    /// Messages of the brand.
    pub(super) fn of_brand(&self, day: NaiveDate) -> ToCount {
        let (counted, most) = (Counted::Messages, self.limits.brand);
        (counted, day.to_string(), most, Refusal::Brand)
    }

    fn of_device(&self, device: &str, most: u64, day: NaiveDate) -> Vec<ToCount> {
        vec![
            self.of_brand(day),
            (
                Counted::MessagesOfDevice,
                format!("{device}:{day}"),
                most,
                Refusal::Device,
            ),
        ]
    }

    /// Sends a message in the brand's name. Whether the brand is a demonstration; none where it could not be sent.
    pub(super) async fn message(
        &self,
        centre: &Centre,
        phone: &str,
        message: &Message,
    ) -> Result<Option<bool>, ServiceError> {
        let brand = brand::Entity::find().one(centre.db().read()).await?;
        let (name, demo) = brand.map_or_else(Default::default, |b| (b.name, b.demo));
        let id = Uuid::now_v7().to_string();
        let out = Outgoing {
            to: phone,
            brand: &name,
            message,
            id: &id,
        };
        let kind = message.kind();
        match sms::deliver(self.sms.as_ref(), &out, &self.patience).await {
            Ok(delivery) => {
                if delivery == Delivery::Unknown {
                    tracing::error!(%kind, id, "the provider does not say whether it has a message: it counts as sent");
                }
                if let Err(error) = keep_sent(centre, phone, &id, kind).await {
                    tracing::warn!(%kind, %error, "that a message was sent does not stand on her page");
                }
                Ok(Some(demo))
            }
            Err(error) => {
                tracing::error!(%kind, %error, "a message was not sent");
                Ok(None)
            }
        }
    }

    /// Whether messages of this kind are sent at all.
    pub(super) fn says(&self, kind: sms::Kind) -> bool {
        self.sms.says(kind)
    }
}

/// What was sent to a member stands on her own page.
async fn keep_sent(
    centre: &Centre,
    phone: &str,
    id: &str,
    kind: sms::Kind,
) -> Result<(), ServiceError> {
    let Some(her) = members::by_phone(centre.db().read(), phone).await? else {
        return Ok(());
    };
    let work = centre.work().await?;
    let row = sent_message::ActiveModel {
        id: Set(id.to_owned()),
        member_id: Set(her.id),
        kind: Set(kind.word().to_owned()),
        at: Set(work.now().into()),
    };
    sent_message::Entity::insert(row)
        .exec_without_returning(work.on())
        .await?;
    work.commit().await?;
    Ok(())
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
