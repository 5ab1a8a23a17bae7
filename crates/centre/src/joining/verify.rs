//! Proving a phone number: a code by short message, few at a time.
//!
//! A code belongs to one sign-up code, one number and one page that asked for it: what somebody else asks for or tries,
//! with another code, on another phone, takes nothing from her. Only what was really sent counts.

use std::net::IpAddr;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use protocol::DeviceId;
use protocol::join::Sent;
use sea_orm::{ActiveValue::Set, EntityTrait};

use super::counted::{
    Refusal, ToCount, count_each, not_sent, refused, reserve, sent, six_digits, take_back,
    to_number,
};
use super::invitation::Invitation;
use super::page::Page;
use crate::Centre;
use crate::error::ServiceError;
use crate::members;
use crate::pace::Counted;
use crate::unit_of_work::UnitOfWork;
use centre_store::tables::{brand, sent_message};
use sms::{Delivery, Message, Outgoing, Patience, SmsSender};
use uuid::Uuid;

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
