//! A member's own page: what she has, what she agreed to, her code for the counter. A code to her number proves that it is she;
//! from then on the page has a session.

mod code;
mod session;
mod view;

pub use code::code;
pub use session::{end, whose};
pub use view::view;

use centre_store::boxed;
use centre_store::column::Col;
use centre_store::tables::{brand, member};
use protocol::entity::Agreed;
use protocol::join::{PURPOSES, ToldOfHer};
use protocol::own_page::{Agreement, Agreements, Opened, Own};
use protocol::{ErrorCode, MemberId};
use sea_orm::EntityTrait;

use crate::Centre;
use crate::error::ServiceError;
use crate::joining::{self, Invitation, Page};
use crate::log::{Entry, Kind, Who};
use crate::rights::consents::{self, Purpose, Through};
use crate::rights::{self, Export};
use crate::{members, zone};

/// Whose page it is. `providers` may tell who she is.
///
/// # Errors
/// Where the database fails.
#[boxed]
pub async fn own(centre: &Centre, providers: &[&str]) -> Result<Own, ServiceError> {
    let brand = brand::Entity::find().one(centre.db().read()).await?;
    Ok(Own {
        demo: brand.as_ref().is_some_and(|b| b.demo),
        brand: brand.map(|b| b.name),
        providers: providers.iter().map(|id| (*id).to_owned()).collect(),
    })
}

/// Begins a session, where the code is right, and says what she agreed to.
///
/// # Errors
/// [`ErrorCode::VerificationInvalid`], for a stranger's number too; where the database fails.
#[boxed]
pub async fn open(
    centre: &Centre,
    phone: &str,
    ticket: Option<&str>,
    typed: &str,
) -> Result<Opened, ServiceError> {
    let id = proven(centre, phone, ticket, typed).await?;
    let program = centre.current_program().await?;
    let mut work = centre.acting_for(Who::Member).work().await?;
    joining::verified(&mut work, &program, &id, None).await?;
    let session = session::begin(&work, &id).await?;
    work.note(Entry::of(Kind::OwnPageOpened).about(&id));
    work.commit().await?;
    Ok(Opened {
        held: agreements(centre, &id).await?,
        session,
    })
}

/// What a provider told of whoever came back to a page: a session where she is known by it, else her number on the page of a
/// sign-up, where it told one.
///
/// # Errors
/// [`ErrorCode::VerificationInvalid`] where nothing was told to this page; where the database fails.
#[boxed]
pub async fn told_of(
    centre: &Centre,
    invitation: Option<&Invitation>,
    handle: &str,
    ticket: &str,
) -> Result<ToldOfHer, ServiceError> {
    let mut told = ToldOfHer {
        session: open_known(centre, handle, ticket).await?,
        ..ToldOfHer::default()
    };
    let (None, Some(invitation)) = (&told.session, invitation) else {
        return Ok(told);
    };
    let work = centre.work().await?;
    let proven = joining::proven_number(&work, invitation, handle, ticket).await?;
    work.commit().await?;
    if let Some((phone, verification)) = proven {
        joining::note(centre, invitation, joining::Step::Proven, Some(ticket)).await;
        (told.phone, told.verification) = (Some(phone), Some(verification));
    }
    Ok(told)
}

/// Begins a session of whoever a provider told of, where she agreed to be known by it; none where nobody did.
async fn open_known(
    centre: &Centre,
    handle: &str,
    ticket: &str,
) -> Result<Option<String>, ServiceError> {
    let mut work = centre.acting_for(Who::Member).work().await?;
    let Some(her) = joining::known_by(&work, handle, ticket).await? else {
        return Ok(None);
    };
    let session = session::begin(&work, &her.id).await?;
    work.note(
        Entry::of(Kind::OwnPageOpened)
            .about(&her.id)
            .what("by a provider"),
    );
    work.commit().await?;
    Ok(Some(session))
}

/// Withdraws a consent, where the code is right. What holds then.
///
/// # Errors
/// [`ErrorCode::VerificationInvalid`]; [`ErrorCode::Malformed`] for what cannot be withdrawn; where the database fails.
#[boxed]
pub async fn withdraw(
    centre: &Centre,
    phone: &str,
    ticket: Option<&str>,
    typed: &str,
    purpose: &str,
) -> Result<Agreements, ServiceError> {
    let purpose = purpose_of(purpose)?;
    let id = proven(centre, phone, ticket, typed).await?;
    withdrawn(centre, &id, purpose).await
}

