//! Members: how they come to be, and how they are found.

use chrono::{DateTime, NaiveDate, Utc};
use loyalty::Program;
use protocol::entity::{Agreed, Skin};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
};
use uuid::Uuid;

use crate::entities::{account, consent, member, member_alias};
use crate::error::ServiceError;
use crate::feed::Changed;
use crate::work::Work;

/// A member to be.
#[derive(Debug, Clone, Default)]
pub struct NewMember {
    /// Its id; none = a new one.
    pub id: Option<String>,
    /// Mobile number, 11 digits; see [`mobile_number`](protocol::phone::mobile_number).
    pub phone: String,
    /// Full name; may be empty.
    pub name: String,
    /// Birthday, where it was given.
    pub birthday: Option<NaiveDate>,
    /// The number on the card; none = the next one.
    pub card_no: Option<String>,
    /// The store whose counters hold her.
    pub home_store: String,
    /// Her own advisor.
    pub advisor: Option<String>,
    /// When she joined.
    pub joined_at: DateTime<Utc>,
    /// Through what: `counter`, `import`, …
    pub channel: String,
    /// Counter that is credited.
    pub by_device: Option<String>,
    /// Clerk that is credited.
    pub by_clerk: Option<String>,
    /// Nonce of the sign-up code, hex.
    pub by_code: Option<String>,
    /// Skin; kept only with consent.
    pub skin: Option<Skin>,
    /// Allergies; kept only with consent.
    pub allergies: Vec<String>,
    /// Concerns.
    pub concerns: Vec<String>,
    /// Consents given, in order.
    pub consents: Vec<GivenConsent>,
}

/// A consent as it was given or refused.
#[derive(Debug, Clone)]
pub struct GivenConsent {
    /// `terms`, `skin`, `marketing`.
    pub purpose: String,
    /// Given or not.
    pub given: bool,
    /// Version of the wording that she saw.
    pub text_version: String,
    /// Where: `phone`, `counter:<device>`, `import`.
    pub source: String,
}

/// Creates a member with an empty account. The phone number must not be another member's.
///
/// # Errors
/// Where the phone or card number is taken, the store is not there, or the database fails.
pub async fn create(
    work: &mut Work,
    program: &Program,
    new: NewMember,
) -> Result<member::Model, ServiceError> {
    let id = new
        .id
        .unwrap_or_else(|| Uuid::now_v7().simple().to_string());
    let card_no = match new.card_no {
        Some(no) => no,
        None => format!("8{:09}", work.next_number("card").await?),
    };
    let consent = |purpose: &str| {
        new.consents
            .iter()
            .rev()
            .find(|c| c.purpose == purpose)
            .is_some_and(|c| c.given)
    };
    let keep_skin = consent("skin");
    let skin = new.skin.as_ref().filter(|_| keep_skin);
    let allergies: &[String] = if keep_skin { &new.allergies } else { &[] };
    let model = member::Model {
        id: id.clone(),
        card_no,
        phone: Some(new.phone).filter(|p| !p.is_empty()),
        name: new.name,
        birthday: new.birthday.map(|d| d.to_string()),
        home_store: new.home_store,
        advisor: new.advisor,
        joined_at: new.joined_at.timestamp_millis(),
        channel: new.channel,
        joined_by_device: new.by_device,
        joined_by_clerk: new.by_clerk,
        joined_by_code: new.by_code,
        skin: skin.map(serde_json::to_string).transpose()?,
        allergies: serde_json::to_string(allergies)?,
        concerns: serde_json::to_string(&new.concerns)?,
        consent_skin: keep_skin,
        consent_marketing: consent("marketing"),
        revision: 0,
        called: String::new(),
        consent_guardian: consent("guardian"),
        agreed: serde_json::to_string(&agreed(&new.consents, new.joined_at))?,
        changed_by: None,
        changed_at: None,
    };
    let db = work.on();
    member::Entity::insert(model.clone().into_active_model())
        .exec_without_returning(db)
        .await?;
    account::Entity::insert(empty_account(&id, program))
        .exec_without_returning(db)
        .await?;
    for (n, c) in (1..).zip(&new.consents) {
        let row = consent::ActiveModel {
            member_id: Set(id.clone()),
            n: Set(n),
            purpose: Set(c.purpose.clone()),
            given: Set(c.given),
            text_version: Set(c.text_version.clone()),
            at: Set(new.joined_at.timestamp_millis()),
            source: Set(c.source.clone()),
        };
        consent::Entity::insert(row)
            .exec_without_returning(db)
            .await?;
    }
    work.changed(Changed::Member(id));
    Ok(model)
}

/// The last consent of each purpose, in the order in which they were first said.
fn agreed(consents: &[GivenConsent], at: DateTime<Utc>) -> Vec<Agreed> {
    let mut all = Vec::new();
    for c in consents {
        let now = Agreed {
            purpose: c.purpose.clone(),
            given: c.given,
            version: c.text_version.clone(),
            at,
            source: c.source.clone(),
        };
        agree(&mut all, now);
    }
    all
}

/// A consent takes the place of the one before it of the same purpose.
pub(crate) fn agree(all: &mut Vec<Agreed>, now: Agreed) {
    match all.iter_mut().find(|a| a.purpose == now.purpose) {
        Some(before) => *before = now,
        None => all.push(now),
    }
}

fn empty_account(member_id: &str, program: &Program) -> account::ActiveModel {
    let lowest = program.tier(loyalty::program::Rank::LOWEST);
    account::Model {
        member_id: member_id.to_owned(),
        tier_own: None,
        tier_reached_at: None,
        tier_review_at: None,
        tier_floor: None,
        tier_shown: lowest.id.to_string(),
        frozen_since: None,
        debt: 0,
        next_lot: 1,
        next_transfer: 1,
        as_of: None,
        due_at: None,
        program: i32::try_from(program.version()).unwrap_or(i32::MAX),
        qualifying_fen: 0,
        receipts: 0,
        last_purchase_at: None,
    }
    .into_active_model()
}

/// A member by phone number.
///
/// # Errors
/// Where the database fails.
pub async fn by_phone<C: ConnectionTrait>(
    db: &C,
    phone: &str,
) -> Result<Option<member::Model>, ServiceError> {
    Ok(member::Entity::find()
        .filter(member::Column::Phone.eq(phone))
        .one(db)
        .await?)
}

/// A member by id, or by a name that led to her before: a merged id, an old card.
///
/// # Errors
/// Where the database fails.
pub async fn by_id<C: ConnectionTrait>(
    db: &C,
    id: &str,
) -> Result<Option<member::Model>, ServiceError> {
    if let Some(found) = member::Entity::find_by_id(id).one(db).await? {
        return Ok(Some(found));
    }
    let Some(alias) = member_alias::Entity::find_by_id(id).one(db).await? else {
        return Ok(None);
    };
    Ok(member::Entity::find_by_id(alias.member_id).one(db).await?)
}

/// A member by what was scanned or typed: card number, id or alias.
///
/// # Errors
/// Where the database fails.
pub async fn by_code<C: ConnectionTrait>(
    db: &C,
    code: &str,
) -> Result<Option<member::Model>, ServiceError> {
    let found = member::Entity::find()
        .filter(member::Column::CardNo.eq(code))
        .one(db)
        .await?;
    match found {
        Some(found) => Ok(Some(found)),
        None => by_id(db, code).await,
    }
}
