//! Campaigns by which people join: what is given in the place of the welcome gift, and whether a code gives it once.

use centre_store::boxed;
use centre_store::column::Col;
use centre_store::tables::sign_up_campaign;
use protocol::sign_up::is_campaign;
use protocol::{CampaignId, ErrorCode};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait, EntityTrait, QueryOrder};

use crate::Centre;
use crate::error::ServiceError;
use crate::log::{Entry, Kind};

/// Characters of a name and of a gift.
const CHARS: usize = 40;

/// A campaign to be.
#[derive(Debug, Clone)]
pub struct NewCampaign {
    /// Its short name, which stands in its codes.
    pub id: CampaignId,
    /// What people call it.
    pub name: String,
    /// What is given in the place of the brand's welcome gift; empty = that.
    pub gift: String,
    /// The same in English; empty = what is known of products and rewards.
    pub gift_en: String,
    /// Whether a code gives it once, however many join by it.
    pub single_use: bool,
}

/// Begins a campaign.
///
/// # Errors
/// [`ErrorCode::Malformed`] where its short name is none or another campaign's, or its words are too long; where the
/// database fails.
#[boxed]
pub async fn add(centre: &Centre, new: NewCampaign) -> Result<(), ServiceError> {
    let malformed = |why: &str| ServiceError::refused(ErrorCode::Malformed, why);
    if !is_campaign(new.id.as_str()) {
        return Err(malformed(
            "a campaign's short name: 1 to 16 letters, digits, - or _",
        ));
    }
    let long = |text: &str| text.chars().count() > CHARS || text.contains(char::is_control);
    if new.name.trim().is_empty() || [&new.name, &new.gift, &new.gift_en].iter().any(|t| long(t)) {
        return Err(malformed(
            "name and gift: on one line, at most 40 characters",
        ));
    }
    if new.single_use && new.gift.trim().is_empty() {
        return Err(malformed("what is given once has to be named"));
    }
    let mut work = centre.work().await?;
    if find(work.on(), &new.id).await?.is_some() {
        return Err(malformed("there is a campaign of this short name"));
    }
    let what = format!("campaign {}", new.id);
    let row = sign_up_campaign::ActiveModel {
        id: Set(new.id.into()),
        name: Set(new.name.trim().to_owned()),
        gift: Set(new.gift.trim().to_owned()),
        gift_en: Set(new.gift_en.trim().to_owned()),
        single_use: Set(new.single_use),
        made_at: Set(work.now().into()),
        ended_at: Set(None),
    };
    sign_up_campaign::Entity::insert(row)
        .exec_without_returning(work.on())
        .await?;
    work.note(Entry::of(Kind::SignUpsChanged).what(what));
    work.commit().await?;
    Ok(())
}

/// Ends a campaign: its codes invite as the brand does from then on.
///
/// # Errors
/// [`ErrorCode::NotFound`] where none of this name runs; where the database fails.
#[boxed]
pub async fn end(centre: &Centre, id: &CampaignId) -> Result<(), ServiceError> {
    let mut work = centre.work().await?;
    let found = find(work.on(), id).await?.filter(|c| c.ended_at.is_none());
    let found =
        found.ok_or_else(|| ServiceError::refused(ErrorCode::NotFound, "no such campaign runs"))?;
    let ended = sign_up_campaign::ActiveModel {
        id: Set(found.id),
        ended_at: Set(Some(work.now().into())),
        ..Default::default()
    };
    ended.update(work.on()).await?;
    work.note(Entry::of(Kind::SignUpsChanged).what(format!("campaign {id} ended")));
    work.commit().await?;
    Ok(())
}

/// All campaigns, the newest first.
///
/// # Errors
/// Where the database fails.
#[boxed]
pub async fn all(centre: &Centre) -> Result<Vec<sign_up_campaign::Model>, ServiceError> {
    Ok(sign_up_campaign::Entity::find()
        .order_by_desc(sign_up_campaign::Column::MadeAt)
        .order_by_asc(sign_up_campaign::Column::Id)
        .all(centre.db().read())
        .await?)
}

/// A campaign.
pub(super) async fn find<C: ConnectionTrait>(
    db: &C,
    id: &CampaignId,
) -> Result<Option<sign_up_campaign::Model>, ServiceError> {
    Ok(sign_up_campaign::Entity::find_by_id(Col::from(id))
        .one(db)
        .await?)
}

/// A campaign's short name, where it runs.
pub(super) async fn running<C: ConnectionTrait>(
    db: &C,
    id: &CampaignId,
) -> Result<Option<CampaignId>, ServiceError> {
    let found = find(db, id).await?.filter(|c| c.ended_at.is_none());
    Ok(found.map(|c| c.id.into_inner()))
}
