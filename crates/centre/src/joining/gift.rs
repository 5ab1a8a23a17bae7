//! What a new member is given: the campaign's gift, else the brand's; by a code that gives once, to the first who joins by
//! it.

use centre_store::column::Col;
use centre_store::tables::{brand, product, reward, sign_up_gift};
use protocol::MemberId;
use protocol::sign_up::in_english;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait};

use super::campaigns;
use super::invitation::Invitation;
use crate::error::ServiceError;
use crate::unit_of_work::UnitOfWork;

/// A gift in words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Gift {
    /// Empty = nothing.
    pub words: String,
    /// In English; empty where nothing is known.
    pub english: String,
    /// Whether a code gives it once.
    pub once: bool,
}

/// The brand's row.
pub(super) async fn brand<C: ConnectionTrait>(
    db: &C,
) -> Result<Option<brand::Model>, ServiceError> {
    Ok(brand::Entity::find().one(db).await?)
}

/// What an invitation promises.
pub(super) async fn promised<C: ConnectionTrait>(
    db: &C,
    invitation: &Invitation,
) -> Result<Gift, ServiceError> {
    let campaign = match &invitation.campaign {
        Some(id) => campaigns::find(db, id).await?,
        None => None,
    };
    let (mut gift, once) = match &campaign {
        Some(c) if !c.gift.is_empty() => (c.gift.clone(), c.single_use),
        _ => (String::new(), false),
    };
    if gift.is_empty() {
        gift = brand(db).await?.map(|b| b.welcome_gift).unwrap_or_default();
    }
    let said = campaign
        .filter(|c| c.gift == gift)
        .map(|c| c.gift_en)
        .unwrap_or_default();
    let english = match said.as_str() {
        "" => named_in_english(db, &gift).await?,
        _ => said,
    };
    Ok(Gift {
        words: gift,
        english,
        once,
    })
}

async fn named_in_english<C: ConnectionTrait>(db: &C, words: &str) -> Result<String, ServiceError> {
    if words.is_empty() {
        return Ok(String::new());
    }
    let products = product::Entity::find().all(db).await?;
    let rewards = reward::Entity::find().all(db).await?;
    let names = products
        .into_iter()
        .map(|p| (p.name, p.name_en))
        .chain(rewards.into_iter().map(|r| (r.name, r.name_en)));
    Ok(in_english(words, names))
}

/// Notes to whom a code's gift goes. Where it gives once, only the first who asks has it, of several at the same moment too.
pub(super) async fn give(
    work: &UnitOfWork,
    invitation: &Invitation,
    member: &MemberId,
) -> Result<(), ServiceError> {
    if !promised(work.on(), invitation).await?.once {
        return Ok(());
    }
    let row = sign_up_gift::ActiveModel {
        code: Set(invitation.id.clone()),
        member_id: Set(member.into()),
        at: Set(work.now().into()),
    };
    sign_up_gift::Entity::insert_many([row])
        .on_conflict(
            OnConflict::column(sign_up_gift::Column::Code)
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(work.on())
        .await?;
    Ok(())
}

/// What a member who joined by an invitation is given by it.
pub(super) async fn of_member<C: ConnectionTrait>(
    db: &C,
    invitation: &Invitation,
    member: &Col<MemberId>,
) -> Result<Gift, ServiceError> {
    let gift = promised(db, invitation).await?;
    if !gift.once {
        return Ok(gift);
    }
    let given = sign_up_gift::Entity::find_by_id(invitation.id.clone())
        .one(db)
        .await?;
    Ok(match given {
        Some(given) if given.member_id == *member => gift,
        _ => Gift::default(),
    })
}
