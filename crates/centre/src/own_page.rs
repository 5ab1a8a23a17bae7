//! A member's own page: what she agreed to, and withdrawing it. A code to her number proves each time that it is she.

use centre_store::boxed;
use centre_store::column::Col;
use centre_store::tables::{brand, member};
use protocol::entity::Agreed;
use protocol::join::PURPOSES;
use protocol::own_page::{Agreement, Agreements, Own};
use protocol::{ErrorCode, MemberId};
use sea_orm::EntityTrait;

use crate::Centre;
use crate::error::ServiceError;
use crate::joining::{self, Page};
use crate::log::Who;
use crate::rights::consents::{self, Purpose, Through};
use crate::{members, zone};

/// Whose page it is.
///
/// # Errors
/// Where the database fails.
#[boxed]
pub async fn own(centre: &Centre) -> Result<Own, ServiceError> {
    let brand = brand::Entity::find().one(centre.db().read()).await?;
    Ok(Own {
        demo: brand.as_ref().is_some_and(|b| b.demo),
        brand: brand.map(|b| b.name),
    })
}

/// What a member agreed to, where the code is right.
///
/// # Errors
/// [`ErrorCode::VerificationInvalid`], for a stranger's number too; where the database fails.
#[boxed]
pub async fn open(
    centre: &Centre,
    phone: &str,
    ticket: Option<&str>,
    typed: &str,
) -> Result<Agreements, ServiceError> {
    let id = proven(centre, phone, ticket, typed).await?;
    agreements(centre, &id).await
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
    let purpose = Purpose::of(purpose)
        .ok_or_else(|| ServiceError::refused(ErrorCode::Malformed, "purpose"))?;
    let id = proven(centre, phone, ticket, typed).await?;
    let hers = centre.acting_for(Who::Member);
    let now = agreements(centre, &id).await?;
    // tapped twice, or withdrawn at a counter meanwhile: one receipt is enough
    let given = now
        .consents
        .iter()
        .any(|c| c.purpose == purpose.word() && c.given);
    if given {
        centre
            .retrying(|| consents::withdraw(&hers, &id, purpose, Through::OwnPage, ""))
            .await?;
    }
    agreements(centre, &id).await
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
    let agreed: Vec<Agreed> = serde_json::from_str(&member.agreed)?;
    let zone = zone::of_business(db, centre.now()).await?;
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
