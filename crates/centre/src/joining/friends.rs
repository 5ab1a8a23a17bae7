//! Members who invite friends: the code of each, and who came by it.

use centre_store::boxed;
use centre_store::column::Col;
use centre_store::tables::{friend_code, invited_friend, member, seen_browser};
use loyalty::program::Invite;
use loyalty::{INVITED, Points, Program, REFERRAL};
use protocol::chain::Transcript;
use protocol::code::FriendCode;
use protocol::own_page::OwnInvite;
use protocol::sign_up::Channel;
use protocol::{ErrorCode, MemberId};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use super::invitation::{Invitation, InvitedBy, invalid};
use super::picture::picture;
use crate::Centre;
use crate::error::ServiceError;
use crate::members;
use crate::unit_of_work::UnitOfWork;

/// What has not been decided yet.
pub const WAITS: &str = "waits";
/// Both were rewarded.
pub const BOTH: &str = "both";

/// What a friend's code leads to; nowhere where the brand rewards nobody for inviting, or the member is no more.
pub(super) async fn invitation(
    centre: &Centre,
    code: FriendCode,
) -> Result<Invitation, ServiceError> {
    let db = centre.db().read();
    let found = friend_code::Entity::find_by_id(hex::encode(code.0))
        .one(db)
        .await?
        .ok_or_else(|| invalid("no such friend's code"))?;
    if centre.current_program().await?.doc().invite.is_none() {
        return Err(invalid("nobody is rewarded for inviting"));
    }
    let inviter = member::Entity::find_by_id(found.member_id).one(db).await?;
    let inviter = members::who_stayed_of(db, inviter).await?;
    let inviter = inviter
        .filter(|m| m.erased_at.is_none())
        .ok_or_else(|| invalid("the friend is no member any more"))?;
    Ok(Invitation {
        id: found.id,
        store: inviter.home_store.0.clone(),
        channel: Channel::Friend,
        campaign: None,
        until: None,
        by: InvitedBy::Friend {
            inviter: Box::new(inviter),
        },
    })
}

/// A member's code for friends, and what came of it so far. `browser` is what hers is known by,
/// `base` where phones reach the service.
///
/// # Errors
/// [`ErrorCode::NotFound`] where the brand rewards nobody for inviting; where the database fails.
#[boxed]
pub async fn invite(
    centre: &Centre,
    id: &MemberId,
    browser: Option<&str>,
    base: &str,
) -> Result<OwnInvite, ServiceError> {
    let program = centre.current_program().await?;
    let none = || ServiceError::refused(ErrorCode::NotFound, "nobody is rewarded for inviting");
    let terms = program.doc().invite.clone().ok_or_else(none)?;
    let work = centre.work().await?;
    let code = own_code(&work, id).await?;
    if let Some(browser) = browser {
        seen(&work, id, browser).await?;
    }
    work.commit().await?;
    let mut went = members::who_went(centre.db().read(), id).await?;
    went.push(id.clone());
    let friends = invited_friend::Entity::find()
        .filter(invited_friend::Column::InviterId.is_in(went.iter().map(Col::from)))
        .all(centre.db().read())
        .await?;
    let count = |state: &str| {
        let these = friends.iter().filter(|f| f.state == state);
        u32::try_from(these.count()).unwrap_or(u32::MAX)
    };
    let path = format!("/j/{}", code.text());
    let Invite {
        from,
        after_days,
        within_days,
        ..
    } = terms;
    Ok(OwnInvite {
        svg: picture(&format!("{base}{path}")).unwrap_or_default(),
        path,
        points: brings(&program, REFERRAL),
        friend_points: brings(&program, INVITED),
        from,
        after_days,
        within_days,
        joined: u32::try_from(friends.len()).unwrap_or(u32::MAX),
        waiting: count(WAITS),
        rewarded: count(BOTH),
    })
}

fn brings(program: &Program, kind: &str) -> Points {
    let behaviour = program.doc().behaviours.get(&kind.into());
    behaviour.map_or(Points::ZERO, |b| b.points)
}

/// A member has one code, which is made when she first asks for it.
async fn own_code(work: &UnitOfWork, id: &MemberId) -> Result<FriendCode, ServiceError> {
    let fresh = FriendCode::fresh()?;
    let row = friend_code::ActiveModel {
        id: Set(hex::encode(fresh.0)),
        member_id: Set(id.into()),
        made_at: Set(work.now().into()),
    };
    let once = OnConflict::column(friend_code::Column::MemberId)
        .do_nothing()
        .to_owned();
    friend_code::Entity::insert_many([row])
        .on_conflict(once)
        .exec_without_returning(work.on())
        .await?;
    let found = friend_code::Entity::find()
        .filter(friend_code::Column::MemberId.eq(Col::from(id)))
        .one(work.on())
        .await?
        .ok_or_else(|| ServiceError::missing("friend_code", id))?;
    let bytes = hex::decode(&found.id).ok().and_then(|b| b.try_into().ok());
    let bytes =
        bytes.ok_or_else(|| ServiceError::corrupt("friend_code", id, "has no id in hex"))?;
    Ok(FriendCode(bytes))
}

/// Notes who was invited by whom, and by which browser.
pub(super) async fn came(
    work: &UnitOfWork,
    invitation: &Invitation,
    id: &MemberId,
    browser: Option<&str>,
) -> Result<(), ServiceError> {
    let InvitedBy::Friend { inviter } = &invitation.by else {
        return Ok(());
    };
    let row = invited_friend::ActiveModel {
        member_id: Set(id.into()),
        inviter_id: Set(inviter.id.clone()),
        joined_at: Set(work.now().into()),
        state: Set(WAITS.to_owned()),
        decided_at: Set(None),
    };
    invited_friend::Entity::insert(row)
        .exec_without_returning(work.on())
        .await?;
    match browser {
        Some(browser) => seen(work, id, browser).await,
        None => Ok(()),
    }
}

/// Notes by which browser a member was seen.
async fn seen(work: &UnitOfWork, id: &MemberId, browser: &str) -> Result<(), ServiceError> {
    let hash = Transcript::new("counterpart.browser.1").part(browser.as_bytes());
    let row = seen_browser::ActiveModel {
        browser: Set(hash.finish().to_string()),
        member_id: Set(id.into()),
        at: Set(work.now().into()),
    };
    let key = [
        seen_browser::Column::Browser,
        seen_browser::Column::MemberId,
    ];
    let again = OnConflict::columns(key)
        .update_column(seen_browser::Column::At)
        .to_owned();
    seen_browser::Entity::insert(row)
        .on_conflict(again)
        .exec_without_returning(work.on())
        .await?;
    Ok(())
}

/// As which friend she is shown to whoever has her code: 张*; empty where she gave no name.
pub(super) fn shown(inviter: &member::Model) -> String {
    let said = [&inviter.called, &inviter.name];
    let name = said.into_iter().find(|name| !name.is_empty());
    let first = name.and_then(|name| name.trim().chars().next());
    first.map_or_else(String::new, |first| format!("{first}*"))
}
