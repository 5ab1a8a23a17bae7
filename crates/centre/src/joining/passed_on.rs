//! Numbers are given to somebody else: whoever proves one is not the member who had it. That one keeps everything under her
//! card.

use centre_store::boxed;
use centre_store::column::Col;
use centre_store::tables::{member, own_session};
use chrono::{DateTime, TimeDelta, Utc};
use protocol::{ErrorCode, MemberId};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::invitation::Invitation;
use crate::Centre;
use crate::error::ServiceError;
use crate::log::{Entry, Kind, Who};
use crate::members;
use crate::unit_of_work::UnitOfWork;
use centre_store::tables::account;

/// For so many days a number that was given up is nobody's before it is given to somebody else (号码冷却期: Chinese
/// operators wait 90 days): whoever was seen within them has it still.
pub const UNSEEN_DAYS: i64 = 90;

/// Whether a member is who signed up by this very page: the answer was lost, and she asks again.
pub(super) fn has_just_joined(
    known: &member::Model,
    invitation: &Invitation,
    now: DateTime<Utc>,
) -> bool {
    let by_this = known.joined_by_code.as_deref() == Some(invitation.id.as_str());
    by_this && *known.joined_at > now - TimeDelta::hours(1)
}

/// Takes a number from the member who has it, for whoever has proven it and is somebody else.
///
/// # Errors
/// [`ErrorCode::PhoneTaken`] where she was seen of late; where the database fails.
pub(super) async fn to_new_owner(
    work: &mut UnitOfWork,
    known: &member::Model,
    phone: &str,
    by: Who,
) -> Result<(), ServiceError> {
    let since = work.now() - TimeDelta::days(UNSEEN_DAYS);
    if seen_last(work.on(), known).await? > since {
        return Err(ServiceError::refused(
            ErrorCode::PhoneTaken,
            "who has this number was seen of late",
        ));
    }
    passed(
        work,
        &known.id,
        phone,
        Entry::of(Kind::NumberPassedOn).by(by),
    )
    .await
}

/// When a member was seen last: she joined, bought, had her profile changed, or was on her own page.
async fn seen_last<C: ConnectionTrait>(
    db: &C,
    known: &member::Model,
) -> Result<DateTime<Utc>, ServiceError> {
    let mut all = members::who_went(db, &known.id).await?;
    all.push(known.id.0.clone());
    let accounts = account::Entity::find()
        .filter(account::Column::MemberId.is_in(all.iter().map(Col::from)))
        .all(db)
        .await?;
    let session = own_session::Entity::find()
        .filter(own_session::Column::MemberId.is_in(all.iter().map(Col::from)))
        .order_by_desc(own_session::Column::SeenAt)
        .one(db)
        .await?;
    let bought = accounts.iter().filter_map(|a| a.last_purchase_at);
    let times = bought
        .chain(known.changed_at)
        .chain(session.map(|s| s.seen_at))
        .map(Col::into_inner);
    Ok(times.fold(*known.joined_at, Ord::max))
}

async fn passed(
    work: &mut UnitOfWork,
    id: &MemberId,
    phone: &str,
    entry: Entry,
) -> Result<(), ServiceError> {
    members::give_up_number(work, phone, members::NEW_OWNER).await?;
    // pages that were opened by that number may be the new owner's
    own_session::Entity::delete_many()
        .filter(own_session::Column::MemberId.eq(Col::from(id)))
        .exec(work.on())
        .await?;
    work.note(entry.about(id));
    Ok(())
}

/// Headquarters take a number from a member: she has another one, or somebody else has proven it in a store.
///
/// # Errors
/// [`ErrorCode::NotFound`] where no member has it; where the database fails.
#[boxed]
pub async fn pass_on(centre: &Centre, phone: &str, why: &str) -> Result<MemberId, ServiceError> {
    let mut work = centre.work().await?;
    let owner = members::by_phone(work.on(), phone).await?;
    let none = || ServiceError::refused(ErrorCode::NotFound, "no member has this number");
    let id = owner.ok_or_else(none)?.id.into_inner();
    passed(
        &mut work,
        &id,
        phone,
        Entry::of(Kind::NumberPassedOn).why(why),
    )
    .await?;
    work.commit().await?;
    Ok(id)
}
