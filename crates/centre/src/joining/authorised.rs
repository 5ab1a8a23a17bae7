//! Who somebody is at WeChat or Alipay, where she lets them tell it: her browser is sent there and comes back; what was told
//! is her page's alone, proves her number where the provider knows it, and knows her again where she agreed to that.

use centre_store::boxed;
use centre_store::column::Col;
use centre_store::tables::{authorised, authorising, member, open_id, sent_code};
use chrono::{DateTime, Duration, Utc};
use protocol::chain::Transcript;
use protocol::join::{Joining, OPEN_ID};
use protocol::phone::mobile_number;
use protocol::{ErrorCode, MemberId};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};

use super::invitation::Invitation;
use super::page::{Page, code_hash};
use crate::Centre;
use crate::error::ServiceError;
use crate::members;
use crate::unit_of_work::UnitOfWork;

/// How long a browser may be away.
const AWAY: Duration = Duration::minutes(10);
/// How long after that whoever comes back late, or again, is sent to the page that it left.
const FINDS_ITS_PAGE: Duration = Duration::days(1);
/// How long what was told counts: a sign-up's pages are filled in meanwhile.
const COUNTS: Duration = Duration::minutes(30);

/// A browser that is sent to a provider.
#[derive(Debug, Clone)]
pub struct Leaving<'a> {
    /// Which provider.
    pub provider: &'a str,
    /// The sign-up code whose page it is; empty = a member's own page.
    pub code: &'a str,
    /// What the page is known by.
    pub ticket: &'a str,
    /// What comes back with it.
    pub state: &'a str,
    /// What proves who began.
    pub verifier: Option<&'a str>,
}

/// A browser that has come back.
#[derive(Debug)]
pub struct Back {
    /// The sign-up code whose page it is; empty = a member's own page.
    pub code: String,
    /// What its page asks by for what is told. The same each time: WeChat's browser is known to come back twice at once, and
    /// shows what the second was answered.
    pub handle: String,
    /// What was kept of it; none where it comes too late, or again.
    pub expected: Option<Expected>,
}

/// What was kept of a browser that was away.
#[derive(Debug)]
pub struct Expected {
    /// At which provider.
    pub provider: String,
    /// What proves who began.
    pub verifier: Option<String>,
    handle: String,
    ticket: String,
}

fn hash_of(what: &str, text: &str) -> String {
    let hash = Transcript::new(what).part(text.as_bytes());
    hash.finish().to_string()
}

fn state_hash(state: &str) -> String {
    hash_of("counterpart.authorise.state.1", state)
}

fn ticket_hash(ticket: &str) -> String {
    hash_of("counterpart.authorise.ticket.1", ticket)
}

/// What a page asks by, for a state that nobody can guess: it is worth nothing without that page's ticket.
fn handle_of(state: &str) -> String {
    hash_of("counterpart.authorise.handle-of.1", state)
}

fn handle_hash(handle: &str) -> String {
    hash_of("counterpart.authorise.handle.1", handle)
}

/// Keeps what is needed when a browser comes back.
///
/// # Errors
/// Where the database fails.
#[boxed]
pub async fn leaves(centre: &Centre, leaving: &Leaving<'_>) -> Result<(), ServiceError> {
    let work = centre.work().await?;
    let now = work.now();
    let row = authorising::ActiveModel {
        state: Set(state_hash(leaving.state)),
        provider: Set(leaving.provider.to_owned()),
        code: Set(leaving.code.to_owned()),
        ticket: Set(ticket_hash(leaving.ticket)),
        verifier: Set(Col::secret(leaving.verifier.unwrap_or_default())),
        expires_at: Set((now + AWAY).into()),
    };
    authorising::Entity::insert(row)
        .exec_without_returning(work.on())
        .await?;
    work.commit().await.map(drop)
}

/// Who came back. It is expected once, and for ten minutes; for a day after that it still finds the way to its page.
///
/// # Errors
/// [`ErrorCode::NotFound`] where nobody left; where the database fails.
#[boxed]
pub async fn comes_back(
    centre: &Centre,
    provider: &str,
    state: &str,
) -> Result<Back, ServiceError> {
    let none = || ServiceError::refused(ErrorCode::NotFound, "nobody is expected back");
    let work = centre.work().await?;
    let now = work.now();
    let row = authorising::Entity::find_by_id(state_hash(state))
        .one(work.on())
        .await?
        .filter(|row| row.provider == provider && *row.expires_at > now - FINDS_ITS_PAGE)
        .ok_or_else(none)?;
    // of two at once, one finds it
    let taken = authorising::Entity::update_many()
        .set(authorising::ActiveModel {
            verifier: Set(Col::secret("")),
            expires_at: Set(now.into()),
            ..Default::default()
        })
        .filter(authorising::Column::State.eq(row.state))
        .filter(authorising::Column::ExpiresAt.gt(Col(now)))
        .exec(work.on())
        .await?;
    work.commit().await?;
    let verifier = row.verifier.0.into_text();
    let handle = handle_of(state);
    let expected = Expected {
        provider: row.provider,
        verifier: Some(verifier).filter(|v| !v.is_empty()),
        handle: handle.clone(),
        ticket: row.ticket,
    };
    Ok(Back {
        code: row.code,
        handle,
        expected: (taken.rows_affected > 0).then_some(expected),
    })
}

