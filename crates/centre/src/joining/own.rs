//! A code for a member's own page, which nobody invites to: whoever asks is answered alike, member or stranger, and only a
//! member is sent a message.

use std::net::IpAddr;
use std::sync::Arc;

use protocol::join::Sent;
use sea_orm::EntityTrait;

use super::counted::{Refusal, Reserved, ToCount, reserve, sent, six_digits, take_back, to_number};
use super::page::Page;
use super::verify::Phone;
use crate::Centre;
use crate::error::ServiceError;
use crate::members;
use crate::pace::Counted;
use centre_store::tables::brand;
use protocol::ErrorCode;

/// What messages for own pages count with in the place of a counter.
const OWN: &str = "own";
/// The part of the brand's messages of a day that own pages may have: whoever makes many ask takes nothing from joining.
const PART: u64 = 5;

impl Phone {
    /// Sends a code to a member's number. Nobody waits for the message, and a stranger's number is answered as hers is.
    ///
    /// # Errors
    /// [`ErrorCode::TooMany`]; where the database fails.
    pub async fn send_own(
        self: &Arc<Self>,
        centre: &Centre,
        phone: &str,
        ticket: Option<&str>,
        address: Option<IpAddr>,
    ) -> Result<Sent, ServiceError> {
        let day = centre.now().date_naive();
        let mut all: Vec<ToCount> = to_number(phone, OWN, day).to_vec();
        all.extend(self.of_address(address, day));
        let db = centre.db().read();
        let member = members::by_phone(db, phone).await?.is_some();
        if member {
            all.push((
                Counted::MessagesOfOwnPages,
                day.to_string(),
                self.limits.brand / PART,
                Refusal::TooMany,
            ));
            all.push(self.of_brand(day));
        }
        let (page, digits) = (Page::own(phone, ticket), six_digits()?);
        let reserved = centre
            .retrying(|| reserve(centre, &page, &all, &digits))
            .await?;
        let reserved = reserved
            .map_err(|_| ServiceError::refused(ErrorCode::TooMany, "verification codes"))?;
        let brand = brand::Entity::find().one(db).await?;
        let demo = brand.is_some_and(|brand| brand.demo);
        let told = sent(digits.clone(), demo && member);
        if member {
            let (this, centre, phone) = (Arc::clone(self), centre.clone(), phone.to_owned());
            tokio::spawn(async move {
                let delivered = this.deliver(&centre, &phone, &digits, &reserved).await;
                if let Err(error) = delivered {
                    tracing::error!(%error, "a code for a member's own page was not sent");
                }
            });
        }
        Ok(told)
    }

    async fn deliver(
        &self,
        centre: &Centre,
        phone: &str,
        digits: &str,
        reserved: &Reserved,
    ) -> Result<(), ServiceError> {
        let message = sms::Message::OwnPageCode {
            code: digits.to_owned(),
        };
        if self.message(centre, phone, &message).await?.is_none() {
            centre.retrying(|| take_back(centre, reserved)).await?;
        }
        Ok(())
    }
}