/// Withdraws a consent of hers whose session it is. What holds then.
///
/// # Errors
/// [`ErrorCode::Malformed`] for what cannot be withdrawn; where the database fails.
#[boxed]
pub async fn withdraw_hers(
    centre: &Centre,
    id: &MemberId,
    purpose: &str,
) -> Result<Agreements, ServiceError> {
    withdrawn(centre, id, purpose_of(purpose)?).await
}

fn purpose_of(word: &str) -> Result<Purpose, ServiceError> {
    Purpose::of(word).ok_or_else(|| ServiceError::refused(ErrorCode::Malformed, "purpose"))
}

async fn withdrawn(
    centre: &Centre,
    id: &MemberId,
    purpose: Purpose,
) -> Result<Agreements, ServiceError> {
    let hers = centre.acting_for(Who::Member);
    let now = agreements(centre, id).await?;
    // tapped twice, or withdrawn at a counter meanwhile: one receipt is enough
    let given = now
        .consents
        .iter()
        .any(|c| c.purpose == purpose.word() && c.given);
    if given {
        centre
            .retrying(|| consents::withdraw(&hers, id, purpose, Through::OwnPage, ""))
            .await?;
    }
    agreements(centre, id).await
}

/// Everything that is held on her.
///
/// # Errors
/// Where the database fails.
#[boxed]
pub async fn export(centre: &Centre, id: &MemberId) -> Result<Export, ServiceError> {
    rights::export(&centre.acting_for(Who::Member), id).await
}

/// She leaves: what says who she is is erased. Her number is proven once more, by a code that was sent to it.
///
/// # Errors
/// [`ErrorCode::VerificationInvalid`]; where the database fails.
#[boxed]
pub async fn leave(
    centre: &Centre,
    id: &MemberId,
    ticket: Option<&str>,
    typed: &str,
) -> Result<(), ServiceError> {
    let member = member::Entity::find_by_id(Col::from(id))
        .one(centre.db().read())
        .await?;
    let phone = member.and_then(|m| m.phone);
    let phone = phone.ok_or_else(|| ServiceError::missing("member", id))?;
    if proven(centre, &phone, ticket, typed).await? != *id {
        return Err(ServiceError::refused(
            ErrorCode::VerificationInvalid,
            "another member's number",
        ));
    }
    let hers = centre.acting_for(Who::Member);
    centre
        .retrying(|| rights::erase(&hers, id, "she left by her own page"))
        .await?;
    Ok(())
}

/// Whose number it is, where the code is right. Wrong tries are counted for strangers' numbers as well.
async fn proven(
    centre: &Centre,
    phone: &str,
    ticket: Option<&str>,
    typed: &str,
) -> Result<MemberId, ServiceError> {
    joining::prove(centre, &Page::own(phone, ticket), typed).await?;
    let member = members::by_phone(centre.db().read(), phone).await?;
    // she was erased, or her number is another's, since the code was sent
    let none = || ServiceError::refused(ErrorCode::VerificationInvalid, "no such member");
    Ok(member.ok_or_else(none)?.id.into_inner())
}

async fn agreements(centre: &Centre, id: &MemberId) -> Result<Agreements, ServiceError> {
    let db = centre.db().read();
    let found = member::Entity::find_by_id(Col::from(id)).one(db).await?;
    let member = found.ok_or_else(|| ServiceError::missing("member", id))?;
    let zone = zone::of_business(db, centre.now()).await?;
    agreed(&member, zone)
}

fn agreed(member: &member::Model, zone: chrono_tz::Tz) -> Result<Agreements, ServiceError> {
    let agreed: Vec<Agreed> = serde_json::from_str(&member.agreed)?;
    let consents = PURPOSES
        .iter()
        .filter_map(|purpose| agreed.iter().find(|a| a.purpose == *purpose));
    Ok(Agreements {
        joined: zone::business_date(zone, *member.joined_at),
        consents: consents
            .map(|a| Agreement {
                purpose: a.purpose.clone(),
                given: a.given,
                version: a.version.clone(),
                at: a.at,
            })
            .collect(),
    })
}