/// Forgets browsers that did not come back, and what was told and nobody asked for.
///
/// # Errors
/// Where the database fails.
pub(super) async fn forget(work: &UnitOfWork, now: DateTime<Utc>) -> Result<(), ServiceError> {
    authorising::Entity::delete_many()
        .filter(authorising::Column::ExpiresAt.lt(Col(now - FINDS_ITS_PAGE)))
        .exec(work.on())
        .await?;
    authorised::Entity::delete_many()
        .filter(authorised::Column::ExpiresAt.lt(Col(now)))
        .exec(work.on())
        .await?;
    Ok(())
}

/// Keeps what the provider told of whoever came back.
///
/// # Errors
/// Where the database fails.
#[boxed]
pub async fn told(
    centre: &Centre,
    back: &Expected,
    who: &str,
    phone: Option<&str>,
) -> Result<(), ServiceError> {
    let work = centre.work().await?;
    // a number that is none of ours is typed by hand
    let phone = phone.and_then(mobile_number).unwrap_or_default();
    let row = authorised::ActiveModel {
        handle: Set(handle_hash(&back.handle)),
        provider: Set(back.provider.clone()),
        ticket: Set(back.ticket.clone()),
        open_id: Set(open_id_hash(&back.provider, who)),
        phone: Set(Col::secret(phone)),
        expires_at: Set((work.now() + COUNTS).into()),
    };
    authorised::Entity::insert(row)
        .exec_without_returning(work.on())
        .await?;
    work.commit().await.map(drop)
}

/// Who somebody is at a provider, as it is kept: nobody reads the open id off it.
fn open_id_hash(provider: &str, who: &str) -> String {
    let hash = Transcript::new("counterpart.open-id.1")
        .part(provider.as_bytes())
        .part(who.as_bytes());
    hash.finish().to_string()
}

/// What was told to the page that has this.
async fn row_of(
    work: &UnitOfWork,
    handle: &str,
    ticket: &str,
) -> Result<authorised::Model, ServiceError> {
    let row = authorised::Entity::find_by_id(handle_hash(handle))
        .one(work.on())
        .await?;
    row.filter(|row| row.ticket == ticket_hash(ticket) && *row.expires_at > work.now())
        .ok_or_else(|| ServiceError::refused(ErrorCode::VerificationInvalid, "authorisation"))
}

/// The member who is known by what a provider told; none where nobody agreed to be.
///
/// # Errors
/// [`ErrorCode::VerificationInvalid`] where nothing was told to this page; where the database fails.
#[boxed]
pub async fn known_by(
    work: &UnitOfWork,
    handle: &str,
    ticket: &str,
) -> Result<Option<member::Model>, ServiceError> {
    let row = row_of(work, handle, ticket).await?;
    let Some(kept) = open_id::Entity::find_by_id(row.open_id)
        .one(work.on())
        .await?
    else {
        return Ok(None);
    };
    let her = member::Entity::find_by_id(kept.member_id)
        .one(work.on())
        .await?;
    let her = members::who_stayed_of(work.on(), her).await?;
    Ok(her.filter(|m| m.erased_at.is_none()))
}

/// The number that a provider told, and what proves it on a sign-up's page in the place of a code; none where it told none.
///
/// # Errors
/// As [`known_by`].
#[boxed]
pub async fn proven_number(
    work: &UnitOfWork,
    invitation: &Invitation,
    handle: &str,
    ticket: &str,
) -> Result<Option<(String, String)>, ServiceError> {
    let row = row_of(work, handle, ticket).await?;
    let phone = row.phone.text().to_owned();
    if phone.is_empty() {
        return Ok(None);
    }
    // the same again proves the same
    let proof = hash_of("counterpart.authorise.proof.1", handle);
    let page = Page::of(invitation, &phone, Some(ticket));
    let code = sent_code::Model {
        invitation: page.invitation.clone(),
        phone: page.phone.clone(),
        ticket: page.ticket.clone(),
        code_hash: code_hash(&phone, &proof),
        sent_at: work.now().into(),
        expires_at: (work.now() + COUNTS).into(),
        used_for: None,
    };
    page.forget(work, &code.code_hash).await?;
    sent_code::Entity::insert(code.into_active_model())
        .exec_without_returning(work.on())
        .await?;
    Ok(Some((phone, proof)))
}

/// Keeps who she is at the provider, where she agreed to be known by it.
pub(super) async fn keep(
    work: &UnitOfWork,
    joining: &Joining,
    id: &MemberId,
) -> Result<(), ServiceError> {
    let (Some(handle), Some(ticket), true) =
        (&joining.authorised, &joining.ticket, joining.gives(OPEN_ID))
    else {
        return Ok(());
    };
    let row = row_of(work, handle, ticket).await?;
    // whoever it was before, it is she who proved a number with it now
    open_id::Entity::delete_by_id(row.open_id.clone())
        .exec(work.on())
        .await?;
    let kept = open_id::ActiveModel {
        open_id: Set(row.open_id),
        provider: Set(row.provider),
        member_id: Set(id.into()),
        at: Set(work.now().into()),
    };
    open_id::Entity::insert(kept)
        .exec_without_returning(work.on())
        .await?;
    authorised::Entity::delete_by_id(handle_hash(handle))
        .exec(work.on())
        .await?;
    Ok(())
}
