//! A member shows at a counter that she is there: by a code that is sent to her number, or by the number on her page.

use centre_store::boxed;
use centre_store::tables::{device, member};
use chrono::{DateTime, Utc};
use protocol::attestation::Statement;
use protocol::chain::Transcript;
use protocol::presence::{NUMBER_DIGITS, PresenceBy, PresenceReply, PresenceRequest};
use protocol::{ErrorCode, MemberId};

use super::counted::{Refusal, Reserved, not_sent, refused, reserve, sent, six_digits, take_back};
use super::new_phone::kept_by;
use super::page::{self, Page};
use super::verify::Phone;
use crate::Centre;
use crate::error::ServiceError;
use crate::log::{Entry, Kind, Who};
use crate::pace::{self, Counted};

/// Numbers that one device may try on a day: a shop without a scanner, and nobody who guesses.
const NUMBERS_A_DAY: u64 = 300;

/// The number that a member's page shows at a moment; it changes every minute.
#[must_use]
pub fn member_number(centre: &Centre, member: &MemberId, at: DateTime<Utc>) -> String {
    number_of(centre, member, at.timestamp().div_euclid(60))
}

fn number_of(centre: &Centre, member: &MemberId, minute: i64) -> String {
    // the centre's signature is the same each time, and nobody else can make it
    let signed = centre.attest(&Statement::MemberNumber { member, minute });
    let hash = Transcript::new("counterpart.member-number.1")
        .part(signed.as_bytes())
        .finish();
    let mut bytes = [0u8; 8];
    bytes.copy_from_slice(&hash.as_bytes()[..8]);
    let most = 10_u64.pow(u32::try_from(NUMBER_DIGITS).unwrap_or(8));
    format!("{:08}", u64::from_be_bytes(bytes) % most)
}

impl Phone {
    /// Does what a counter asks.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] for a member whom this counter does not keep; [`ErrorCode::TooMany`],
    /// [`ErrorCode::Unavailable`] of a message; [`ErrorCode::VerificationInvalid`]; where the database fails.
    #[boxed]
    pub async fn presence(
        &self,
        centre: &Centre,
        signer: &device::Model,
        request: &PresenceRequest,
    ) -> Result<PresenceReply, ServiceError> {
        let her = {
            let work = centre.work().await?;
            kept_by(&work, signer, &request.member).await?
        };
        match &request.what {
            PresenceBy::Send => {
                let sent = Some(self.send_presence(centre, signer, &her).await?);
                return Ok(PresenceReply { sent, shown: false });
            }
            PresenceBy::Code { code } => {
                let page = Page::of_presence(*signer.id, phone_of(&her)?);
                page::prove(centre, &page, code).await?;
            }
            PresenceBy::Number { number } => {
                count_number(centre, signer).await?;
                let minute = centre.now().timestamp().div_euclid(60);
                let right = [0, 1]
                    .iter()
                    .any(|ago| number_of(centre, &her.id, minute - ago) == *number);
                if !right {
                    return Err(page::wrong());
                }
            }
        }
        let mut work = centre.work().await?;
        let by = match &request.what {
            PresenceBy::Send | PresenceBy::Code { .. } => "message",
            PresenceBy::Number { .. } => "number",
        };
        let who = Who::Clerk {
            clerk: request.clerk.clone(),
            device: *signer.id,
            store: signer.store_id.0.clone(),
        };
        work.note(
            Entry::of(Kind::PresenceShown)
                .by(who)
                .about(&her.id)
                .what(by),
        );
        work.commit().await?;
        Ok(PresenceReply {
            sent: None,
            shown: true,
        })
    }

    async fn send_presence(
        &self,
        centre: &Centre,
        signer: &device::Model,
        her: &member::Model,
    ) -> Result<protocol::join::Sent, ServiceError> {
        let phone = phone_of(her)?;
        let digits = six_digits()?;
        let page = Page::of_presence(*signer.id, phone);
        let all = self.for_presence(*signer.id, phone, centre.now().date_naive());
        let reserved: Result<Reserved, Refusal> = centre
            .retrying(|| reserve(centre, &page, &all, &digits))
            .await?;
        let reserved = match reserved {
            Ok(reserved) => reserved,
            Err(refusal) => return Err(refused(centre, Some(signer), refusal).await),
        };
        let message = sms::Message::PresenceCode {
            code: digits.clone(),
        };
        let Some(demo) = self.message(centre, phone, &message).await? else {
            centre.retrying(|| take_back(centre, &reserved)).await?;
            return Err(not_sent());
        };
        Ok(sent(digits, demo))
    }
}

fn phone_of(her: &member::Model) -> Result<&str, ServiceError> {
    her.phone
        .as_deref()
        .ok_or_else(|| ServiceError::refused(ErrorCode::NotFound, "she has no number"))
}

async fn count_number(centre: &Centre, signer: &device::Model) -> Result<(), ServiceError> {
    let work = centre.work().await?;
    let now = work.now();
    let key = format!("{}:{}", signer.id, now.date_naive());
    let counted = pace::count(
        &work,
        Counted::NumbersOfDevice,
        &key,
        NUMBERS_A_DAY,
        pace::past_day(now),
    )
    .await?;
    work.commit().await?;
    match counted {
        Some(_) => Ok(()),
        None => Err(ServiceError::refused(ErrorCode::TooMany, "numbers")),
    }
}
