//! What holds for sign-ups wherever they come from: a brand's terms, and how many of a clerk count on a day.

use centre_store::tables::{brand, clerk};
use protocol::ClerkId;
use protocol::entity::Role;
use protocol::sign_up::{SignUpCredit, SignUpTerms};
use sea_orm::{ConnectionTrait, EntityTrait};

use crate::error::ServiceError;
use crate::pace::{self, Counted};
use crate::unit_of_work::UnitOfWork;
use crate::zone;

/// What a brand has set for its sign-up codes.
///
/// # Errors
/// Where the database fails, or holds what cannot be read.
pub async fn terms<C: ConnectionTrait>(db: &C) -> Result<SignUpTerms, ServiceError> {
    let row = brand::Entity::find().one(db).await?;
    let set = row.and_then(|b| b.sign_up);
    Ok(set
        .map(|text| serde_json::from_str(&text))
        .transpose()?
        .unwrap_or_default())
}

/// Whether one more sign-up of a clerk counts at once. Others of the same clerk wait until this unit of work is over.
///
/// # Errors
/// Where the database fails.
pub(crate) async fn credit_of(
    work: &UnitOfWork,
    clerk: &ClerkId,
) -> Result<SignUpCredit, ServiceError> {
    let (now, most) = (work.now(), terms(work.on()).await?.clerk_daily);
    let day = zone::business_date(zone::of_business(work.on(), now).await?, now);
    let counted = pace::count(
        work,
        Counted::SignUpsOfClerk,
        &format!("{clerk}:{day}"),
        u64::from(most),
        pace::past_day(now),
    )
    .await?;
    Ok(match counted {
        Some(_) => SignUpCredit::Counts,
        None => SignUpCredit::Waits,
    })
}

/// Whoever signs her up is her advisor, where she is one and works here still.
///
/// # Errors
/// Where the database fails.
pub(crate) async fn advisor(
    work: &UnitOfWork,
    id: &ClerkId,
) -> Result<Option<ClerkId>, ServiceError> {
    let clerk = clerk::Entity::find_by_id(id).one(work.on()).await?;
    Ok(clerk
        .filter(|c| c.role == Role::Advisor && c.active)
        .map(|c| c.id.into_inner()))
}
