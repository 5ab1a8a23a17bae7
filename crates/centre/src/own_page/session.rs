//! Sessions of own pages: what her phone keeps is random, and the centre knows its hash alone.

use centre_store::boxed;
use centre_store::column::Col;
use centre_store::tables::{member, own_session};
use chrono::Duration;
use protocol::chain::Transcript;
use protocol::own_page::SESSION_DAYS;
use protocol::{ErrorCode, MemberId};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use crate::Centre;
use crate::error::ServiceError;
use crate::members;
use crate::unit_of_work::UnitOfWork;

/// That she was there is noted so often at most.
const NOTED_EVERY: Duration = Duration::hours(6);

fn hash_of(session: &str) -> String {
    let hash = Transcript::new("counterpart.own-session.1").part(session.as_bytes());
    hash.finish().to_string()
}

/// Begins a session of a member; what is to be kept on her phone. Those of whoever was not there for long end.
pub(super) async fn begin(work: &UnitOfWork, member: &MemberId) -> Result<String, ServiceError> {
    let mut bytes = [0u8; 32];
    getrandom::fill(&mut bytes)?;
    let session = hex::encode(bytes);
    let now = work.now();
    own_session::Entity::delete_many()
        .filter(own_session::Column::SeenAt.lt(Col(now - Duration::days(SESSION_DAYS))))
        .exec(work.on())
        .await?;
    let row = own_session::ActiveModel {
        token_hash: Set(hash_of(&session)),
        member_id: Set(member.into()),
        begun_at: Set(now.into()),
        seen_at: Set(now.into()),
    };
    own_session::Entity::insert(row)
        .exec_without_returning(work.on())
        .await?;
    Ok(session)
}

/// Whose session it is.
///
/// # Errors
/// [`ErrorCode::NotAuthenticated`] where it is nobody's, or over; where the database fails.
#[boxed]
pub async fn whose(centre: &Centre, session: &str) -> Result<MemberId, ServiceError> {
    let none = || ServiceError::refused(ErrorCode::NotAuthenticated, "no such session");
    let db = centre.db().read();
    let now = centre.now();
    let found = own_session::Entity::find_by_id(hash_of(session))
        .one(db)
        .await?
        .filter(|s| *s.seen_at > now - Duration::days(SESSION_DAYS))
        .ok_or_else(none)?;
    let her = member::Entity::find_by_id(found.member_id.clone())
        .one(db)
        .await?;
    let her = members::who_stayed_of(db, her).await?;
    let her = her.filter(|m| m.erased_at.is_none()).ok_or_else(none)?;
    if *found.seen_at < now - NOTED_EVERY {
        let work = centre.work().await?;
        let seen = own_session::ActiveModel {
            token_hash: Set(found.token_hash),
            seen_at: Set(work.now().into()),
            ..Default::default()
        };
        seen.update(work.on()).await?;
        work.commit().await?;
    }
    Ok(her.id.into_inner())
}

/// Ends a session, or all of hers whose it is.
///
/// # Errors
/// As [`whose`].
#[boxed]
pub async fn end(centre: &Centre, session: &str, everywhere: bool) -> Result<(), ServiceError> {
    let member = whose(centre, session).await?;
    let work = centre.work().await?;
    let went = members::who_went(work.on(), &member).await?;
    let hers: Vec<Col<MemberId>> = went.into_iter().chain([member]).map(Col).collect();
    let mut these =
        own_session::Entity::delete_many().filter(own_session::Column::MemberId.is_in(hers));
    if !everywhere {
        these = these.filter(own_session::Column::TokenHash.eq(hash_of(session)));
    }
    these.exec(work.on()).await?;
    work.commit().await?;
    Ok(())
}
