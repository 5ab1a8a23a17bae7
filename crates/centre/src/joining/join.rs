//! Becoming a member by a code.

use centre_store::boxed;
use identity::{CardNo, MemberCode};
use loyalty::Program;
use protocol::ErrorCode;
use protocol::chain::Transcript;
use protocol::entity::Skin;
use protocol::join::{Joined, JoinedStatus, Joining};
use sea_orm::EntityTrait;

use super::invitation::{Invitation, InvitedBy};
use super::page::{self, For, Page};
use super::picture::picture;
use super::verified::verified;
use super::{authorised, credit, friends, gift, guardian, passed_on, points};
use crate::Centre;
use crate::error::ServiceError;
use crate::feed;
use crate::log::{Entry, Kind, Who};
use crate::members::{self, GivenConsent, NewMember};
use crate::operations::retry_for_member;
use crate::pace::{self, Counted};
use crate::sign_ups;
use crate::unit_of_work::UnitOfWork;
use centre_store::tables::{account, member};

/// What became of a sign-up.
#[derive(Debug, Clone)]
pub struct SignedUp {
    /// What she is told.
    pub told: Joined,
    /// Whether she has become a member by this very request, and not by an earlier one that was the same.
    pub fresh: bool,
}

/// Makes a member of whoever holds the phone, or says that she is one already. The same request
/// again is answered the same.
///
/// # Errors
/// [`ErrorCode::Malformed`], [`ErrorCode::VerificationInvalid`]; [`ErrorCode::TooMany`] where as many have joined by a
/// poster today as may; where the database fails.
#[boxed]
pub async fn join(
    centre: &Centre,
    invitation: &Invitation,
    joining: Joining,
) -> Result<SignedUp, ServiceError> {
    let program = centre.current_program().await?;
    let joining = joining
        .admit(program.business_date(centre.now()))
        .map_err(|fault| ServiceError::refused(ErrorCode::Malformed, fault.to_string()))?;
    let page = Page::of(invitation, &joining.phone, joining.ticket.as_deref());
    let sign_up = sign_up_hash(&joining)?;
    let typed = joining.verification.clone();
    page::check(centre, &page, &typed, For::SignUp(&sign_up)).await?;
    let guardian = guardian::checked(centre, invitation, &joining, &sign_up).await?;
    let mut work = centre.work().await?;
    // once: of two at the same moment one waits here, and finds it used
    if !page.use_up(&work, &typed, &sign_up).await? {
        return Err(page::wrong());
    }
    let known = members::by_phone(work.on(), &joining.phone).await?;
    let somebody_else = joining.not_me
        && known.as_ref().is_some_and(|k| {
            k.phone_proven && !passed_on::has_just_joined(k, invitation, work.now())
        });
    if let (Some(known), true) = (&known, somebody_else) {
        let by = joined_by(invitation, joining.at_counter);
        passed_on::to_new_owner(&mut work, known, &joining.phone, by).await?;
    }
    if let Some(known) = known.filter(|_| !somebody_else) {
        // signed up without the network before: it is she, and this is what she says herself
        let source = source_of(invitation, joining.at_counter);
        verified(&mut work, &program, &known.id, Some((&joining, &source))).await?;
        work.commit().await?;
        if !known.phone_proven {
            let told = told(centre, &program, invitation, JoinedStatus::Joined, &known).await?;
            return Ok(SignedUp { told, fresh: true });
        }
        let again = known.joined_by_code.as_deref() == Some(invitation.id.as_str());
        let status = if again {
            JoinedStatus::Joined
        } else {
            JoinedStatus::MemberAlready
        };
        let told = told(centre, &program, invitation, status, &known).await?;
        return Ok(SignedUp { told, fresh: false });
    }
    if let Some(guardian) = &guardian {
        guardian.use_up(&work, &sign_up).await?;
    }
    admit(&work, invitation).await?;
    let by = joined_by(invitation, joining.at_counter);
    let (browser, said) = (joining.browser.clone(), joining.clone());
    let new = new_member(&work, invitation, joining).await?;
    let member = members::create(&mut work, &program, new).await?;
    if let Some(guardian) = &guardian {
        guardian.keep(&work, &member.id).await?;
    }
    gift::give(&work, invitation, &member.id).await?;
    authorised::keep(&work, &said, &member.id).await?;
    friends::came(&work, invitation, &member.id, browser.as_deref()).await?;
    work.note(Entry::of(Kind::Joined).by(by).about(&member.id));
    points::welcome(&mut work, &program, &member).await?;
    let credited = retry_for_member(centre, &mut work, &member).await?;
    work.commit().await?;
    tracing::info!(
        store = %invitation.store,
        channel = invitation.channel.word(),
        held = credited,
        "a member joined by phone"
    );
    let told = told(centre, &program, invitation, JoinedStatus::Joined, &member).await?;
    Ok(SignedUp { told, fresh: true })
}

