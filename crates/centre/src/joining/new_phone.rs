//! A member's new phone number: it waits until a code that was sent to it is said, and the old number hears of it.

use chrono::Duration;
use identity::phone::last_four;
use protocol::join::Sent;
use protocol::new_phone::{NewPhone, NewPhoneReply, NewPhoneRequest};
use protocol::{ErrorCode, MemberId};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect,
};

use super::counted::{
    BETWEEN_SECONDS, Refusal, VALID_SECONDS, not_sent, refused, sent, six_digits, uncount,
};
use super::page::{TRIES, code_hash};
use super::verify::Phone;
use crate::Centre;
use crate::error::ServiceError;
use crate::feed::Changed;
use crate::log::{Entry, Kind, Who};
use crate::members;
use crate::operations::retry_for_member;
use crate::pace::Counted;
use crate::unit_of_work::UnitOfWork;
use centre_store::boxed;
use centre_store::column::Col;
use centre_store::tables::{device, member, phone_proof, visit};

/// A message that is counted, and its code written down.
struct Reserved {
    phone: String,
    digits: String,
    counted: Vec<(Counted, String)>,
}

impl Phone {
    /// Does what a counter asks about a number that waits.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] where none waits for a member that this counter keeps; [`ErrorCode::TooMany`],
    /// [`ErrorCode::Unavailable`] of a message; [`ErrorCode::VerificationInvalid`]; [`ErrorCode::PhoneTaken`] where it is
    /// another member's by now; where the database fails.
    #[boxed]
    pub async fn new_phone(
        &self,
        centre: &Centre,
        signer: &device::Model,
        request: &NewPhoneRequest,
    ) -> Result<NewPhoneReply, ServiceError> {
        match &request.what {
            NewPhone::Send => {
                let sent = Some(self.send_to_new(centre, signer, &request.member).await?);
                Ok(NewPhoneReply { sent })
            }
            NewPhone::Prove { code } => {
                let proven = centre
                    .retrying(|| prove(centre, signer, request, code))
                    .await?;
                match proven {
                    Proven::Right { old, new } => self.tell_old(centre, old, &new).await,
                    Proven::Wrong => return Err(wrong()),
                }
                Ok(NewPhoneReply::default())
            }
            NewPhone::Drop => {
                centre.retrying(|| drop_it(centre, signer, request)).await?;
                Ok(NewPhoneReply::default())
            }
        }
    }

    async fn send_to_new(
        &self,
        centre: &Centre,
        signer: &device::Model,
        id: &MemberId,
    ) -> Result<Sent, ServiceError> {
        let reserved = centre
            .retrying(|| self.reserve_new(centre, signer, id))
            .await?;
        let reserved = match reserved {
            Ok(reserved) => reserved,
            Err(refusal) => return Err(refused(centre, Some(signer), refusal).await),
        };
        let message = sms::Message::NewNumberCode {
            code: reserved.digits.clone(),
        };
        let Some(demo) = self.message(centre, &reserved.phone, &message).await? else {
            centre.retrying(|| take_back(centre, id, &reserved)).await?;
            return Err(not_sent());
        };
        Ok(sent(reserved.digits, demo))
    }

