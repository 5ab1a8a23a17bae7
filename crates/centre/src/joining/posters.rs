//! Posters: a store's code that hangs until it is taken down, with limits of its own, as nobody looks after it.

use centre_store::boxed;
use centre_store::column::Col;
use centre_store::tables::{poster, store};
use protocol::code::PosterCode;
use protocol::sign_up::Channel;
use protocol::{CampaignId, ErrorCode, StoreId};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, QueryOrder};

use super::campaigns;
use super::invitation::{Invitation, InvitedBy, invalid};
use crate::Centre;
use crate::error::ServiceError;
use crate::log::{Entry, Kind};

/// How many may join by one poster on a day, where nobody says.
pub const JOINS_A_DAY: u32 = 200;
/// Most that may be said.
const MOST_A_DAY: u32 = 5_000;
/// Messages that go out for each who joins at most, on average: a few ask again, a few never come back.
const MESSAGES_A_JOIN: u32 = 4;
/// Characters of a poster's name.
const NAME_CHARS: usize = 40;

/// A poster to be.
#[derive(Debug, Clone)]
pub struct NewPoster {
    /// Whose.
    pub store: StoreId,
    /// What people call it: where it hangs.
    pub name: String,
    /// For which campaign.
    pub campaign: Option<CampaignId>,
    /// How many may join by it on a day.
    pub joins_a_day: u32,
}

/// Makes a poster's code.
///
/// # Errors
/// [`ErrorCode::NotFound`] where there is no such store or campaign; [`ErrorCode::Malformed`] for a name or a limit that is
/// none; where the database fails.
#[boxed]
pub async fn add(centre: &Centre, new: NewPoster) -> Result<PosterCode, ServiceError> {
    let name = new.name.trim();
    let fits = (1..=NAME_CHARS).contains(&name.chars().count()) && !name.contains(char::is_control);
    if !fits || !(1..=MOST_A_DAY).contains(&new.joins_a_day) {
        return Err(ServiceError::refused(
            ErrorCode::Malformed,
            "a poster has a name of 1 to 40 characters, and 1 to 5000 join by it on a day",
        ));
    }
    let none = |what: String| ServiceError::refused(ErrorCode::NotFound, what);
    let mut work = centre.work().await?;
    let found = store::Entity::find_by_id(&new.store).one(work.on()).await?;
    found.ok_or_else(|| none(format!("no store {}", new.store)))?;
    if let Some(id) = &new.campaign
        && campaigns::running(work.on(), id).await?.is_none()
    {
        return Err(none(format!("no campaign {id} runs")));
    }
    let code = PosterCode::fresh()?;
    let row = poster::ActiveModel {
        id: Set(hex::encode(code.0)),
        store_id: Set((&new.store).into()),
        campaign: Set(new.campaign.map(Col)),
        name: Set(name.to_owned()),
        joins_a_day: Set(i64::from(new.joins_a_day)),
        messages_a_day: Set(i64::from(new.joins_a_day) * i64::from(MESSAGES_A_JOIN)),
        made_at: Set(work.now().into()),
        revoked_at: Set(None),
    };
    poster::Entity::insert(row)
        .exec_without_returning(work.on())
        .await?;
    work.note(Entry::of(Kind::SignUpsChanged).what(format!("poster of store {}", new.store)));
    work.commit().await?;
    Ok(code)
}

/// Takes a poster down: its code leads nowhere from then on.
///
/// # Errors
/// [`ErrorCode::NotFound`] where none of this id hangs; where the database fails.
#[boxed]
pub async fn revoke(centre: &Centre, id: &str) -> Result<(), ServiceError> {
    let mut work = centre.work().await?;
    let found = poster::Entity::find_by_id(id.to_owned())
        .one(work.on())
        .await?
        .filter(|p| p.revoked_at.is_none())
        .ok_or_else(|| ServiceError::refused(ErrorCode::NotFound, "no such poster hangs"))?;
    let revoked = poster::ActiveModel {
        id: Set(found.id),
        revoked_at: Set(Some(work.now().into())),
        ..Default::default()
    };
    revoked.update(work.on()).await?;
    work.note(
        Entry::of(Kind::SignUpsChanged)
            .what(format!("poster of store {} taken down", found.store_id)),
    );
    work.commit().await?;
    Ok(())
}

/// All posters, the newest first.
///
/// # Errors
/// Where the database fails.
#[boxed]
pub async fn all(centre: &Centre) -> Result<Vec<poster::Model>, ServiceError> {
    Ok(poster::Entity::find()
        .order_by_desc(poster::Column::MadeAt)
        .order_by_asc(poster::Column::Id)
        .all(centre.db().read())
        .await?)
}

/// What a poster's code leads to.
pub(super) async fn invitation(
    centre: &Centre,
    code: PosterCode,
) -> Result<Invitation, ServiceError> {
    let found = poster::Entity::find_by_id(hex::encode(code.0))
        .one(centre.db().read())
        .await?
        .ok_or_else(|| invalid("no such poster"))?;
    if found.revoked_at.is_some() {
        return Err(invalid("revoked"));
    }
    let most = |n: i64| u64::try_from(n).unwrap_or(0);
    Ok(Invitation {
        by: InvitedBy::Poster {
            joins_a_day: most(found.joins_a_day),
            messages_a_day: most(found.messages_a_day),
        },
        id: found.id,
        store: found.store_id.into_inner(),
        channel: Channel::Poster,
        campaign: found.campaign.map(Col::into_inner),
        until: None,
    })
}