/// Refuses one more by a poster, or a friend's code, by which as many have joined today as may.
async fn admit(work: &UnitOfWork, invitation: &Invitation) -> Result<(), ServiceError> {
    let Some((joins_a_day, _)) = invitation.a_day() else {
        return Ok(());
    };
    let now = work.now();
    let key = format!("{}:{}", invitation.id, now.date_naive());
    let counted = pace::count(
        work,
        Counted::JoinsOfPoster,
        &key,
        joins_a_day,
        pace::past_day(now),
    );
    if counted.await?.is_none() {
        tracing::warn!(
            channel = invitation.channel.word(),
            "as many joined by one code today as may"
        );
        return Err(ServiceError::refused(ErrorCode::TooMany, "joins"));
    }
    Ok(())
}

/// Who entered what is known of the new member: the clerk whose code it was, or the guest on the own phone.
fn joined_by(invitation: &Invitation, at_counter: bool) -> Who {
    let store = invitation.store.clone();
    match &invitation.by {
        InvitedBy::Counter { device, clerk } if at_counter => Who::Clerk {
            clerk: clerk.clone(),
            device: *device.id,
            store,
        },
        InvitedBy::Counter { device, .. } => Who::Guest {
            device: Some(*device.id),
            store,
        },
        InvitedBy::Poster { .. } | InvitedBy::Friend { .. } => Who::Guest {
            device: None,
            store,
        },
    }
}

async fn new_member(
    work: &UnitOfWork,
    invitation: &Invitation,
    joining: Joining,
) -> Result<NewMember, ServiceError> {
    let advisor = match invitation.clerk() {
        Some(id) => sign_ups::advisor(work, id).await?,
        None => None,
    };
    let joined_at = work.now();
    let keeps = joining.may_keep(joined_at);
    let device = invitation.device().map(|d| *d.id);
    let source = source_of(invitation, joining.at_counter);
    let consents = joining.consents.into_iter().map(|c| GivenConsent {
        purpose: c.purpose,
        given: c.given,
        text_version: c.version,
        source: source.clone(),
    });
    Ok(NewMember {
        phone: joining.phone,
        name: joining.name,
        called: joining.called,
        birthday: joining.birthday,
        advisor,
        joined_at,
        channel: invitation.channel.word().to_owned(),
        by_device: device,
        by_clerk: invitation.clerk().cloned(),
        by_code: Some(invitation.id.clone()),
        in_store: Some(invitation.store.clone()),
        campaign: invitation.campaign.clone(),
        credit: credit::of_next(work, invitation).await?,
        skin: Some(joining.skin).filter(|s| keeps && *s != Skin::default()),
        allergies: joining.allergies.into_iter().filter(|_| keeps).collect(),
        concerns: joining.concerns,
        consents: consents.collect(),
        ..NewMember::of(&invitation.store)
    })
}

/// Where consents were given.
fn source_of(invitation: &Invitation, at_counter: bool) -> String {
    match invitation.device() {
        Some(device) if at_counter => format!("counter:{}", device.id),
        _ => "phone".to_owned(),
    }
}

async fn told(
    centre: &Centre,
    program: &Program,
    invitation: &Invitation,
    status: JoinedStatus,
    member: &member::Model,
) -> Result<Joined, ServiceError> {
    let db = centre.db().read();
    let shown = feed::render_member(db, &member.id, centre.now())
        .await?
        .ok_or_else(|| ServiceError::missing("member", &member.id))?;
    let account = account::Entity::find_by_id(member.id.clone())
        .one(db)
        .await?;
    let tier = account.map(|a| a.tier_shown.to_string());
    let tier = tier.unwrap_or_default();
    let label = program
        .tiers()
        .find(|t| t.id.as_str() == tier)
        .and_then(|t| t.label.as_ref());
    let gift = match status {
        JoinedStatus::Joined => gift::of_member(db, invitation, &member.id).await?,
        JoinedStatus::MemberAlready => gift::Gift::default(),
    };
    Ok(Joined {
        status,
        member_no: member.card_no.clone(),
        tier_name: label.map_or_else(|| tier.clone(), |l| l.zh.clone()),
        tier,
        points: shown.balance.get(),
        member_code_svg: member_code(&member.card_no),
        welcome_gift: gift.words,
        welcome_gift_en: gift.english,
    })
}

/// What a counter's scanner reads off her phone: her member's code.
fn member_code(card_no: &str) -> Option<String> {
    let card = CardNo::parse(card_no).ok()?;
    picture(&MemberCode::write(&card))
}

/// What a code is used for: the same again is the same sign-up, of which the answer was lost.
fn sign_up_hash(joining: &Joining) -> Result<String, ServiceError> {
    // that the number is somebody else's is said once the first answer is here: it is the same sign-up
    let joining = Joining {
        not_me: false,
        ..joining.clone()
    };
    let told = serde_json::to_vec(&joining)?;
    let hash = Transcript::new("counterpart.sign-up.1").part(&told);
    Ok(hash.finish().to_string())
}