    async fn reserve_new(
        &self,
        centre: &Centre,
        signer: &device::Model,
        id: &MemberId,
    ) -> Result<Result<Reserved, Refusal>, ServiceError> {
        let mut work = centre.work().await?;
        let now = work.now();
        let member = kept_by(&work, signer, id).await?;
        let phone = member.phone_waits.ok_or_else(none_waits)?;
        let before = phone_proof::Entity::find_by_id(id).one(work.on()).await?;
        let lately = now - Duration::seconds(BETWEEN_SECONDS);
        if before.is_some_and(|b| b.phone == phone && *b.sent_at > lately) {
            return Ok(Err(Refusal::TooMany));
        }
        let counted = match self.count_new(&mut work, *signer.id, &phone, now).await? {
            Ok(counted) => counted,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let digits = six_digits()?;
        let row = phone_proof::Model {
            member_id: id.into(),
            phone: phone.clone(),
            code_hash: code_hash(&phone, &digits),
            sent_at: now.into(),
            expires_at: (now + Duration::seconds(VALID_SECONDS)).into(),
            wrong: 0.into(),
        };
        phone_proof::Entity::insert(row.into_active_model())
            .on_conflict(
                OnConflict::column(phone_proof::Column::MemberId)
                    .update_columns([
                        phone_proof::Column::Phone,
                        phone_proof::Column::CodeHash,
                        phone_proof::Column::SentAt,
                        phone_proof::Column::ExpiresAt,
                        phone_proof::Column::Wrong,
                    ])
                    .to_owned(),
            )
            .exec_without_returning(work.on())
            .await?;
        work.commit().await?;
        Ok(Ok(Reserved {
            phone,
            digits,
            counted,
        }))
    }

    /// Tells the number that she had. She has the new one whether that arrives or not.
    async fn tell_old(&self, centre: &Centre, old: Option<String>, new: &str) {
        let Some(old) = old else { return };
        let message = sms::Message::NumberChanged {
            last_four: last_four(new).to_owned(),
        };
        if let Err(error) = self.message(centre, &old, &message).await {
            tracing::error!(%error, "an old number was not told");
        }
    }
}

/// What a code came to.
enum Proven {
    Right { old: Option<String>, new: String },
    Wrong,
}

async fn prove(
    centre: &Centre,
    signer: &device::Model,
    request: &NewPhoneRequest,
    code: &str,
) -> Result<Proven, ServiceError> {
    let mut work = centre.work().await?;
    let id = &request.member;
    let mut member = kept_by(&work, signer, id).await?;
    let new = member.phone_waits.clone().ok_or_else(none_waits)?;
    let proof = phone_proof::Entity::find_by_id(id).one(work.on()).await?;
    let usable = proof.filter(|p| p.phone == new && *p.expires_at > work.now() && *p.wrong < TRIES);
    let Some(proof) = usable else {
        return Ok(Proven::Wrong);
    };
    if proof.code_hash != code_hash(&new, code.trim()) {
        // counted, whatever comes of it
        let wrong = (*proof.wrong + 1).into();
        let counted = phone_proof::Model { wrong, ..proof };
        counted
            .into_active_model()
            .reset_all()
            .update(work.on())
            .await?;
        work.commit().await?;
        return Ok(Proven::Wrong);
    }
    if let Some(owner) = members::by_phone(work.on(), &new).await? {
        if owner.id != member.id {
            return Err(ServiceError::refused(
                ErrorCode::PhoneTaken,
                "this number is another member's",
            ));
        }
        // the number of an account that was merged into hers
        members::give_up_number(&mut work, &new, members::CHANGED).await?;
    }
    let old = member.phone.replace(new.clone());
    if let Some(old) = &old {
        members::keep_former(&work, id, old, members::CHANGED).await?;
    }
    settle(&mut work, signer, request, member.clone(), "proven").await?;
    // sales that were made out to that number waited for her
    retry_for_member(centre, &mut work, &member).await?;
    work.commit().await?;
    Ok(Proven::Right { old, new })
}

async fn drop_it(
    centre: &Centre,
    signer: &device::Model,
    request: &NewPhoneRequest,
) -> Result<(), ServiceError> {
    let mut work = centre.work().await?;
    let member = kept_by(&work, signer, &request.member).await?;
    if member.phone_waits.is_none() {
        return Err(none_waits());
    }
    settle(&mut work, signer, request, member, "dropped").await?;
    work.commit().await?;
    Ok(())
}

/// Nothing waits any more.
async fn settle(
    work: &mut UnitOfWork,
    signer: &device::Model,
    request: &NewPhoneRequest,
    mut member: member::Model,
    what: &str,
) -> Result<(), ServiceError> {
    let id = &request.member;
    member.phone_waits = None;
    member.revision.0 += 1;
    member.changed_by = Some((&request.clerk).into());
    member.changed_at = Some(work.now().into());
    member
        .into_active_model()
        .reset_all()
        .update(work.on())
        .await?;
    phone_proof::Entity::delete_by_id(id)
        .exec(work.on())
        .await?;
    work.changed(Changed::member(id));
    let who = Who::Clerk {
        clerk: request.clerk.clone(),
        device: *signer.id,
        store: signer.store_id.0.clone(),
    };
    work.note(Entry::of(Kind::PhoneChanged).by(who).about(id).what(what));
    Ok(())
}

/// A member whom this counter keeps, locked.
pub(super) async fn kept_by(
    work: &UnitOfWork,
    signer: &device::Model,
    id: &MemberId,
) -> Result<member::Model, ServiceError> {
    let found = member::Entity::find_by_id(id)
        .lock_exclusive()
        .one(work.on())
        .await?
        .filter(|m| m.erased_at.is_none())
        .ok_or_else(none_waits)?;
    if found.home_store == signer.store_id {
        return Ok(found);
    }
    let here = visit::Entity::find_by_id((signer.id, found.id.clone()))
        .filter(visit::Column::Until.gte(Col(work.now())))
        .one(work.on())
        .await?;
    here.map(|_| found).ok_or_else(none_waits)
}

async fn take_back(
    centre: &Centre,
    id: &MemberId,
    reserved: &Reserved,
) -> Result<(), ServiceError> {
    let work = centre.work().await?;
    uncount(&work, &reserved.counted).await?;
    phone_proof::Entity::delete_by_id(id)
        .exec(work.on())
        .await?;
    work.commit().await?;
    Ok(())
}

fn none_waits() -> ServiceError {
    ServiceError::refused(ErrorCode::NotFound, "no number waits")
}

fn wrong() -> ServiceError {
    ServiceError::refused(ErrorCode::VerificationInvalid, "verification code")
}
