//! Whether a sign-up counts for whoever invited her: up to so many of a clerk on a day; beyond that a manager says.

use std::collections::BTreeMap;

use centre_store::boxed;
use centre_store::column::Col;
use centre_store::tables::member;
use chrono::{DateTime, NaiveDate, Utc};
use protocol::manage::WaitingSignUps;
use protocol::sign_up::SignUpCredit;
use protocol::{ClerkId, MemberId, StoreId};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::invitation::Invitation;
use crate::Centre;
use crate::error::ServiceError;
use crate::log::{Entry, Kind};
use crate::unit_of_work::UnitOfWork;
use crate::{sign_ups, zone};

/// Whether one more sign-up of this invitation counts at once.
pub(super) async fn of_next(
    work: &UnitOfWork,
    invitation: &Invitation,
) -> Result<SignUpCredit, ServiceError> {
    match invitation.clerk() {
        Some(clerk) => sign_ups::credit_of(work, clerk).await,
        None => Ok(SignUpCredit::Counts),
    }
}

/// Sign-ups of a store that wait for a manager, by clerk and day, the newest first.
///
/// # Errors
/// Where the database fails.
#[boxed]
pub async fn waiting<C: ConnectionTrait>(
    db: &C,
    store: &StoreId,
    now: DateTime<Utc>,
) -> Result<Vec<WaitingSignUps>, ServiceError> {
    let zone = zone::of_business(db, now).await?;
    let mut all: BTreeMap<(std::cmp::Reverse<NaiveDate>, ClerkId), u32> = BTreeMap::new();
    for her in those_that_wait(db, store).await? {
        let day = zone::business_date(zone, *her.joined_at);
        if let Some(clerk) = her.joined_by_clerk {
            *all.entry((std::cmp::Reverse(day), clerk.into_inner()))
                .or_default() += 1;
        }
    }
    let told = all
        .into_iter()
        .map(|((day, clerk), sign_ups)| WaitingSignUps {
            clerk,
            day: day.0,
            sign_ups,
        });
    Ok(told.collect())
}

async fn those_that_wait<C: ConnectionTrait>(
    db: &C,
    store: &StoreId,
) -> Result<Vec<member::Model>, ServiceError> {
    Ok(member::Entity::find()
        .filter(member::Column::SignUpCredit.eq(Col(SignUpCredit::Waits)))
        .filter(member::Column::JoinedInStore.eq(Col::from(store)))
        .all(db)
        .await?)
}

/// A manager says whether a clerk's sign-ups of a day count. Her own she does not decide on. How many it were.
///
/// # Errors
/// Where the database fails.
#[boxed]
pub async fn decide(
    centre: &Centre,
    store: &StoreId,
    manager: &ClerkId,
    (clerk, day): (&ClerkId, NaiveDate),
    counts: bool,
) -> Result<u64, ServiceError> {
    if clerk == manager {
        return Ok(0);
    }
    let mut work = centre.work().await?;
    let zone = zone::of_business(work.on(), work.now()).await?;
    let ids: Vec<Col<MemberId>> = those_that_wait(work.on(), store)
        .await?
        .into_iter()
        .filter(|her| her.joined_by_clerk.as_deref() == Some(clerk))
        .filter(|her| zone::business_date(zone, *her.joined_at) == day)
        .map(|her| her.id)
        .collect();
    let credit = if counts {
        SignUpCredit::Counts
    } else {
        SignUpCredit::Refused
    };
    let done = member::Entity::update_many()
        .set(member::ActiveModel {
            sign_up_credit: Set(Col(credit)),
            ..Default::default()
        })
        .filter(member::Column::Id.is_in(ids))
        .exec(work.on())
        .await?;
    let said = if counts { "count" } else { "do not count" };
    work.note(
        Entry::of(Kind::SignUpsDecided)
            .what(format!("{} of {clerk} on {day} {said}", done.rows_affected)),
    );
    work.commit().await?;
    Ok(done.rows_affected)
}
